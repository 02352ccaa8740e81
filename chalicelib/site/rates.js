/** How a rate per 100,000 inhabitants and the day that they were counted on are written. */

import { format } from "./numbers.js";

const MONTHS = {
  kk: "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
  ru: "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
  en: "January February March April May June July August September October November December",
};

/**
 * Return a rate in words; where little was done its tenth counts.
 * @param {string} metric
 * @param {number} rate
 * @param {import("./documents").Words} words
 */
export const rateText = (metric, rate, words) =>
  rate < 10 ? rate.toFixed(1).replace(".", words.point) : format(metric, Math.round(rate), words);

/**
 * Return a day (ISO 8601) in words: browsers know no Kazakh everywhere.
 * @param {string} day
 * @param {"kk" | "ru" | "en"} lang
 */
export function dayText(day, lang) {
  const [year, month, date] = day.split("-").map(Number);
  const name = MONTHS[lang].split(" ")[month - 1];
  return lang === "kk" ? `${year} ж. ${date} ${name}` : `${date} ${name} ${year}`;
}
