/** Numbers, times, places and changes as people on duty read them. Times are those of Kazakhstan (UTC+5). */

import { KIND_NAMES } from "./console-words.js";
import { words as en } from "./en.js";
import { words as kk } from "./kk.js";
import { METRIC_NAMES } from "./metrics.js";
import { money } from "./money.js";
import { format, number } from "./numbers.js";
import { placeName, places } from "./regions.js";
import { words as ru } from "./ru.js";

/** @import { Language } from "./documents.js" */
/** @import { Money } from "./console-types.js" */

const STYLES = { kk, ru, en };
const LANGUAGES = Object.keys(STYLES);
/** @type {Record<string, string[]>} by code, in the order of the languages */
const KINDS = KIND_NAMES;
/** @type {Record<string, string[]>} */
const METRICS = METRIC_NAMES;
const OFFSET_MS = 5 * 3600_000;

/**
 * The word for a code; a code that is new stands for itself.
 * @param {Record<string, string>} words
 * @param {string} code
 */
export const wordFor = (words, code) => words[code] ?? code;

/**
 * What writes texts in a language.
 * @param {Language} lang
 */
export function textsIn(lang) {
  const style = STYLES[lang];
  const at = LANGUAGES.indexOf(lang);
  const countries = new Intl.DisplayNames([lang], { type: "region" });
  return {
    number: (/** @type {number} */ value) => number(value, style),
    /**
     * A number that may be unknown, and may be counted no further than to some point.
     * @param {number | null | undefined} value
     */
    count: (value, more = false) =>
      value === null || value === undefined ? "–" : number(value, style) + (more ? "+" : ""),
    /**
     * With its sign: what is taken away has a minus.
     * @param {number} value
     */
    change: (value) => (value > 0 ? "+" : "") + number(value, style),
    /**
     * Halves are told, as acts have them.
     * @param {number} value
     */
    hours: (value) => number(value, style) + (value % 1 ? `${style.point}5` : ""),
    /** @param {number} value @param {string} currency */
    moneyChange: (value, currency) => (value < 0 ? "−" : "+") + money(Math.abs(value), currency, style),
    money: (/** @type {Money} */ { value, currency }) => money(value, currency, style),
    /** @param {string} metric @param {number} value */
    measure: (metric, value) => format(metric, value, style),
    metric: (/** @type {string} */ metric) => METRICS[metric][at],
    kind: (/** @type {string} */ kind) => KINDS[kind]?.[at] ?? kind,
    /**
     * A region or a country.
     * @param {string} code
     */
    place: (code) => (places.includes(code) ? placeName(code, lang) : countryName(countries, code)),
    time,
  };
}

/**
 * @param {Intl.DisplayNames} countries
 * @param {string} code
 */
function countryName(countries, code) {
  try {
    return countries.of(code) ?? code;
  } catch {
    return code;
  }
}

/**
 * The time of a day, with the date where that is not today.
 * @param {string} moment
 */
function time(moment) {
  const local = (/** @type {number} */ ms) => new Date(ms + OFFSET_MS).toISOString();
  const [date, clock] = local(Date.parse(moment)).split("T");
  const shown = clock.slice(0, 8);
  if (date === local(Date.now()).slice(0, 10)) return shown;
  const [, month, day] = date.split("-");
  return `${day}.${month} ${shown}`;
}

/**
 * What a control for date and time holds, as RFC 3339; empty where it holds nothing.
 * @param {string} local
 */
export const momentOf = (local) => (local ? `${local.length === 16 ? `${local}:00` : local}+05:00` : "");

/**
 * A time as a control for date and time holds it.
 * @param {string | undefined} moment
 */
export const localOf = (moment) => (moment ? new Date(Date.parse(moment) + OFFSET_MS).toISOString().slice(0, 16) : "");
