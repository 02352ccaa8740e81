/** Numbers in the language of `words`: the twin of numbers.py. */

const group = (value, digits, words) => (value < 0 ? "−" : "") + digits.replace(/\B(?=(\d{3})+$)/g, words.gap);
const whole = (value) => String(Math.floor(Math.abs(value)));

export const number = (value, words) => group(value, whole(value), words);

/** Cut off, never rounded up. */
export function compact(value, words) {
  const digits = whole(value);
  const power = digits.length < 5 ? 0 : Math.min(4, Math.floor((digits.length - 1) / 3));
  if (!power) return number(value, words);
  const head = digits.slice(0, -3 * power);
  const tenth = digits[head.length];
  const rest = head.length < 3 && tenth > 0 ? words.point + tenth : "";
  return group(value, head, words) + rest + words.units[power - 1];
}

export function format(metric, value, words, short) {
  const text = (short ? compact : number)(value, words);
  return metric === "amount" ? words.priced(text, "₸") : text;
}

export const percent = (value, target, words) => number((value * 100) / target, words) + words.percent;

export function measure(measures, metric) {
  const value = metric === "amount" ? measures?.amount?.KZT : measures?.[metric];
  return Number.isFinite(value) ? value : null;
}
