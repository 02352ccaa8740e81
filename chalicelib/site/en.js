/** English: a noun has two forms; thousands and millions take the first. */

const labels = {
  participants: ["participants", "participant"],
  participations: ["contributions", "contribution"],
  people: ["people", "person"],
  hours: ["hours", "hour"],
  amount: ["donated", "donated"],
  volunteers: ["volunteers", "volunteer"],
  good_deeds: ["good deeds", "good deed"],
  events_held: ["events", "event"],
  organisations: ["organisations", "organisation"],
};

export const words = {
  gap: ",",
  point: ".",
  percent: "%",
  units: ["K", "M", "B", "T"],
  priced: (text, currency) => text.replace(/\d/, (digit) => currency + (currency.length > 1 ? "\u00a0" : "") + digit),
  label: (metric, value) => labels[metric][Math.abs(value) === 1 ? 1 : 0],
  pause: "Pause",
  resume: "Resume",
  offline: "offline",
  ago: ["s ago", "min ago"],
  goal: "goal",
  corrected: "corrected",
  test: "test",
};
