/** The round numbers that a place celebrates: its milestones, where the campaign's are the whole country's. */

const STEPS = [1, 2.5, 5];
const LEAST = { amount: 100_000 };

/** The highest round number at or below a value, null below the first. */
export function roundBelow(value, metric) {
  if (value < (LEAST[metric] ?? 100)) return null;
  const power = 10 ** (String(Math.floor(value)).length - 1);
  return Math.max(...STEPS.map((step) => step * power).filter((at) => at <= value));
}

/** The round number or the goal that is reached by going on from the most so far to a value; null where none is. */
export function reachedBy(most, value, metric, goal) {
  if (!(value > most)) return null;
  const round = roundBelow(value, metric);
  if (goal > most && goal <= value) return goal;
  return round > most ? round : null;
}
