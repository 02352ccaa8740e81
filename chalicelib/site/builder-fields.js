/** What can be chosen for each thing that the builder makes, and the words for it. */

/** @import { Language } from "./documents.js" */
/** @import { Choices } from "./snippets.js" */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { LANGUAGE_NAMES, LANGUAGES } from "./language.js";
import { METRIC_NAMES, METRICS, PLACE_METRICS, TIMELINE_METRICS } from "./metrics.js";
import { metricsOf, OPTIONS } from "./overlay-settings.js";
import { nameIn } from "./region-names.js";
import { placeName, places } from "./regions.js";
import { isSince } from "./since-when.js";

/**
 * What is chosen at one time is `name`; whether it `isOffered`, what else is chosen decides.
 *
 * @typedef {{ name: string, isOffered?: (choices: Choices) => boolean }} Named
 * @typedef {string[] | ((choices: Choices) => string[])} Values the first one is usual
 * @typedef {Named & { kind: "choice", values?: Values }} ChoiceField without values, one of all campaigns
 * @typedef {Named & { kind: "flag", usual: boolean }} FlagField
 * @typedef {Named & { kind: "text", hint: string }} TextField
 * @typedef {Named & { kind: "number", min: number, max: number }} NumberField
 * @typedef {ChoiceField | FlagField | TextField | NumberField} Field
 */

const VIEWS = ["full", "compact", "bar", "text"];

/** @type {(name: string, values?: Values) => ChoiceField} */
const choice = (name, values) => ({ name, kind: "choice", values });
/** @type {(name: string, usual?: boolean) => FlagField} */
const flag = (name, usual = false) => ({ name, kind: "flag", usual });
/** @type {(name: string, hint: string) => TextField} */
const text = (name, hint) => ({ name, kind: "text", hint });
/** @type {(name: string, min: number, max: number) => NumberField} */
const number = (name, min, max) => ({ name, kind: "number", min, max });

const campaign = choice("campaign");
const lang = choice("lang", LANGUAGES);
const place = choice("place", ["", ...places]);
/** What one choice leaves of another: places and times know some measures only. */
const metric = choice("metric", ({ place, since }) => {
  const moment = String(since ?? "");
  return metricsOf({ place: String(place ?? ""), since: isSince(moment) ? moment : "" });
});
const script = [flag("pinned"), flag("still")];

/**
 * By what is made: the element, the page or the picture.
 *
 * @type {Record<string, Field[]>}
 */
export const FIELDS = {
  counter: [campaign, lang, place, metric, choice("view", VIEWS), number("goal", 1, 1e12), ...script],
  board: [campaign, lang, ...script],
  map: [campaign, lang, choice("metric", PLACE_METRICS), ...script],
  ticker: [campaign, lang, number("limit", 1, 50), ...script],
  timeline: [campaign, lang, choice("metric", TIMELINE_METRICS), ...script],
  embed: [campaign, lang, place, metric, choice("theme", ["night", "sky", "light", "auto"]), number("goal", 1, 1e12)],
  badge: [campaign, lang, choice("metric", METRICS)],
  overlay: [
    campaign,
    lang,
    place,
    metric,
    choice("theme", OPTIONS.THEMES),
    choice("align", OPTIONS.ALIGNMENTS),
    number("size", 25, 400),
    text("font", "Inter"),
    number("goal", 1, 1e12),
    text("metrics", "good_deeds,people,amount"),
    number("rotate", 2, 600),
    { ...text("since", "20:00, 2026-06-01, 3h"), isOffered: ({ place }) => !place },
    number("delay", 0, 600),
    number("poll", 1, 600),
    choice("stale", OPTIONS.STALE),
    flag("milestones", true),
    flag("alerts"),
    flag("ticker"),
    flag("test"),
    choice("preview", ["", ...OPTIONS.PREVIEWS]),
  ],
};

/**
 * What is said of a value: metrics, places and languages have names, parameters stand for themselves.
 *
 * @param {string} field
 * @param {string} value
 * @param {Language} speech
 */
export function valueName(field, value, speech) {
  if (field === "metric") return nameIn(METRIC_NAMES, value, speech) + (value === "amount" ? ", ₸" : "");
  if (field === "lang") return LANGUAGE_NAMES[value];
  if (field === "place") return value ? placeName(value, speech) : WORDS[speech].everywhere;
  return value || "—";
}

/**
 * @typedef {"brand" | "title" | "what" | "result" | "look" | "copy" | "copied" | "everywhere" | "thing"} Word
 * @typedef {Record<Word, string> & Record<"things" | "fields", Record<string, string>>} BuilderWords
 *
 * @type {Record<Language, BuilderWords>}
 */
