/** The token of whoever is signed in: kept as long as the tab is, and nowhere but there. */

const KEY = "token";
/** @type {string | null} */
let current = null;

/** @param {string} token */
export function rememberToken(token) {
  current = token;
  try {
    sessionStorage.setItem(KEY, token);
  } catch {
    // A browser may forbid to keep anything: then it is asked for again after a reload.
  }
}

export function rememberedToken() {
  try {
    return current ?? sessionStorage.getItem(KEY);
  } catch {
    return current;
  }
}

export function forgetToken() {
  current = null;
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}
