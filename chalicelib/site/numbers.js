/** Numbers in the language of `words`: the twin of publishing/number_formats.py. */

/** @import { Measures, Words } from "./documents.js" */

/** @param {number} value @param {string} digits without a sign @param {Words} words */
const group = (value, digits, words) => (value < 0 ? "−" : "") + digits.replace(/\B(?=(\d{3})+$)/g, words.gap);

/** @param {number} value */
const whole = (value) => String(Math.floor(Math.abs(value)));

/** @param {number} value @param {Words} words */
export const number = (value, words) => group(value, whole(value), words);

/**
 * In thousands, millions, … from 10,000 on: cut off, never rounded up.
 *
 * @param {number} value
 * @param {Words} words
 */
export function compact(value, words) {
  const digits = whole(value);
  const power = digits.length < 5 ? 0 : Math.min(4, Math.floor((digits.length - 1) / 3));
  if (!power) return number(value, words);
  const head = digits.slice(0, -3 * power);
  const tenth = digits[head.length];
  const rest = head.length < 3 && tenth > "0" ? words.point + tenth : "";
  return group(value, head, words) + rest + words.units[power - 1];
}

/**
 * @param {string} metric
 * @param {number} value
 * @param {Words} words
 * @param {boolean} [short]
 */
export function format(metric, value, words, short) {
  const text = (short ? compact : number)(value, words);
  return metric === "amount" ? words.priced(text, "₸") : text;
}

/** @param {number} value @param {number} target @param {Words} words */
export const percent = (value, target, words) => number((value * 100) / target, words) + words.percent;

/**
 * The number of a metric, of amounts that in tenge; null where there is none.
 *
 * @param {Measures | undefined} measures
 * @param {string} metric
 */
export function measure(measures, metric) {
  const value = metric === "amount" ? measures?.amount?.KZT : measures?.[/** @type {"people"} */ (metric)];
  return Number.isFinite(value) ? /** @type {number} */ (value) : null;
}
