/** Digits that move as they change; loaded with the first change. */

import { node, say } from "./live.js";

const DURATION = 500;
const sheet = new CSSStyleSheet();
sheet.replaceSync(`
[data-old]{position:relative}
[data-old]::after{content:attr(data-old);position:absolute;left:0;top:0;opacity:0}
`);

/**
 * Write `text` where `old` stands in `value`; what differs comes from below, or from above where the number fell. A digit
 * stays until the one that follows it is there: at no moment the number lacks one. A number that became shorter is there
 * at once, as what it lost has no place in it.
 *
 * @param {HTMLElement} value
 * @param {string} text
 * @param {string} old
 * @param {boolean} [down]
 */
export function roll(value, text, old, down) {
  if (text.length < old.length) return say(value, text);
  const root = /** @type {ShadowRoot} */ (value.getRootNode());
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
  const [below, above] = ["translateY(.6em)", "translateY(-.6em)"];
  const cells = Array.from(text, (char) => node("span", {}, node("span", {}, char)));
  value.replaceChildren(...cells);
  cells.forEach((cell, i) => {
    const before = old.at(i - text.length);
    if (text[i] === before) return;
    cell.firstElementChild?.animate({ opacity: [0, 1], transform: [down ? above : below, "none"] }, DURATION);
    if (before === undefined) return;
    cell.dataset.old = before;
    const leaving = { opacity: [1, 1, 0], transform: ["none", down ? below : above] };
    cell.animate(leaving, { duration: DURATION, pseudoElement: "::after" });
  });
}
