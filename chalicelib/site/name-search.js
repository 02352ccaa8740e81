/** Finding names however they are typed: without Kazakh letters on the keyboard, without quotes, in any case. */

/** Letters that many keyboards lack, and what is typed for them. */
const PLAIN = {
  ё: "е",
  ә: "а",
  ғ: "г",
  қ: "к",
  ң: "н",
  ө: "о",
  ұ: "у",
  ү: "у",
  һ: "х",
  і: "и",
  i: "и",
  й: "и",
};
const LETTERS = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "g");

/**
 * Return the words of a text as they are compared: plain letters and digits in lower case.
 * @param {string} text
 * @returns {string[]}
 */
export function plainWords(text) {
  // Composed, the sign of a number would become letters.
  const composed = text.replaceAll("№", " ").normalize("NFKC").toLowerCase();
  return composed.replace(LETTERS, (letter) => PLAIN[/** @type {keyof typeof PLAIN} */ (letter)]).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * Return what tells whether a name is one of those that are looked for: each word that is typed begins or stands in one
 * of its own.
 * @param {string} typed
 * @returns {(name: string) => boolean}
 */
export function matcher(typed) {
  const words = plainWords(typed);
  if (!words.length) return () => true;
  return (name) => {
    const text = plainWords(name).join(" ");
    return words.every((word) => text.includes(word));
  };
}