export const WORDS = {
  kk: {
    brand: CAMPAIGN_NAME.kk,
    title: "Санағышты құрастыру",
    what: "Не көрсетеміз",
    result: "Дайын код",
    look: "Көрінісі",
    copy: "Көшіру",
    copied: "Көшірілді",
    everywhere: "Бүкіл ел",
    thing: "Түрі",
    things: {
      counter: "Санағыш",
      board: "Өңірлер кестесі",
      map: "Өңірлер картасы",
      ticker: "Соңғы істер",
      timeline: "Күн барысы",
      embed: "Кірістірілетін бет (iframe)",
      badge: "Скриптсіз белгі (SVG)",
      overlay: "Эфирге арналған қабат (OBS, vMix)",
    },
    fields: {
      campaign: "Марафон",
      lang: "Тіл",
      place: "Өңір",
      metric: "Көрсеткіш",
      view: "Пішім",
      goal: "Мақсат (бос: марафондікі)",
      limit: "Нешеуін көрсету",
      pinned: "Бекітілген нұсқа (SRI)",
      still: "Қозғалыссыз",
      theme: "Безендіру",
      align: "Орны",
      size: "Өлшемі, %",
      font: "Қаріп",
      metrics: "Кезектесетін көрсеткіштер",
      rotate: "Кезектесу, с",
      since: "Қай кезден бері",
      delay: "Кідіріс, с",
      poll: "Сұрау аралығы, с",
      stale: "Байланыс үзілсе",
      milestones: "Межелерді тойлау",
      alerts: "Жаңа істер туралы хабар",
      ticker: "Жүгіртпе жол",
      test: "Сынақ белгісі",
      preview: "Серверсіз жаттығу",
    },
  },
  ru: {
    brand: CAMPAIGN_NAME.ru,
    title: "Собрать счётчик",
    what: "Что показать",
    result: "Готовый код",
    look: "Как это выглядит",
    copy: "Скопировать",
    copied: "Скопировано",
    everywhere: "Вся страна",
    thing: "Вид",
    things: {
      counter: "Счётчик",
      board: "Таблица регионов",
      map: "Карта регионов",
      ticker: "Последние дела",
      timeline: "Ход дня",
      embed: "Страница для вставки (iframe)",
      badge: "Значок без скриптов (SVG)",
      overlay: "Слой для эфира (OBS, vMix)",
    },
    fields: {
      campaign: "Марафон",
      lang: "Язык",
      place: "Регион",
      metric: "Показатель",
      view: "Форма",
      goal: "Цель (пусто: цель марафона)",
      limit: "Сколько показать",
      pinned: "Закреплённая версия (SRI)",
      still: "Без движения",
      theme: "Оформление",
      align: "Место",
      size: "Размер, %",
      font: "Шрифт",
      metrics: "Показатели по очереди",
      rotate: "Смена, с",
      since: "С какого времени",
      delay: "Задержка, с",
      poll: "Интервал опроса, с",
      stale: "При обрыве связи",
      milestones: "Отмечать рубежи",
      alerts: "Сообщать о новых делах",
      ticker: "Бегущая строка",
      test: "Пометка теста",
      preview: "Репетиция без сервера",
    },
  },
  en: {
    brand: CAMPAIGN_NAME.en,
    title: "Build a counter",
    what: "What to show",
    result: "Ready to paste",
    look: "How it looks",
    copy: "Copy",
    copied: "Copied",
    everywhere: "The whole country",
    thing: "Kind",
    things: {
      counter: "Counter",
      board: "Table of regions",
      map: "Map of regions",
      ticker: "Latest acts",
      timeline: "The day so far",
      embed: "Page to embed (iframe)",
      badge: "Badge without scripts (SVG)",
      overlay: "Broadcast overlay (OBS, vMix)",
    },
    fields: {
      campaign: "Marathon",
      lang: "Language",
      place: "Region",
      metric: "Measure",
      view: "Form",
      goal: "Goal (empty: the marathon's)",
      limit: "How many",
      pinned: "Pinned version (SRI)",
      still: "Without motion",
      theme: "Theme",
      align: "Position",
      size: "Size, %",
      font: "Font",
      metrics: "Measures in turn",
      rotate: "Turn, s",
      since: "Since",
      delay: "Delay, s",
      poll: "Poll interval, s",
      stale: "When the connection is lost",
      milestones: "Celebrate milestones",
      alerts: "Announce new acts",
      ticker: "Ticker",
      test: "Test mark",
      preview: "Rehearsal without a server",
    },
  },
};
