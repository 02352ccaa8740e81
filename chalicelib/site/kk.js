/** Kazakh: a noun stays singular after any number. */

const labels = {
  participants: "қатысушы",
  participations: "үлес",
  people: "адам",
  hours: "сағат",
  amount: "қайырмалдық",
  volunteers: "ерікті",
  good_deeds: "қайырымды іс",
  events_held: "іс-шара",
  organisations: "ұйым",
};

export const words = {
  gap: "\u00a0",
  point: ",",
  percent: "%",
  units: ["\u00a0мың", "\u00a0млн", "\u00a0млрд", "\u00a0трлн"],
  priced: (text, currency) => text + "\u00a0" + currency,
  label: (metric) => labels[metric],
  pause: "Тоқтату",
  resume: "Жалғастыру",
  offline: "байланыс жоқ",
  ago: ["с бұрын", "мин бұрын"],
  goal: "мақсат",
  corrected: "түзетілді",
  test: "сынақ",
};
