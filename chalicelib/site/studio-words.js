/** What the control page says, in three languages. */

import { CAMPAIGN_NAME } from "./campaign-name.js";

/**
 * `scenes` tells of each what it is called and what it shows; `obs` and `vmix` are steps.
 *
 * @typedef {"brand" | "title" | "unknown" | "lead" | "panic" | "panicHelp" | "everywhere" | "inTurn" | "yes" | "no"} Word
 * @typedef {"copy" | "copied" | "address" | "emergency" | "holds" | "hides"} SceneWord
 * @typedef {Record<"states" | "choices" | "themes" | "previews", Record<string, string>>} Names
 * @typedef {Record<"obs" | "vmix", string[]>} Steps
 * @typedef {Record<Word | SceneWord, string> & Names & Steps & { scenes: Record<string, string[]> }} StudioWords
 *
 * @type {Record<import("./documents.js").Language, StudioWords>}
 */
export const STUDIO_WORDS = {
  kk: {
    brand: CAMPAIGN_NAME.kk,
    title: "Эфир студиясы",
    unknown: "Мұндай науқан жоқ",
    lead: "Барлық көріністер қатар тұр. Қалағаныңызды баптап, мекенжайын көшіріп, OBS немесе vMix бағдарламасына қойыңыз.",
    panic: "Шұғыл жағдай",
    panicHelp:
      "Осы бет OBS ішінде док ретінде ашық болса, барлық көрініске бірден әсер етеді. vMix үшін шұғыл мекенжайларды пайдаланыңыз.",
    states: { go: "Эфирде", hold: "Ұстап тұру", hide: "Жасыру" },
    choices: { lang: "Тіл", theme: "Безендіру", place: "Өңір", metric: "Көрсеткіш", qr: "QR-код", preview: "Не көрінеді" },
    everywhere: "Бүкіл ел",
    inTurn: "Қазақша, орысша кезекпен",
    yes: "Бар",
    no: "Жоқ",
    copy: "Көшіру",
    copied: "Көшірілді",
    address: "Мекенжай",
    emergency: "Шұғыл мекенжайлар",
    holds: "Соңғы дұрыс санды ұстап тұрады",
    hides: "Толық мөлдір",
    themes: { night: "Түн", sky: "Көк", light: "Ашық", plain: "Фонсыз" },
    previews: {
      off: "Тікелей эфир",
      test: "Жаттығу: сынақ",
      frozen: "Жаттығу: қабылдау тоқтатылған",
      ended: "Жаттығу: аяқталған",
      correction: "Жаттығу: түзету",
      old: "Жаттығу: ескірген сан",
      stale: "Жаттығу: байланыс жоқ (екі минуттан соң)",
      flood: "Жаттығу: істер тасқыны",
      milestone: "Жаттығу: меже",
      empty: "Жаттығу: әлі бос",
    },
    scenes: {
      "lower-third": ["Төменгі тақта", "Сан, мақсат, жаңа істер туралы хабар, меже құттықтауы."],
      number: ["Толық экрандағы сан", "Бір үлкен сан және мақсатқа дейінгі жол."],
      crawl: ["Жүгіртпе жол", "Барлық сандар, алда келе жатқан өңірлер, соңғы істер."],
      regions: ["Үздік бес өңір", "Бес өңір, бір-бірін басып озса, орын ауыстырады."],
      region: ["Өңір тақтасы", "Видеобайланыспен қосылған өңір студиясына. Өңірді жоғарыдан таңдаңыз."],
      countdown: ["Межеге дейін", "Келесі межеге қанша қалды."],
      thanks: ["Алғыс", "Эфирге шығуға рұқсат етілген ұйымдардың аттары."],
    },
    obs: [
      "Sources → + → Browser, URL өрісіне мекенжайды қойыңыз.",
      "Width 1920, Height 1080, FPS 30. Custom CSS өрісін босатыңыз: бет мөлдір фонды өзі береді.",
      "«Shutdown source when not visible» және «Refresh browser when scene becomes active» белгіленбесін.",
      "Docks → Custom Browser Docks: осы беттің мекенжайын қосыңыз. Сонда шұғыл түймелер қайта жүктеусіз бірден жұмыс істейді.",
    ],
    vmix: [
      "Add Input → Web Browser, мекенжайды қойыңыз. Width 1920, Height 1080.",
      "Overlay арнасына қойыңыз: фон мөлдір, хромакей керек емес.",
      "Settings → Shortcuts: BrowserNavigate функциясына шұғыл мекенжайды (Value) беріңіз, қайту үшін тағы бір пернеге қалыпты мекенжайды.",
    ],
  },
  ru: {
    brand: CAMPAIGN_NAME.ru,
    title: "Эфирная студия",
    unknown: "Такой кампании нет",
    lead: "Все сцены рядом. Настройте нужную, скопируйте адрес и вставьте его в OBS или vMix.",
    panic: "Экстренно",
    panicHelp:
      "Если эта страница открыта доком внутри OBS, действует сразу на все сцены. Для vMix возьмите экстренные адреса.",
    states: { go: "В эфире", hold: "Удержать", hide: "Скрыть" },
    choices: { lang: "Язык", theme: "Оформление", place: "Регион", metric: "Показатель", qr: "QR-код", preview: "Что видно" },
    everywhere: "Вся страна",
    inTurn: "Казахский и русский по очереди",
    yes: "Есть",
    no: "Нет",
    copy: "Копировать",
    copied: "Скопировано",
    address: "Адрес",
    emergency: "Экстренные адреса",
    holds: "Удерживает последнее верное число",
    hides: "Полностью прозрачно",
    themes: { night: "Ночь", sky: "Небо", light: "Светлая", plain: "Без фона" },
    previews: {
      off: "Прямой эфир",
      test: "Репетиция: тест",
      frozen: "Репетиция: приём приостановлен",
      ended: "Репетиция: завершён",
      correction: "Репетиция: исправление",
      old: "Репетиция: число устарело",
      stale: "Репетиция: нет связи (через две минуты)",
      flood: "Репетиция: поток дел",
      milestone: "Репетиция: рубеж",
      empty: "Репетиция: пока пусто",
    },
    scenes: {
      "lower-third": ["Нижняя плашка", "Число, цель, сообщения о новых делах, поздравление со взятым рубежом."],
      number: ["Число во весь экран", "Одно большое число и путь к цели."],
      crawl: ["Бегущая строка", "Все числа, регионы-лидеры, последние дела."],
      regions: ["Пять лучших регионов", "Пять регионов; обгоняя друг друга, меняются местами."],
      region: ["Табло региона", "Для студии региона на видеосвязи. Регион выберите выше."],
      countdown: ["До рубежа", "Сколько осталось до следующего рубежа."],
      thanks: ["Благодарность", "Названия организаций, которые можно показывать."],
    },
    obs: [
      "Sources → + → Browser, в поле URL вставьте адрес.",
      "Width 1920, Height 1080, FPS 30. Поле Custom CSS очистите: страница прозрачна сама.",
      "Снимите «Shutdown source when not visible» и «Refresh browser when scene becomes active».",
      "Docks → Custom Browser Docks: добавьте адрес этой страницы. Тогда экстренные кнопки действуют сразу, без перезагрузки.",
    ],
    vmix: [
      "Add Input → Web Browser, вставьте адрес. Width 1920, Height 1080.",
      "Поставьте на канал Overlay: фон прозрачный, хромакей не нужен.",
      "Settings → Shortcuts: функции BrowserNavigate дайте экстренный адрес (Value), другой клавише — обычный адрес, чтобы вернуться.",
    ],
  },
  en: {
    brand: CAMPAIGN_NAME.en,
    title: "Studio",
    unknown: "There is no such campaign",
    lead: "All scenes side by side. Choose how they look, copy an address, and paste it into OBS or vMix.",
    panic: "Panic",
    panicHelp:
      "Where this page is open as a dock of OBS, it acts on all scenes at once. For vMix there are addresses with each scene.",
    states: { go: "On air", hold: "Hold", hide: "Hide" },
    choices: { lang: "Language", theme: "Theme", place: "Region", metric: "Measure", qr: "QR code", preview: "What is seen" },
    everywhere: "The whole country",
    inTurn: "Kazakh and Russian in turn",
    yes: "Yes",
    no: "No",
    copy: "Copy",
    copied: "Copied",
    address: "Address",
    emergency: "Panic addresses",
    holds: "Holds the last good number",
    hides: "Fully transparent",
    themes: { night: "Night", sky: "Sky", light: "Light", plain: "No background" },
    previews: {
      off: "On air now",
      test: "Rehearsal: test",
      frozen: "Rehearsal: entries on hold",
      ended: "Rehearsal: finished",
      correction: "Rehearsal: correction",
      old: "Rehearsal: stale number",
      stale: "Rehearsal: offline (after two minutes)",
      flood: "Rehearsal: a flood of acts",
      milestone: "Rehearsal: milestone",
      empty: "Rehearsal: nothing yet",
    },
    scenes: {
      "lower-third": ["Lower third", "Number, goal, new acts as they come, milestones celebrated."],
      number: ["Full-screen number", "One large number, and the way to the goal."],
      crawl: ["Crawl", "All numbers, the regions that lead, the last acts."],
      regions: ["Top five regions", "Five regions that change places as they overtake each other."],
      region: ["A region's board", "For the studio of a region that joins by video link. Choose the region above."],
      countdown: ["Milestone countdown", "How much is left to the next milestone."],
      thanks: ["Thank-you roll", "Organisations whose names may air."],
    },
    obs: [
      "Sources → + → Browser, and paste the address into URL.",
      "Width 1920, Height 1080, FPS 30. Empty Custom CSS: the page is transparent by itself.",
      "Leave “Shutdown source when not visible” and “Refresh browser when scene becomes active” off.",
      "Docks → Custom Browser Docks: add this page. Then the panic buttons act at once, and nothing has to be reloaded.",
    ],
    vmix: [
      "Add Input → Web Browser, and paste the address. Width 1920, Height 1080.",
      "Put it on an Overlay channel: the background is transparent, no keying is needed.",
      "Settings → Shortcuts: give BrowserNavigate the panic address as its Value, and another key the usual address to go back.",
    ],
  },
};
