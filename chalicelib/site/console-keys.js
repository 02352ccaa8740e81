/** Keys that do something by themselves. They are found by their place on the keyboard, whatever alphabet it writes. */

const STORED_UNDER = "console-keys";
const TAKES_ENTER = "a, button, input, select, textarea, summary";
const TAKES_LETTERS = "input:not([type=checkbox]), select, textarea";

/**
 * @typedef {object} Key
 * @property {string} key `j`, `J` for Shift and J, `1`, `?`, `/`, `Enter`
 * @property {string} does what it does, as the list of keys says it
 * @property {() => void} run
 * @property {boolean} [repeats] whether it goes on while it is held down
 */

/**
 * Listen to the keys that there are at the time.
 * @param {() => Key[]} current
 */
export function listenToKeys(current) {
  document.addEventListener("keydown", (event) => {
    if (isTyping(event) || !areKeysOn()) return;
    const pressed = keyOf(event);
    const found = current().find(({ key }) => key === pressed);
    if (!found || (event.repeat && !found.repeats)) return;
    event.preventDefault();
    found.run();
  });
}

/** Whoever speaks to a computer, or leans on its keys, does better without (WCAG 2.2, 2.1.4). */
export function areKeysOn() {
  try {
    return localStorage.getItem(STORED_UNDER) !== "off";
  } catch {
    return true;
  }
}

/** @param {boolean} on */
export function turnKeys(on) {
  try {
    localStorage.setItem(STORED_UNDER, on ? "on" : "off");
  } catch {
    // Then they stay on.
  }
}

/** @param {KeyboardEvent} event */
function isTyping({ target, defaultPrevented, ctrlKey, metaKey, altKey, key }) {
  if (defaultPrevented || ctrlKey || metaKey || altKey || document.querySelector("dialog[open]")) return true;
  const element = /** @type {Element} */ (target);
  // A field keeps the focus for a moment after its dialog was closed: what is pressed then is for the page.
  if (element.closest("dialog:not([open])")) return false;
  return Boolean(element.closest(key === "Enter" || key === " " ? TAKES_ENTER : TAKES_LETTERS));
}

/** @param {KeyboardEvent} event */
function keyOf({ key, code, shiftKey }) {
  if (key === "?" || (code === "Slash" && shiftKey)) return "?";
  if (code === "Slash" || key === "/") return "/";
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shiftKey ? letter : letter.toLowerCase();
  return /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1] ?? key;
}
