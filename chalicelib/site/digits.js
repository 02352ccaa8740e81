/** Digits that move as they change; loaded with the first change. */

import { node } from "./live.js";

/**
 * Write `text` where `old` stands in `value`; what differs comes from below, or from above where the number fell.
 *
 * @param {HTMLElement} value
 * @param {string} text
 * @param {string} old
 * @param {boolean} [down]
 */
export function roll(value, text, old, down) {
  const from = `translateY(${down ? "-" : ""}.6em)`;
  const digits = Array.from(text, (char, i) => {
    const digit = node("span", {}, char);
    if (char !== old.at(i - text.length)) digit.animate({ opacity: [0, 1], transform: [from, "none"] }, 500);
    return digit;
  });
  value.replaceChildren(...digits);
}
