/** Russian: a noun has three forms (5, 1, 2); thousands and millions take the first. */

const labels = {
  participants: ["участников", "участник", "участника"],
  participations: ["вкладов", "вклад", "вклада"],
  people: ["человек", "человек", "человека"],
  hours: ["часов", "час", "часа"],
  amount: ["пожертвовано", "пожертвовано", "пожертвовано"],
  volunteers: ["волонтёров", "волонтёр", "волонтёра"],
  good_deeds: ["добрых дел", "доброе дело", "добрых дела"],
  events_held: ["мероприятий", "мероприятие", "мероприятия"],
  organisations: ["организаций", "организация", "организации"],
};

export const words = {
  gap: "\u00a0",
  point: ",",
  percent: "\u00a0%",
  units: ["\u00a0тыс.", "\u00a0млн", "\u00a0млрд", "\u00a0трлн"],
  priced: (text, currency) => text + "\u00a0" + currency,
  label: (metric, value) => {
    const [unit, tens] = [Math.abs(value) % 10, Math.floor(Math.abs(value) / 10) % 10];
    return labels[metric][tens === 1 || unit === 0 || unit > 4 ? 0 : unit === 1 ? 1 : 2];
  },
  pause: "Приостановить",
  resume: "Продолжить",
  offline: "нет связи",
  ago: ["с назад", "мин назад"],
  goal: "цель",
  corrected: "исправлено",
  test: "тест",
};
