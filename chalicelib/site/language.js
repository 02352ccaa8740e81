/** The language that a visitor wants: asked for in the address, chosen before, or the browser's. */

/** @import { Language } from "./documents.js" */

/** @type {Language[]} */
export const LANGUAGES = ["kk", "ru", "en"];
/** @type {Record<string, string>} each in itself */
export const LANGUAGE_NAMES = { kk: "Қазақша", ru: "Русский", en: "English" };
const KEY = "lang";

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // A browser may forbid to keep anything.
  }
}

/**
 * Keep a choice for the next visit, and in the address for whoever it is sent to.
 *
 * @param {Language} lang
 */
export function remember(lang) {
  const address = new URL(location.href);
  address.searchParams.set(KEY, lang);
  history.replaceState(history.state, "", address);
  try {
    localStorage.setItem(KEY, lang);
  } catch {
    // Then the choice holds for this visit.
  }
}

/** @returns {Language} */
export function preferred() {
  const asked = new URLSearchParams(location.search).get(KEY);
  const preferred = [asked, remembered(), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  const known = preferred.map((tag) => LANGUAGES.find((lang) => lang === tag));
  return known.find(Boolean) ?? LANGUAGES[0];
}
