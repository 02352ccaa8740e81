/** What the pages of regions say, in their three languages. */

/** @import { Language } from "./documents.js" */
/** @import { StateWords } from "./state-words.js" */

import { STATE_WORDS } from "./state-words.js";

/**
 * @typedef {object} Telling what depends on a number or a day
 * @property {(rank: number) => string} place
 * @property {(count: number) => string} ofAll
 * @property {(date: string) => string} asOf
 * @property {(count: string, of: string) => string} found
 */

/**
 * What is said, by the name that `data-word` has it by.
 * @typedef {"skip" | "test" | "all" | "regions" | "rank" | "head" | "population" | "kinds" | "kindsNone" | "latest"} Word
 * @typedef {"latestNone" | "organisations" | "search" | "types" | "every" | "nothing" | "organisationsNone"} BoardWord
 * @typedef {"board" | "name" | "people" | "acts" | "more" | "join" | "how" | "invite" | "metric" | "choose"} OtherWord
 * @typedef {"shareTitle" | "share" | "copy" | "copied" | "unknownRegion" | "first" | "honest" | "csv" | "home"} PageWord
 * @typedef {Telling & StateWords & Record<Word | BoardWord | OtherWord | PageWord, string>} Said
 */

/** @type {Record<number, string>} */
const ENDINGS = { 1: "st", 2: "nd", 3: "rd" };

/**
 * 1st, 2nd, 3rd, 11th.
 * @param {number} rank
 */
function ordinal(rank) {
  const ending = ENDINGS[rank % 10];
  return rank + (ending && Math.floor((rank % 100) / 10) !== 1 ? ending : "th");
}

