/** From when on an overlay counts: read from its address, as a moment of Kazakhstan (UTC+5), and put into words. */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const LOCAL = 5 * 60 * MINUTE;
/** Each day is a document: what began longer ago is not asked for. */
const MAX_DAYS = 31;

/** @import { Language } from "./documents.js" */
/** @typedef {"m" | "h" | "d"} Unit minutes, hours or days */

/** @type {Record<string, number>} */
const UNITS = { m: MINUTE, h: 60 * MINUTE, d: DAY };
const TIME = /^([01]\d|2[0-3]):([0-5]\d)$/;
const DATE = /^\d{4}-\d\d-\d\d(T([01]\d|2[0-3]):[0-5]\d)?$/;
const DURATION = /^([1-9]\d{0,4})([mhd])$/;

/** @param {string} text a date or a moment */
const utc = (text) => Date.parse(`${text}${text.includes("T") ? "" : "T00:00"}:00Z`);

/**
 * The length of a duration in ms; null where `text` is none.
 *
 * @param {string} text
 */
function durationOf(text) {
  const found = DURATION.exec(text);
  return found && Number(found[1]) * UNITS[found[2]];
}

/**
 * Whether `text` is a time of the day (20:00), a date or a moment (2026-06-01, 2026-06-01T20:00) or a duration (90m, 3h, 2d).
 *
 * @param {string} text
 */
export function isSince(text) {
  const duration = durationOf(text);
  if (duration) return duration <= MAX_DAYS * DAY;
  return TIME.test(text) || (DATE.test(text) && !Number.isNaN(utc(text)));
}

/**
 * The moment from which on `text` counts at `now`, both in ms of Kazakhstan's own clock; a time of the day is its last one.
 *
 * @param {string} text
 * @param {number} now
 */
export function startOf(text, now) {
  const minute = Math.floor(now / MINUTE) * MINUTE;
  const duration = durationOf(text);
  if (duration) return minute - duration;
  const time = TIME.exec(text);
  if (!time) return Math.max(utc(text), minute - MAX_DAYS * DAY);
  const today = Math.floor(now / DAY) * DAY + (Number(time[1]) * 60 + Number(time[2])) * MINUTE;
  return today <= now ? today : today - DAY;
}

/** The clock of Kazakhstan, which keeps one time, in ms as if it were UTC. @param {number} now */
export const inKazakhstan = (now) => now + LOCAL;

/**
 * Every day from a moment to another, as they are called: 2026-06-01.
 *
 * @param {number} start
 * @param {number} end
 */
export function daysBetween(start, end) {
  const first = Math.floor(start / DAY);
  const count = Math.max(1, Math.floor(end / DAY) - first + 1);
  return Array.from({ length: count }, (_, i) => new Date((first + i) * DAY).toISOString().slice(0, 10));
}

const MONTHS = {
  kk: "қаңтардан ақпаннан наурыздан сәуірден мамырдан маусымнан шілдеден тамыздан қыркүйектен қазаннан қарашадан желтоқсаннан",
  ru: "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
  en: "January February March April May June July August September October November December",
};
/** @type {Record<Language, (n: number, unit: Unit) => string>} */
const LAST = {
  kk: (n, unit) => `соңғы ${n} ${{ m: "минутта", h: "сағатта", d: "күнде" }[unit]}`,
  ru: (n, unit) =>
    `за ${n} ${form(n, { m: "минуту минуты минут", h: "час часа часов", d: "день дня дней" }[unit].split(" "))}`,
  en: (n, unit) => `in the last ${n} ${{ m: "minute", h: "hour", d: "day" }[unit]}${n === 1 ? "" : "s"}`,
};
/** @type {Record<Language, (day: string, time: string, isToday: boolean) => string>} */
const FROM = {
  // Only what stands before "бері" takes the ablative: a month's ending is its last three letters.
  kk: (day, time, isToday) => {
    const words = time ? [isToday ? "бүгін" : "", day.slice(0, -3), time + ending(time)] : [day];
    return [...words.filter(Boolean), "бері"].join(" ");
  },
  ru: (day, time, isToday) => [isToday ? "сегодня" : "", "с", time, day].filter(Boolean).join(" "),
  en: (day, time, isToday) => [isToday ? "today" : "", "since", time, day].filter(Boolean).join(" "),
};

/** @param {number} n @param {string[]} forms of 1, of 2 to 4, and of 5 */
function form(n, [one, few, many]) {
  const tens = n % 100;
  if (tens > 10 && tens < 20) return many;
  return n % 10 === 1 ? one : n % 10 > 1 && n % 10 < 5 ? few : many;
}

/** The Kazakh ablative after a time, by how its last number is spoken. @param {string} time */
function ending(time) {
  const minutes = +time.slice(3);
  const spoken = minutes % 10 || !minutes ? minutes % 10 : minutes;
  /** @type {Record<number, string>} */
  const endings = { 3: "тен", 4: "тен", 5: "тен", 6: "дан", 9: "дан", 10: "нан", 20: "дан", 30: "дан", 40: "тан" };
  return `-${endings[spoken] ?? "ден"}`;
}

/**
 * What `text` means at `now` (ms of Kazakhstan's clock), for those who see the number.
 *
 * @param {string} text
 * @param {number} now
 * @param {Language} lang
 */
export function sinceWords(text, now, lang) {
  const [, amount, unit] = DURATION.exec(text) ?? [];
  if (amount) return LAST[lang](Number(amount), /** @type {Unit} */ (unit));
  const start = new Date(startOf(text, now));
  const time = TIME.test(text) || text.includes("T") ? start.toISOString().slice(11, 16) : "";
  const isToday = Math.floor(start.getTime() / DAY) === Math.floor(now / DAY);
  const months = MONTHS[lang].split(" ");
  const day = TIME.test(text) ? "" : `${start.getUTCDate()} ${months[start.getUTCMonth()]}`;
  return FROM[lang](day, time, isToday && TIME.test(text));
}
