/** The five places that have done most, by their bars; they change places as they overtake each other. */

/** @import { LiveDocument } from "./documents.js" */
/** @import { Air } from "./on-air.js" */

import { card } from "./card.js";
import { place as arrange } from "./lists.js";
import { define, node, say } from "./live.js";
import { format, measure } from "./numbers.js";
import { campaignName } from "./own-name.js";
import { placeName, places } from "./regions.js";
import { SceneElement, sceneElement, shows } from "./scene-element.js";
import { SCENE_WORDS } from "./scene-words.js";

const HOW_MANY = 5;

/** @typedef {{ code: string, value: number }} Leader */
/** @typedef {{ item: HTMLLIElement } & Record<"rank" | "name" | "value" | "bar", HTMLElement>} Row an item, its parts */

/** @type {(doc: LiveDocument, code: string, metric: string) => number} */
const valueOf = (doc, code, metric) => measure(doc.places?.[code], metric) ?? 0;

class Leaders extends SceneElement {
  static css = `
:host{display:block}
h2{margin:0 0 2.4rem;font-size:3.6rem;font-weight:800;letter-spacing:-.025em;line-height:1.1}
h2 span+span{margin-left:1.4rem;font-size:2.4rem;font-weight:700;letter-spacing:0;color:var(--noun)}
ol{margin:0;padding:0;list-style:none;display:grid;gap:1.9rem}
li{display:grid;grid-template-columns:4.5rem minmax(0,1fr) auto;gap:.45rem 1.4rem;align-items:baseline}
.rank{grid-row:1/3;align-self:center;display:grid;place-items:center;width:4.2rem;height:4.2rem;border-radius:50%;background:#fec50c;color:#221a00;font-size:2.1rem;font-weight:800;font-variant-numeric:tabular-nums}
.name{font-size:2.9rem;font-weight:650;line-height:1.15;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.value{font-size:3.2rem;font-weight:800;line-height:1.1;font-variant-numeric:tabular-nums;white-space:nowrap}
.track{grid-column:2/4;height:1rem;border-radius:1rem;background:var(--track);overflow:hidden}
.bar{display:block;height:100%;border-radius:1rem;background:var(--fill);transition:width .8s}
.invitation{margin:8rem 0 0;text-align:center;font-size:3.4rem;font-weight:700;color:var(--noun)}
`;
  /** @type {Record<string, Row>} by place */
  #rows = {};
  #titleText = node("span", {});
  #metricText = node("span", {});
  #list = node("ol", {});
  #invitation = node("p", { className: "invitation", hidden: true });

  content() {
    return [node("h2", {}, this.#titleText, this.#metricText), this.#list, this.#invitation];
  }

  get file() {
    return "places.json";
  }

  /** @param {LiveDocument} [doc] @param {LiveDocument | null} [previous] */
  render(doc, previous) {
    const told = SCENE_WORDS[this.base.lang];
    say(this.#titleText, told.leaders);
    say(this.#metricText, this.words.label(this.metric, 0));
    const leaders = doc ? this.#leaders(doc) : [];
    this.#arrange(leaders);
    say(this.#invitation, told.invitation);
    this.#invitation.hidden = !doc || leaders.length > 0;
    if (doc && previous) this.#correctFrom(doc, previous);
  }

  /** @param {LiveDocument} doc @returns {Leader[]} */
  #leaders(doc) {
    return places
      .filter((code) => code !== "abroad")
      .map((code) => ({ code, value: valueOf(doc, code, this.metric) }))
      .filter(({ value }) => value > 0)
      .sort((a, b) => b.value - a.value)
      .slice(0, HOW_MANY);
  }

  /** @param {Leader[]} leaders */
  #arrange(leaders) {
    const before = new Map([...this.#list.querySelectorAll("li")].map((row) => [row, row.offsetTop]));
    const rows = leaders.map((leader, i) => this.#row(leader, i + 1, leaders[0].value).item);
    arrange(this.#list, rows);
    while (this.#list.children.length > rows.length) this.#list.lastChild?.remove();
    for (const row of rows) move(row, before.get(row));
  }

  /** @param {LiveDocument} doc @param {LiveDocument} previous */
  #correctFrom(doc, previous) {
    const { metric, words } = this;
    const fell = places.map((code) => ({ code, by: valueOf(doc, code, metric) - valueOf(previous, code, metric) }));
    const corrected = fell
      .filter(({ by }) => by < 0)
      .map(({ code, by }) => `${placeName(code, this.base.lang)} ${format(metric, by, words)}`);
    if (corrected.length) this.correct(corrected.join(" · "));
  }

  /**
   * The row of a place, which says anew how the place stands.
   *
   * @param {Leader} leader
   * @param {number} rank
   * @param {number} largest what the first one has
   */
  #row({ code, value }, rank, largest) {
    const row = (this.#rows[code] ??= newRow());
    say(row.rank, String(rank));
    say(row.name, placeName(code, this.base.lang));
    say(row.value, format(this.metric, value, this.words));
    row.bar.style.width = `${(value / largest) * 100}%`;
    return row;
  }
}

/** @returns {Row} */
function newRow() {
  const [rank, name, value, bar] = ["rank", "name", "value", "bar"].map((className) => node("span", { className }));
  const item = node("li", {}, rank, name, value, node("span", { className: "track" }, bar));
  return { rank, name, value, bar, item };
}

/** From where it was, or from below where it is new. @param {HTMLElement} row @param {number} [top] */
function move(row, top) {
  const by = (top ?? row.offsetTop + row.offsetHeight) - row.offsetTop;
  if (!by) return;
  const from = { transform: `translateY(${by}px)`, opacity: top === undefined ? 0 : 1 };
  row.animate([from, { transform: "none", opacity: 1 }], { duration: 700, easing: "ease-in-out" });
}

define("on-air-leaders", Leaders);

/** @param {HTMLElement} safe @returns {Air} */
export function air(safe) {
  const leaders = sceneElement("on-air-leaders");
  return card(safe, leaders, shows(leaders), campaignName);
}