/** @type {Record<Language, Said>} */
export const WORDS = {
  kk: {
    skip: "Мазмұнға өту",
    test: "Сынақ режимі: бұл сандар шынайы емес",
    all: "Барлық өңірлер",
    regions: "Өңірлер",
    rank: "Орны",
    place: (rank) => `${rank}-орын`,
    ofAll: (count) => `${count} өңірдің ішінде`,
    head: "100 000 тұрғынға шаққанда",
    population: "Халқы",
    asOf: (date) => `${date}, ҚР Ұлттық статистика бюросы`,
    kinds: "Не істелді",
    kindsNone: "Бұл өңірде әлі іс жоқ. Алғашқысын сіз жасаңыз!",
    latest: "Соңғы істер",
    latestNone: "Соңғы елу істің ішінде бұл өңірден жоқ. Өз ісіңізді қосыңыз!",
    organisations: "Ұйымдар",
    search: "Ұйымды іздеу",
    types: "Ұйым түрлері",
    every: "Барлығы",
    found: (count, of) => (count === of ? `${count} ұйым` : `${of} ұйымнан ${count} табылды`),
    nothing: "Мұндай ұйым табылмады. Атауын басқаша жазып көріңіз.",
    organisationsNone: "Мұнда әзірге ұйым жоқ. Мектебіңіз, университетіңіз не компанияңыз алғашқы болсын!",
    board: "Адам саны бойынша ең көбі 500 ұйым; тек көрсетуге рұқсат етілген атаулар.",
    name: "Атауы",
    people: "Адам",
    acts: "Іс",
    more: "Тағы көрсету",
    join: "Марафонға қосылу",
    how: "Қалай қатысуға болады",
    invite: "Кез келген қайырымды іс маңызды: көмек, сабақ, еріктілік, қайырмалдық. Өз ісіңізді қосыңыз — өңіріңіздің саны өседі.",
    shareTitle: "Бөлісіңіз",
    share: "Бөлісу",
    copy: "Сілтемені көшіру",
    copied: "Көшірілді",
    unknownRegion: "Мұндай өңір жоқ",
    first: "Алғашқы қайырымды істі сіз жасаңыз",
    choose: "Төменнен өңірді таңдаңыз.",
    metric: "Көрсеткіш",
    honest: "Тек тіркелген істер есептеледі, тексерудегілері әлі қосылмаған. Қате табылса, сан ашық түзетіледі.",
    csv: "Барлық сандар (CSV)",
    home: "Марафон беті",
    ...STATE_WORDS.kk,
  },
  ru: {
    skip: "Перейти к содержанию",
    test: "Тестовый режим: числа не настоящие",
    all: "Все регионы",
    regions: "Регионы",
    rank: "Место",
    place: (rank) => `${rank}-е место`,
    ofAll: (count) => `среди ${count} регионов`,
    head: "На 100 000 жителей",
    population: "Население",
    asOf: (date) => `${date}, Бюро национальной статистики РК`,
    kinds: "Что сделано",
    kindsNone: "В этом регионе пока нет дел. Пусть первое будет вашим!",
    latest: "Последние дела",
    latestNone: "Среди последних пятидесяти дел этого региона нет. Добавьте своё!",
    organisations: "Организации",
    search: "Найти организацию",
    types: "Виды организаций",
    every: "Все",
    found: (count, of) => (count === of ? `Организаций: ${count}` : `Найдено ${count} из ${of}`),
    nothing: "Такой организации не нашлось. Попробуйте написать название иначе.",
    organisationsNone: "Здесь пока нет организаций. Пусть первой будет ваша школа, ваш университет или компания!",
    board: "До 500 организаций по числу людей; только названия, которые можно показывать.",
    name: "Название",
    people: "Людей",
    acts: "Дел",
    more: "Показать ещё",
    join: "Присоединиться к марафону",
    how: "Как принять участие",
    invite: "Важно каждое доброе дело: помощь, урок, волонтёрство, пожертвование. Добавьте своё — и число вашего региона вырастет.",
    shareTitle: "Поделитесь",
    share: "Поделиться",
    copy: "Скопировать ссылку",
    copied: "Скопировано",
    unknownRegion: "Такого региона нет",
    first: "Первое доброе дело может стать вашим",
    choose: "Выберите регион ниже.",
    metric: "Показатель",
    honest:
      "Учитываются только зарегистрированные дела, те, что на проверке, ещё не посчитаны. Если находится ошибка, число исправляется открыто.",
    csv: "Все числа (CSV)",
    home: "Страница марафона",
    ...STATE_WORDS.ru,
  },
  en: {
    skip: "Skip to content",
    test: "Test mode: these numbers are not real",
    all: "All regions",
    regions: "Regions",
    rank: "Rank",
    place: (rank) => ordinal(rank),
    ofAll: (count) => `of ${count} regions`,
    head: "Per 100,000 inhabitants",
    population: "Population",
    asOf: (date) => `${date}, Bureau of National Statistics of Kazakhstan`,
    kinds: "What was done",
    kindsNone: "Nothing was done here yet. Let the first deed be yours!",
    latest: "Latest deeds",
    latestNone: "None of the last fifty deeds is from here. Add yours!",
    organisations: "Organisations",
    search: "Find an organisation",
    types: "Types of organisations",
    every: "All",
    found: (count, of) => (count === of ? `${count} organisations` : `${count} of ${of} found`),
    nothing: "No such organisation was found. Try to write its name differently.",
    organisationsNone: "There are no organisations here yet. Let your school, university or company be the first!",
    board: "Up to 500 organisations by people; only names that may be shown.",
    name: "Name",
    people: "People",
    acts: "Deeds",
    more: "Show more",
    join: "Join the marathon",
    how: "How to take part",
    invite: "Every good deed counts: a helping hand, a lesson, volunteering, a donation. Add yours and see your region's number grow.",
    shareTitle: "Share it",
    share: "Share",
    copy: "Copy link",
    copied: "Copied",
    unknownRegion: "There is no such region",
    first: "The first good deed can be yours",
    choose: "Choose a region below.",
    metric: "Measure",
    honest:
      "Only registered deeds are counted, those under review not yet. Where a mistake is found, the number is corrected in the open.",
    csv: "All numbers (CSV)",
    home: "The marathon's page",
    ...STATE_WORDS.en,
  },
};
