/** What our own pages have in common: elements by their names, words in a chosen language, how numbers stand. */

/** @import { CampaignState, FeedState, Language, Link, LiveDocument } from "./documents.js" */
/** @import { StateWords } from "./state-words.js" */

import { node, say } from "./live.js";

/** @param {string} id */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} selector */
export const all = (selector) => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(selector)]);

/**
 * Set a property that differs.
 *
 * @template {object} Thing
 * @template {keyof Thing} Name
 * @param {Thing} thing
 * @param {Name} name
 * @param {Thing[Name]} value
 */
export function set(thing, name, value) {
  if (thing[name] !== value) thing[name] = value;
}

/** @param {HTMLElement} button @param {boolean} isPressed */
export const press = (button, isPressed) => button.setAttribute("aria-pressed", String(isPressed));

/** The buttons by which a language is chosen. */
const choices = () => all("[data-lang]");

/**
 * Let the page speak a language: its words by their names, and the pages that it leads to.
 *
 * @param {Language} lang
 * @param {Record<string, unknown>} words
 */
export function speakPage(lang, words) {
  document.documentElement.lang = lang;
  for (const element of all("[data-word]")) say(element, String(words[element.dataset.word ?? ""]));
  const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("a[data-speaks]"));
  for (const link of links) link.search = `lang=${lang}`;
  for (const button of choices()) press(button, button.dataset.lang === lang);
}

/** Call `speak` with each language that is chosen. @param {(lang: Language) => void} speak */
export function onChoice(speak) {
  for (const button of choices()) button.onclick = () => speak(/** @type {Language} */ (button.dataset.lang));
}

/**
 * Ways to take part, as they are listed.
 *
 * @param {Link[]} links
 * @param {Language} lang
 */
export const linkItems = (links, lang) =>
  links
    .filter(({ url }) => /^https?:/.test(url))
    .map(({ url, title }) => node("li", {}, node("a", { href: url }, title?.[lang] || url)));

/**
 * Say how the numbers stand: on air is what is answered and confirmed, and of a campaign that is.
 *
 * @param {{ doc?: LiveDocument, age: number, state: FeedState }} feed
 * @param {StateWords} said
 */
export function showPulse({ doc, age, state }, said, isPaused = false) {
  /** @type {FeedState | CampaignState} */
  const told = isPaused ? "paused" : state === "fresh" && doc ? doc.state : state;
  set(byId("test"), "hidden", doc?.state !== "test");
  set(byId("pulse").dataset, "state", told);
  say(byId("state"), said.states[told] ?? said[told] ?? "");
  say(byId("age"), doc && !isPaused ? said.updated(Math.floor(age)) : "");
}
