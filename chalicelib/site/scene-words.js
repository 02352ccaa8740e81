/** What scenes say besides names and numbers. */

/** @param {number} n */
const ordinal = (n) => n + (["th", "st", "nd", "rd"][n % 100 > 10 && n % 100 < 14 ? 0 : n % 10] ?? "th");

/**
 * @typedef {{
 *   invitation: string, leaders: string, rank: (rank: number, of: number) => string, next: string,
 *   left: (number: string) => string, reached: string, thanks: string, thanked: string, join: string,
 * }} SceneWords
 * @type {Record<import("./documents.js").Language, SceneWords>}
 */
export const SCENE_WORDS = {
  kk: {
    invitation: "Алғашқы қайырымды іс сізден басталсын",
    leaders: "Алда келе жатқан өңірлер",
    rank: (rank, of) => `${of} өңірдің ішінде ${rank}-орын`,
    next: "Келесі меже",
    left: (number) => `${number} қалды`,
    reached: "Межеге жеттік!",
    thanks: "Рақмет!",
    thanked: "Бізбен бірге болған ұйымдарға алғыс айтамыз",
    join: "Ұйымыңызбен бірге қосылыңыз",
  },
  ru: {
    invitation: "Пусть первое доброе дело будет вашим",
    leaders: "Регионы-лидеры",
    rank: (rank, of) => `${rank}-е место среди ${of} регионов`,
    next: "Следующий рубеж",
    left: (number) => `осталось ${number}`,
    reached: "Рубеж взят!",
    thanks: "Спасибо!",
    thanked: "Благодарим организации, которые с нами",
    join: "Присоединяйтесь всей организацией",
  },
  en: {
    invitation: "Let the first good deed be yours",
    leaders: "Leading regions",
    rank: (rank, of) => `${ordinal(rank)} of ${of} regions`,
    next: "Next milestone",
    left: (number) => `${number} to go`,
    reached: "We made it!",
    thanks: "Thank you!",
    thanked: "To the organisations that are with us",
    join: "Join in with your organisation",
  },
};
