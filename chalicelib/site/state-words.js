/** What pages say of how their numbers stand: live or late, tested or over, and how old. */

/** @import { CampaignState, FeedState, Language } from "./documents.js" */

/** @typedef {"waiting" | "stale" | "old" | "offline" | "unknown"} StateWord */

/**
 * What is said in a language; `updated` takes an age in seconds.
 * @typedef {Partial<Record<FeedState | CampaignState, string>>} AnyState
 * @typedef {AnyState & Record<StateWord, string> & { states: AnyState, updated: (age: number) => string }} StateWords
 */

/** @type {Record<Language, StateWords>} */
export const STATE_WORDS = {
  kk: {
    waiting: "Қосылуда…",
    stale: "Деректер кешігіп жатыр",
    old: "Деректер ескірді",
    offline: "Байланыс жоқ",
    unknown: "Мұндай науқан жоқ",
    states: { live: "Тікелей эфир", test: "Сынақ", frozen: "Қабылдау тоқтатылды", ended: "Марафон аяқталды" },
    updated: (age) =>
      age < 5 ? "жаңа ғана жаңарды" : age < 60 ? `${age} с бұрын жаңарды` : `${Math.floor(age / 60)} мин бұрын жаңарды`,
  },
  ru: {
    waiting: "Подключение…",
    stale: "Данные запаздывают",
    old: "Данные устарели",
    offline: "Нет связи",
    unknown: "Такой кампании нет",
    states: { live: "Прямой эфир", test: "Тест", frozen: "Приём приостановлен", ended: "Марафон завершён" },
    updated: (age) =>
      age < 5
        ? "обновлено только что"
        : age < 60
          ? `обновлено ${age} с назад`
          : `обновлено ${Math.floor(age / 60)} мин назад`,
  },
  en: {
    waiting: "Connecting…",
    stale: "Delayed",
    old: "Out of date",
    offline: "Offline",
    unknown: "There is no such campaign",
    states: { live: "Live", test: "Test", frozen: "Entries on hold", ended: "Marathon finished" },
    updated: (age) =>
      age < 5 ? "updated just now" : age < 60 ? `updated ${age} s ago` : `updated ${Math.floor(age / 60)} min ago`,
  },
};
