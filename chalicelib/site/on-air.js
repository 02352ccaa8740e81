/** What every scene of a broadcast shares: what its address asks for, the campaign it is of, and its languages. */

/** @import { Language } from "./documents.js" */
/** @import { Queue } from "./queue.js" */

/**
 * @typedef {{ metric: string, lang: Language }} View what a scene shows at a time
 *
 * @typedef {object} Air a scene that was laid into the safe area
 * @property {(view: View) => void} show
 * @property {HTMLElement} fading what fades where one view follows another
 * @property {HTMLElement} fits what is made smaller where it would leave the safe area
 * @property {number} [beside] rems that may stand above and below of what fits
 * @property {Queue} [queue] what the scene announces
 */

import { words as en } from "./en.js";
import { words as kk } from "./kk.js";
import { settingsOf } from "./overlay-settings.js";
import { places } from "./regions.js";
import { words as ru } from "./ru.js";

export const WORDS = { kk, ru, en };
export const settings = settingsOf(location.href);
export const campaign = decodeURIComponent(location.pathname.split("/")[2]);
export const base = `${location.origin}/v1/campaigns/${campaign}`;

/** What leads to the campaign, as people can type it. */
export const address = location.host.replace(/^www\./, "");

/** The language that the picture speaks at the moment. */
export const spoken = () => /** @type {Language} */ (document.documentElement.lang);

/** Whether an act is of the place that the scene is of, if of one. @param {{ place: string }} act */
export const isOurs = (act) =>
  !settings.place || (places.includes(act.place) ? act.place : "abroad") === settings.place;

/**
 * Make an element with these attributes; one that is null is left out.
 *
 * @param {string} name
 * @param {Record<string, unknown>} attributes
 * @param {...(Node | string)} children
 */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}
