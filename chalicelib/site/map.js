/** `<good-deeds-map>`: Kazakhstan in tiles, the brighter the higher a region stands. */

/** @import { LiveDocument, Words } from "./documents.js" */

import { define, LiveElement, node, say } from "./live.js";
import { compact, format, measure, number } from "./numbers.js";
import { perHead, POPULATIONS_AS_OF } from "./populations.js";
import { placeName } from "./regions.js";
import { tiles } from "./tiles.js";

const YEAR = POPULATIONS_AS_OF.slice(0, 4);
const RANKED = tiles.length - 1;
/** How many shades there are, and how many regions are of one. */
const SHADES = 5;
const ABREAST = RANKED / SHADES;
const WORDS = {
  kk: ["Өңірдің орны", `100 000 тұрғынға шаққанда (халық саны: ${YEAR})`],
  ru: ["Место региона", `На 100 000 жителей (население: ${YEAR})`],
  en: ["A region’s rank", `Per 100,000 inhabitants (population: ${YEAR})`],
};

/**
 * From those that stand highest, 5, to those that stand last, 1; 0 for who has nothing.
 *
 * @param {number | null} value
 * @param {(number | null)[]} values of all
 */
export function shadeOf(value, values) {
  if (value === null || value <= 0) return 0;
  const before = values.filter((other) => Number(other) > value).length;
  return SHADES - Math.min(SHADES - 1, Math.floor(before / ABREAST));
}

/** A number per head in as many digits as tell regions apart. @param {number} value @param {Words} words */
const few = (value, words) => {
  const tenth = Math.floor(value * 10) % 10;
  return value < 100 && tenth > 0 ? number(value, words) + words.point + tenth : compact(value, words);
};

class RegionMap extends LiveElement {
  static observedAttributes = [...LiveElement.observedAttributes, "by"];
  static css = `
:host{container-type:inline-size}
ul{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:.35em;gap:.9cqi;margin:0;padding:0;list-style:none}
li{grid-area:var(--area);position:relative;overflow:hidden;aspect-ratio:var(--gd-tile-ratio,1.25);border-radius:.5em;padding:.35em;padding:.9cqi 1cqi;box-sizing:border-box;
display:flex;flex-direction:column;justify-content:space-between;background:var(--gd-tile,var(--tile,#0c3140));color:var(--gd-tile-text,var(--tile-text,#fff))}
li::before{content:"";position:absolute;inset:0;background:var(--gd-lit,var(--lit,#087a91));opacity:0;transition:opacity var(--motion)}
.s1::before{opacity:.25}.s2::before{opacity:.5}.s3::before{opacity:.75}.s4::before,.s5::before{opacity:1}
.s5{color:var(--gd-top-text,#221a00)}.s5::before{background:var(--gd-top,#fec50c)}
.abroad{outline:1px dashed var(--gd-lit,var(--lit,#087a91));outline-offset:-1px}
[part=name]{position:relative;font-size:.62em;font-size:min(2.4cqi,21cqi/var(--name));line-height:1.15;white-space:nowrap}
[part=number]:empty{display:none}
[part=number]{position:relative;transform-origin:0 100%;font-size:1.1em;font-size:min(3cqi,20cqi/var(--number));line-height:1;font-weight:750;font-variant-numeric:tabular-nums;white-space:nowrap}
.s0 [part=name]:has(+ :empty){margin:auto}
[part=legend]{display:flex;flex-wrap:wrap;gap:.25em .8em;min-height:1.4em;margin-top:.7em;font-size:.8em}
[part=legend] b{font-weight:inherit;font-variant-numeric:tabular-nums;white-space:nowrap}
[part=legend] b::before{content:"";display:inline-block;width:1.1em;height:.8em;margin-inline-end:.35em;border-radius:.2em;vertical-align:-.05em;
background:linear-gradient(var(--shade),var(--shade)) var(--gd-tile,var(--tile,#0c3140))}
[part=line]{justify-content:end;font-size:.8em}
@container (max-width:559px){ul{grid-template-columns:repeat(4,minmax(0,1fr));gap:1.4cqi}
li{grid-area:var(--narrow);aspect-ratio:var(--gd-tile-ratio,1.5);padding:1.4cqi 1.6cqi}[part=name]{font-size:min(4cqi,32cqi/var(--name))}[part=number]{font-size:min(4.6cqi,30cqi/var(--number))}}
`;

