/** `<good-deeds-map>`: Kazakhstan in tiles that light up. */

import { define, LiveElement, node, say } from "./live.js";
import { compact, format, measure } from "./numbers.js";
import { placeName } from "./regions.js";
import { tiles } from "./tiles.js";

class RegionMap extends LiveElement {
  static css = `
ul{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:.35em;margin:0;padding:0;list-style:none}
li{position:relative;overflow:hidden;aspect-ratio:var(--gd-tile-ratio,1.25);border-radius:.5em;padding:.35em .45em;box-sizing:border-box;
display:flex;flex-direction:column;justify-content:space-between;background:var(--gd-tile,#0c3140);color:var(--gd-tile-text,#fff)}
li::before{content:"";position:absolute;inset:0;background:var(--gd-lit,#087a91);opacity:var(--lit,0);transition:opacity var(--motion)}
li.abroad{outline:1px dashed var(--gd-lit,#087a91);outline-offset:-1px}
[part=name]{position:relative;font-size:.62em;line-height:1.15;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
[part=number]{position:relative;transform-origin:0 100%;font-size:1.1em;line-height:1;font-weight:750;font-variant-numeric:tabular-nums;white-space:nowrap}
[part=line]{justify-content:end;font-size:.8em}
`;

  content() {
    this.tiles = tiles.map(({ code, column, row, names }) => {
      const name = node("span", { part: "name", ariaHidden: true });
      const number = node("span", { part: "number", ariaHidden: true });
      const plain = node("span", { className: "sr" });
      const tile = node("li", { part: `tile ${code}`, className: code }, name, number, plain);
      tile.style.gridColumn = column;
      tile.style.gridRow = row;
      return { code, names, tile, name, number, plain, value: null };
    });
    return [node("ul", {}, ...this.tiles.map(({ tile }) => tile))];
  }

  get file() {
    return "places.json";
  }

  get metric() {
    return this.getAttribute("metric") ?? "good_deeds";
  }

  render(doc, previous, backlog) {
    const { metric, words } = this;
    const { lang } = this.base;
    const known = Object.values(doc?.places ?? {});
    // A measure that places do not have is left out, not drawn as nothing.
    this.base.hidden = known.length > 0 && known.every((measures) => measure(measures, metric) === null);
    if (this.base.hidden) return this.emit("error", { message: `no ${metric} in ${this.file}` });
    const read = (code) => measure(doc?.places?.[code] ?? { amount: { KZT: 0 } }, metric) ?? 0;
    const fell = [];
    const most = Math.max(1, ...tiles.map(({ code }) => read(code)));
    for (const shown of this.tiles) {
      const value = doc && read(shown.code);
      const name = placeName(shown.code, lang);
      say(shown.name, shown.names[lang]);
      say(shown.number, doc ? compact(value, words) : "—");
      say(shown.plain, doc ? `${name}: ${format(metric, value, words)} ${words.label(metric, value)}` : name);
      shown.tile.style.setProperty("--lit", value > 0 ? 0.25 + 0.75 * Math.sqrt(value / most) : 0);
      if (previous && !backlog && value > shown.value) this.light(shown);
      if (previous && value < shown.value) fell.push(`${name} ${format(metric, value - shown.value, words)}`);
      shown.value = value;
    }
    if (fell.length) this.correct(fell.join(" · "));
  }

  light({ tile, number }) {
    if (this.still) return;
    tile.animate([{ boxShadow: "0 0 0 .2em #fec50c, 0 0 2.5em #fec50c" }, {}], { duration: 3000, easing: "ease-out" });
    number.animate([{ color: "#fec50c", transform: "scale(1.3)" }, {}], 1500);
  }
}

define("good-deeds-map", RegionMap);
