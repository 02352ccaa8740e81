/** Amounts in minor units; tenge are counted whole. */

import { number } from "./numbers.js";

const SYMBOLS = { USD: "$", EUR: "€", RUB: "₽" };
const WHOLE = "KZT BIF CLP DJF GNF JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND";

/** ISO 4217 has two decimals where nothing else is said. */
const decimalsOf = (currency) => (WHOLE.includes(currency) ? 0 : THOUSANDTHS.includes(currency) ? 3 : 2);

export function money(value, currency, words) {
  const decimals = decimalsOf(currency);
  const minor = String(value % 10 ** decimals).padStart(decimals, "0");
  const text = number(Math.floor(value / 10 ** decimals), words) + (+minor ? words.point + minor : "");
  return words.priced(text, currency === "KZT" ? "₸" : (SYMBOLS[currency] ?? currency));
}