  shown = tiles.map(({ code, area, narrow, names }) => {
    const name = node("span", { part: "name", ariaHidden: true });
    const number = node("span", { part: "number", ariaHidden: true });
    const plain = node("span", { className: "sr" });
    const tile = node("li", { part: `tile ${code}` }, name, number, plain);
    tile.style.setProperty("--area", area);
    tile.style.setProperty("--narrow", narrow);
    return { code, names, tile, name, number, plain, value: 0 };
  });
  caption = node("span");
  legend = node("div", { part: "legend", ariaHidden: true }, this.caption, ...this.swatches());

  content() {
    return [node("ul", {}, ...this.shown.map(({ tile }) => tile)), this.legend];
  }

  swatches() {
    return Array.from({ length: SHADES }, (_, i) => {
      const swatch = node("b", { part: `swatch s${SHADES - i}` }, `${ABREAST * i + 1}–${ABREAST * (i + 1)}`);
      const lit = `color-mix(in srgb, var(--gd-lit,var(--lit,#087a91)) ${25 * (SHADES - i)}%, transparent)`;
      swatch.style.setProperty("--shade", i ? lit : "var(--gd-top,#fec50c)");
      return swatch;
    });
  }

  get file() {
    return "places.json";
  }

  get metric() {
    return this.getAttribute("metric") ?? "good_deeds";
  }

  get isPerHead() {
    return this.getAttribute("by") === "head";
  }

  /** @param {LiveDocument} [doc] @param {LiveDocument | null} [previous] @param {boolean} [backlog] */
  render(doc, previous, backlog) {
    const { metric, words, isPerHead } = this;
    const { lang } = this.base;
    const known = Object.values(doc?.places ?? {});
    // A measure that places do not have is left out, not drawn as nothing.
    this.base.hidden = known.length > 0 && known.every((measures) => measure(measures, metric) === null);
    if (this.base.hidden) return this.emit("error", { message: `no ${metric} in ${this.file}` });
    /** @param {string} code */
    const read = (code) => measure(doc?.places?.[code] ?? { amount: { KZT: 0 } }, metric) ?? 0;
    /** @param {string} code */
    const weigh = (code) => (isPerHead ? perHead(read(code), code) : read(code));
    const weights = tiles.flatMap(({ code }) => (code === "abroad" ? [] : [weigh(code)]));
    // Where nothing has happened yet, names invite and no zeros stand.
    const isEmpty = !tiles.some(({ code }) => read(code));
    /** @type {string[]} */
    const fell = [];
    for (const shown of this.shown) {
      const { code } = shown;
      const value = read(code);
      const name = placeName(code, lang);
      const weight = weigh(code);
      const told = isPerHead ? weight !== null && few(weight, words) : compact(value, words);
      this.write(shown.name, "--name", shown.names[lang]);
      this.write(shown.number, "--number", isEmpty ? "" : told || "");
      const also = isPerHead && told ? ` (${told} · ${WORDS[lang][1]})` : "";
      const noun = words.label(metric, value);
      say(shown.plain, isEmpty ? name : `${name}: ${format(metric, value, words)} ${noun}${also}`);
      const className = `${code} s${isPerHead && code === "abroad" ? 0 : shadeOf(weight, weights)}`;
      if (shown.tile.className !== className) shown.tile.className = className;
      if (previous && !backlog && value > shown.value) this.light(shown);
      if (previous && value < shown.value) fell.push(`${name} ${format(metric, value - shown.value, words)}`);
      shown.value = value;
    }
    say(this.caption, WORDS[lang][+isPerHead]);
    const visibility = isEmpty ? "hidden" : "";
    if (this.legend.style.visibility !== visibility) this.legend.style.visibility = visibility;
    if (fell.length) this.correct(fell.join(" · "));
  }

  /** A text gets as small as its tile demands. @param {HTMLElement} element @param {string} length @param {string} text */
  write(element, length, text) {
    if (text === element.textContent) return;
    element.style.setProperty(length, String(text.length));
    say(element, text);
  }

  /** @param {{ tile: HTMLElement, number: HTMLElement }} shown */
  light({ tile, number }) {
    if (this.still) return;
    tile.animate([{ boxShadow: "0 0 0 .2em #fec50c, 0 0 2.5em #fec50c" }, {}], { duration: 3000, easing: "ease-out" });
    number.animate([{ transform: "scale(1.3)" }, {}], 1500);
  }
}

define("good-deeds-map", RegionMap);
