/** The board of one region, for its studio: its number, how it stands among the regions, and the next round number. */

import { card } from "./card.js";
import { define, node, say } from "./live.js";
import { format, measure } from "./numbers.js";
import { settings } from "./on-air.js";
import { campaignName } from "./own-name.js";
import { placeName, places } from "./regions.js";
import { roundAbove } from "./round-numbers.js";
import { SceneElement, sceneElement, shows } from "./scene-element.js";
import { SCENE_WORDS } from "./scene-words.js";

const KAZAKHSTAN = { kk: "Қазақстан", ru: "Казахстан", en: "Kazakhstan" };
const FACTS = ["good_deeds", "people", "hours", "amount"];

class Region extends SceneElement {
  static css = `
:host{display:block}
h2{margin:.6rem 0 0;font-size:5.4rem;font-weight:800;letter-spacing:-.025em;line-height:1.05;white-space:nowrap;transform-origin:0}
.rank{margin:.8rem 0 0;min-height:1.5em;font-size:2.3rem;font-weight:700;color:var(--noun)}
.figure{display:flex;align-items:baseline;gap:1.6rem;margin-top:1.6rem;white-space:nowrap;transform-origin:0}
.value{font-size:12rem;font-weight:850;letter-spacing:-.035em;line-height:1;font-variant-numeric:tabular-nums}
.label{font-size:3.2rem;font-weight:750;color:var(--noun)}
.track{height:1.1rem;margin-top:1.6rem;border-radius:1rem;background:var(--track);overflow:hidden}
.bar{display:block;height:100%;border-radius:1rem;background:var(--fill);transition:width .8s}
.next{margin:.7rem 0 0;font-size:1.8rem;color:var(--aside);font-variant-numeric:tabular-nums}
.facts{display:grid;grid-template-columns:repeat(3,1fr);gap:1.4rem;margin:2.6rem 0 0}
.fact{padding:1.2rem 1.6rem;border-radius:1rem;background:var(--tile)}
.fact b{display:block;font-size:3.6rem;line-height:1.15;font-weight:800;font-variant-numeric:tabular-nums;white-space:nowrap}
.fact span{font-size:1.9rem;color:var(--aside)}
.fact:empty{visibility:hidden}
`;

  content() {
    const part = (tag, className, ...children) => (this[className] = node(tag, { className }, ...children));
    this.heading = node("h2", {});
    part("p", "rank");
    part("div", "figure", part("span", "value"), part("span", "label"));
    const track = node("div", { className: "track" }, part("span", "bar"));
    part("p", "next");
    this.facts = [1, 2, 3].map(() => node("div", { className: "fact" }, node("b", {}), node("span", {})));
    new ResizeObserver(() => this.fit()).observe(this.host);
    return [this.heading, this.rank, this.figure, track, this.next, node("div", { className: "facts" }, ...this.facts)];
  }

  get file() {
    return this.place ? "places.json" : "live.json";
  }

  measures(doc, code = this.place) {
    return code ? (doc?.places?.[code] ?? {}) : (doc?.totals ?? {});
  }

  render(doc, previous) {
    const { metric, place, words } = this;
    const { lang } = this.base;
    const told = SCENE_WORDS[lang];
    const valueOf = (name, document = doc) => measure(this.measures(document), name) ?? 0;
    const value = valueOf(metric);
    say(this.heading, place ? placeName(place, lang) : KAZAKHSTAN[lang]);
    say(this.rank, doc ? (value > 0 ? this.rankText(doc, value, told) : told.invitation) : "");
    say(this.value, doc ? format(metric, value, words) : "");
    say(this.label, doc ? words.label(metric, value) : "");
    const next = this.aim(doc, value);
    const isOver = doc?.state === "ended";
    this.bar.style.width = isOver ? "100%" : `${Math.min(100, (value / next) * 100)}%`;
    say(this.next, doc && !isOver ? `${told.next}: ${format(metric, next, words)}` : "");
    const others = FACTS.filter((name) => name !== metric).slice(0, 3);
    this.facts.forEach((fact, i) => {
      const number = valueOf(others[i]);
      say(fact.firstChild, doc ? format(others[i], number, words, number >= 10 ** 7) : "");
      say(fact.lastChild, doc ? words.label(others[i], number >= 10 ** 7 ? 0 : number) : "");
    });
    this.fit();
    if (!previous || previous === doc) return;
    const fell = [metric, ...others].map((name) => ({ name, by: valueOf(name) - valueOf(name, previous) })).filter(({ by }) => by < 0);
    const text = fell.map(({ name, by }) => `${format(name, by, words)} ${words.label(name, by)}`);
    if (text.length) this.correct(text.join(" · "));
  }

  /** The goal that is not reached yet, else the next round number. */
  aim(doc, value) {
    const { metric, place } = this;
    const goal = +settings.goal || (place ? this.measures(doc).goals?.[metric] : this.goalOf(doc)?.target);
    return goal > value ? goal : roundAbove(value, metric);
  }

  goalOf(doc) {
    return doc?.goals?.find(({ metric }) => metric === this.metric);
  }

  rankText(doc, value, told) {
    if (!this.place || this.place === "abroad") return "";
    const regions = places.filter((code) => code !== "abroad");
    const better = regions.filter((code) => (measure(this.measures(doc, code), this.metric) ?? 0) > value);
    return told.rank(better.length + 1, regions.length);
  }

  /** Long names and long numbers keep to their line. */
  fit() {
    for (const line of [this.heading, this.figure]) {
      line.style.transform = `scale(${Math.min(1, this.base.clientWidth / line.scrollWidth)})`;
    }
  }
}

define("on-air-region", Region);

export function air(safe) {
  const region = sceneElement("on-air-region");
  return card(safe, region, shows(region), campaignName);
}
