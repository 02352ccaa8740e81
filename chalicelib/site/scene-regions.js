/** The five places that have done most, by their bars; they change places as they overtake each other. */

import { card } from "./card.js";
import { place as arrange } from "./lists.js";
import { define, node, say } from "./live.js";
import { format, measure } from "./numbers.js";
import { campaignName } from "./own-name.js";
import { placeName, places } from "./regions.js";
import { SceneElement, sceneElement, shows } from "./scene-element.js";
import { SCENE_WORDS } from "./scene-words.js";

const HOW_MANY = 5;

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
  rows = {};

  content() {
    this.titleText = node("span", {});
    this.metricText = node("span", {});
    this.list = node("ol", {});
    this.invitation = node("p", { className: "invitation", hidden: true });
    return [node("h2", {}, this.titleText, this.metricText), this.list, this.invitation];
  }

  get file() {
    return "places.json";
  }

  render(doc, previous) {
    const { metric, words } = this;
    const { lang } = this.base;
    const told = SCENE_WORDS[lang];
    say(this.titleText, told.leaders);
    say(this.metricText, words.label(metric, 0));
    const valueOf = (document, code) => measure(document?.places?.[code], metric) ?? 0;
    const ranked = places
      .filter((code) => code !== "abroad")
      .map((code) => ({ code, value: valueOf(doc, code) }))
      .filter(({ value }) => value > 0)
      .sort((a, b) => b.value - a.value);
    const leaders = ranked.slice(0, HOW_MANY);
    const before = Object.fromEntries([...this.list.children].map((row) => [row.dataset.code, row.offsetTop]));
    arrange(
      this.list,
      leaders.map((leader, i) => this.row(leader, i + 1, leaders[0].value)),
    );
    while (this.list.children.length > leaders.length) this.list.lastChild.remove();
    for (const row of this.list.children) this.move(row, before[row.dataset.code]);
    say(this.invitation, told.invitation);
    this.invitation.hidden = !doc || leaders.length > 0;
    if (!previous || previous === doc) return;
    const fell = places.map((code) => ({ code, by: valueOf(doc, code) - valueOf(previous, code) }));
    const corrected = fell.filter(({ by }) => by < 0).map(({ code, by }) => `${placeName(code, lang)} ${format(metric, by, words)}`);
    if (corrected.length) this.correct(corrected.join(" · "));
  }

  row({ code, value }, rank, most) {
    const row = (this.rows[code] ??= this.newRow(code));
    const [number, name, text, track] = row.children;
    say(number, String(rank));
    say(name, placeName(code, this.base.lang));
    say(text, format(this.metric, value, this.words));
    track.firstChild.style.width = `${(value / most) * 100}%`;
    return row;
  }

  newRow(code) {
    const parts = ["rank", "name", "value"].map((className) => node("span", { className }));
    const row = node("li", {}, ...parts, node("span", { className: "track" }, node("span", { className: "bar" })));
    row.dataset.code = code;
    return row;
  }

  /** From where it was, or from below where it is new. */
  move(row, top) {
    const by = (top ?? row.offsetTop + row.offsetHeight) - row.offsetTop;
    if (!by) return;
    const from = { transform: `translateY(${by}px)`, opacity: top === undefined ? 0 : 1 };
    row.animate([from, { transform: "none", opacity: 1 }], { duration: 700, easing: "ease-in-out" });
  }
}

define("on-air-leaders", Leaders);

export function air(safe) {
  const leaders = sceneElement("on-air-leaders");
  return card(safe, leaders, shows(leaders), campaignName);
}
