/** What the launch page says, in its three languages. */

/** @import { Language } from "./documents.js" */
/** @import { StateWords } from "./state-words.js" */

import { STATE_WORDS } from "./state-words.js";

/**
 * What is said, by the name that `data-word` has it by; `next` takes numbers as they are written.
 *
 * @typedef {"skip" | "test" | "title" | "first" | "over" | "reached" | "join" | "land" | "light"} Word
 * @typedef {"good_deeds" | "people" | "hours" | "amount" | "head" | "day" | "latest" | "regions"} OtherWord
 * @typedef {"how" | "invite" | "do" | "tell" | "see" | "soon" | "honest" | "csv" | "data" | "embed"} MoreWord
 * @typedef {"milestone" | "close" | "share" | "copy" | "copied" | "pause" | "resume" | "paused"} LastWord
 * @typedef {{ next: (at: string, left: string) => string }} Telling
 * @typedef {Telling & StateWords & Record<Word | OtherWord | MoreWord | LastWord, string>} Said
 */

/** @type {Record<Language, Said>} */
export const WORDS = {
  kk: {
    skip: "Мазмұнға өту",
    test: "Сынақ режимі: бұл сандар шынайы емес",
    title: "Бүкіл ел болып жасаған қайырымды істер",
    first: "Алғашқы қайырымды істі сіз жасаңыз",
    over: "Марафон аяқталды. Қатысқан әрбір адамға рақмет!",
    reached: "жеттік",
    next: (at, left) => `Келесі меже: ${at}, ${left} қалды`,
    join: "Марафонға қосылу",
    land: "Өңірлер",
    light: "Өңіріңізді алғаш болып жарқыратыңыз",
    good_deeds: "Істер",
    people: "Адамдар",
    hours: "Сағаттар",
    amount: "Теңге",
    head: "100 000 тұрғынға шаққанда",
    day: "Бүгін, минут сайын",
    latest: "Дәл қазір",
    regions: "Әр өңірдің үлесі",
    how: "Қалай қатысуға болады",
    invite:
      "Кез келген қайырымды іс маңызды: көмек, сабақ, еріктілік, қайырмалдық. Өз ісіңізді қосыңыз — өңіріңіз картада жарқырай түседі.",
    do: "Қайырымды іс жасаңыз: көмектесіңіз, сабақ өткізіңіз, қайырмалдық беріңіз.",
    tell: "Ол туралы айтыңыз: төмендегі тәсілдердің бірін таңдаңыз.",
    see: "Бірнеше секундтан кейін санның өскенін, өңіріңіздің жарқырағанын көріңіз.",
    soon: "Қатысу тәсілдері жақында осы жерде шығады.",
    honest: "Тек тіркелген істер есептеледі, тексерудегілері әлі қосылмаған. Қате табылса, сан ашық түзетіледі.",
    csv: "Барлық сандар (CSV)",
    data: "Ашық деректер",
    embed: "Санағышты өз сайтыңызға қойыңыз",
    milestone: "Межеге жеттік!",
    close: "Жабу",
    share: "Бөлісу",
    copy: "Сілтемені көшіру",
    copied: "Көшірілді",
    pause: "Тоқтату",
    resume: "Жалғастыру",
    paused: "Тоқтатылды",
    ...STATE_WORDS.kk,
  },
  ru: {
    skip: "Перейти к содержанию",
    test: "Тестовый режим: числа не настоящие",
    title: "Добрые дела, сделанные всей страной",
    first: "Первое доброе дело может стать вашим",
    over: "Марафон завершён. Спасибо каждому, кто принял участие!",
    reached: "рубеж взят",
    next: (at, left) => `Следующий рубеж: ${at}, осталось ${left}`,
    join: "Присоединиться к марафону",
    land: "Регионы",
    light: "Зажгите свой регион первыми",
    good_deeds: "Дела",
    people: "Люди",
    hours: "Часы",
    amount: "Тенге",
    head: "На 100 000 жителей",
    day: "Сегодня, минута за минутой",
    latest: "Прямо сейчас",
    regions: "Вклад каждого региона",
    how: "Как принять участие",
    invite:
      "Важно каждое доброе дело: помощь, урок, волонтёрство, пожертвование. Добавьте своё — и ваш регион на карте станет ярче.",
    do: "Сделайте доброе дело: помогите, проведите урок, пожертвуйте.",
    tell: "Расскажите о нём: выберите один из способов ниже.",
    see: "Через несколько секунд увидите, как растёт число и ярче становится ваш регион.",
    soon: "Способы принять участие скоро появятся здесь.",
    honest:
      "Учитываются только зарегистрированные дела, те, что на проверке, ещё не посчитаны. Если находится ошибка, число исправляется открыто.",
    csv: "Все числа (CSV)",
    data: "Открытые данные",
    embed: "Поставить счётчик на свой сайт",
    milestone: "Рубеж взят!",
    close: "Закрыть",
    share: "Поделиться",
    copy: "Скопировать ссылку",
    copied: "Скопировано",
    pause: "Приостановить",
    resume: "Продолжить",
    paused: "Приостановлено",
    ...STATE_WORDS.ru,
  },
  en: {
    skip: "Skip to content",
    test: "Test mode: these numbers are not real",
    title: "Good deeds the whole country has done",
    first: "The first good deed can be yours",
    over: "The marathon is finished. Thank you, everybody who took part!",
    reached: "reached",
    next: (at, left) => `Next milestone: ${at}, ${left} to go`,
    join: "Join the marathon",
    land: "Regions",
    light: "Be the first to light up your region",
    good_deeds: "Deeds",
    people: "People",
    hours: "Hours",
    amount: "Tenge",
    head: "Per 100,000 inhabitants",
    day: "Today, minute by minute",
    latest: "Right now",
    regions: "What every region has done",
    how: "How to take part",
    invite:
      "Every good deed counts: a helping hand, a lesson, volunteering, a donation. Add yours and see your region light up on the map.",
    do: "Do a good deed: help somebody, give a lesson, donate.",
    tell: "Tell us about it: choose one of the ways below.",
    see: "Seconds later, see the number grow and your region light up.",
    soon: "Ways to take part will appear here soon.",
    honest:
      "Only registered deeds are counted, those under review not yet. Where a mistake is found, the number is corrected in the open.",
    csv: "All numbers (CSV)",
    data: "Open data",
    embed: "Put the counter on your own site",
    milestone: "Milestone reached!",
    close: "Close",
    share: "Share",
    copy: "Copy link",
    copied: "Copied",
    pause: "Pause",
    resume: "Resume",
    paused: "Paused",
    ...STATE_WORDS.en,
  },
};
