/** Numbers, times, places and changes as people on duty read them. Times are those of Kazakhstan (UTC+5). */

import { KIND_NAMES } from "./console-words.js";
import { words as en } from "./en.js";
import { words as kk } from "./kk.js";
import { METRIC_NAMES } from "./metrics.js";
import { money } from "./money.js";
import { format, number } from "./numbers.js";
import { placeName, places } from "./regions.js";
import { words as ru } from "./ru.js";

const STYLES = { kk, ru, en };
const LANGUAGES = Object.keys(STYLES);
const OFFSET_MS = 5 * 3600_000;

/** What writes texts in a language. */
export function textsIn(lang) {
  const style = STYLES[lang];
  const countries = new Intl.DisplayNames([lang], { type: "region" });
  return {
    number: (value) => number(value, style),
    /** A number that may be unknown, and may be counted no further than to some point. */
    count: (value, more = false) =>
      value === null || value === undefined ? "–" : number(value, style) + (more ? "+" : ""),
    /** With its sign: what is taken away has a minus. */
    change: (value) => (value > 0 ? "+" : "") + number(value, style),
    /** Halves are told, as acts have them. */
    hours: (value) => number(value, style) + (value % 1 ? `${style.point}5` : ""),
    moneyChange: (value, currency) => (value < 0 ? "−" : "+") + money(Math.abs(value), currency, style),
    money: ({ value, currency }) => money(value, currency, style),
    measure: (metric, value) => format(metric, value, style),
    metric: (metric) => METRIC_NAMES[metric][LANGUAGES.indexOf(lang)],
    kind: (kind) => KIND_NAMES[kind]?.[LANGUAGES.indexOf(lang)] ?? kind,
    place: (code) => (places.includes(code) ? placeName(code, lang) : countryName(countries, code)),
    time,
    ago: (ms) => {
      const seconds = Math.max(0, Math.round(ms / 1000));
      const [value, unit] = seconds < 60 ? [seconds, 0] : [Math.floor(seconds / 60), 1];
      return `${value}\u00a0${style.ago[unit]}`;
    },
  };
}

function countryName(countries, code) {
  try {
    return countries.of(code) ?? code;
  } catch {
    return code;
  }
}

/** The time of a day, with the date where that is not today. */
function time(moment) {
  const local = (ms) => new Date(ms + OFFSET_MS).toISOString();
  const [date, clock] = local(Date.parse(moment)).split("T");
  const shown = clock.slice(0, 8);
  if (date === local(Date.now()).slice(0, 10)) return shown;
  const [, month, day] = date.split("-");
  return `${day}.${month} ${shown}`;
}

/** What a control for date and time holds, as RFC 3339; empty where it holds nothing. */
export const momentOf = (local) => (local ? `${local.length === 16 ? `${local}:00` : local}+05:00` : "");

/** A time as a control for date and time holds it. */
export const localOf = (moment) => (moment ? new Date(Date.parse(moment) + OFFSET_MS).toISOString().slice(0, 16) : "");
