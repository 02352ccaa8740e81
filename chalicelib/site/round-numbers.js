/** The round numbers that a place celebrates: its milestones, where the campaign's are the whole country's. */

const STEPS = [1, 2.5, 5];
/** @type {Record<string, number>} */
const LEAST = { amount: 100_000 };

/** @param {string} metric */
const leastOf = (metric) => LEAST[metric] ?? 100;

/**
 * The highest round number at or below a value, null below the first.
 *
 * @param {number} value
 * @param {string} metric
 */
export function roundBelow(value, metric) {
  if (value < leastOf(metric)) return null;
  const power = 10 ** (String(Math.floor(value)).length - 1);
  return Math.max(...STEPS.map((step) => step * power).filter((at) => at <= value));
}

/**
 * The lowest round number above a value.
 *
 * @param {number} value
 * @param {string} metric
 */
export function roundAbove(value, metric) {
  if (value < leastOf(metric)) return leastOf(metric);
  const power = 10 ** (String(Math.floor(value)).length - 1);
  return Math.min(...[...STEPS, 10].map((step) => step * power).filter((at) => at > value));
}

/**
 * The round number or the goal that is reached by going on from the highest so far to a value; null where none is.
 *
 * @param {number} highest
 * @param {number} value
 * @param {string} metric
 * @param {number} [goal]
 */
export function reachedBy(highest, value, metric, goal) {
  if (!(value > highest)) return null;
  const round = roundBelow(value, metric);
  if (goal !== undefined && goal > highest && goal <= value) return goal;
  return round !== null && round > highest ? round : null;
}
