/** The board of one region, for its studio: its number, how it stands among the regions, and the next round number. */

/** @import { Language, LiveDocument, PlaceMeasures } from "./documents.js" */
/** @import { Air } from "./on-air.js" */

import { card } from "./card.js";
import { define, node, say } from "./live.js";
import { format, measure } from "./numbers.js";
import { settings } from "./on-air.js";
import { campaignName } from "./own-name.js";
import { placeName, places } from "./regions.js";
import { roundAbove } from "./round-numbers.js";
import { SceneElement, sceneElement, shows } from "./scene-element.js";
import { SCENE_WORDS } from "./scene-words.js";

/** @type {Record<Language, string>} */
const KAZAKHSTAN = { kk: "Қазақстан", ru: "Казахстан", en: "Kazakhstan" };
/** From here on a fact is told in millions. */
const LONG = 10 ** 7;
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
  #heading = node("h2", {});
  #rank = node("p", { className: "rank" });
  #value = node("span", { className: "value" });
  #label = node("span", { className: "label" });
  #figure = node("div", { className: "figure" }, this.#value, this.#label);
  #bar = node("span", { className: "bar" });
  #next = node("p", { className: "next" });
  #facts = [1, 2, 3].map(() => ({ value: node("b", {}), label: node("span", {}) }));

  content() {
    const track = node("div", { className: "track" }, this.#bar);
    const facts = this.#facts.map(({ value, label }) => node("div", { className: "fact" }, value, label));
    new ResizeObserver(() => this.#fit()).observe(this.host);
    return [this.#heading, this.#rank, this.#figure, track, this.#next, node("div", { className: "facts" }, ...facts)];
  }

  get file() {
    return this.place ? "places.json" : "live.json";
  }

  /**
   * What a document says of a place, or of all where the scene is of none.
   *
   * @param {LiveDocument} doc
   * @param {string | null} code
   * @returns {PlaceMeasures}
   */
  #measures({ places: known, totals }, code = this.place) {
    return (code ? known?.[code] : totals) ?? {};
  }

  /** @param {LiveDocument} doc @param {string} metric */
  #valueOf(doc, metric) {
    return measure(this.#measures(doc), metric) ?? 0;
  }

  /** @param {LiveDocument} [doc] @param {LiveDocument | null} [previous] */
  render(doc, previous) {
    const { place } = this;
    const { lang } = this.base;
    say(this.#heading, place ? placeName(place, lang) : KAZAKHSTAN[lang]);
    if (doc) this.#draw(doc);
    else this.#clear();
    this.#fit();
    if (doc && previous) this.#correctFrom(doc, previous);
  }

  /** Nothing is known yet. */
  #clear() {
    const facts = this.#facts.flatMap(({ value, label }) => [value, label]);
    for (const text of [this.#rank, this.#value, this.#label, this.#next, ...facts]) say(text, "");
    this.#bar.style.width = "0%";
  }

  /** @param {LiveDocument} doc */
  #draw(doc) {
    const { metric, words } = this;
    const told = SCENE_WORDS[this.base.lang];
    const value = this.#valueOf(doc, metric);
    say(this.#rank, value > 0 ? this.#rankText(doc, value) : told.invitation);
    say(this.#value, format(metric, value, words));
    say(this.#label, words.label(metric, value));
    const next = this.#aim(doc, value);
    const isOver = doc.state === "ended";
    this.#bar.style.width = isOver ? "100%" : `${Math.min(100, (value / next) * 100)}%`;
    say(this.#next, isOver ? "" : `${told.next}: ${format(metric, next, words)}`);
    this.#drawFacts(doc);
  }

  /** What stands beside the number. */
  get #others() {
    return FACTS.filter((name) => name !== this.metric).slice(0, this.#facts.length);
  }

  /** @param {LiveDocument} doc */
  #drawFacts(doc) {
    const { words } = this;
    this.#others.forEach((name, i) => {
      const number = this.#valueOf(doc, name);
      const isLong = number >= LONG;
      say(this.#facts[i].value, format(name, number, words, isLong));
      say(this.#facts[i].label, words.label(name, isLong ? 0 : number));
    });
  }

  /** @param {LiveDocument} doc @param {LiveDocument} previous */
  #correctFrom(doc, previous) {
    const { metric, words } = this;
    const fell = [metric, ...this.#others]
      .map((name) => ({ name, by: this.#valueOf(doc, name) - this.#valueOf(previous, name) }))
      .filter(({ by }) => by < 0);
    const text = fell.map(({ name, by }) => `${format(name, by, words)} ${words.label(name, by)}`);
    if (text.length) this.correct(text.join(" · "));
  }

  /** The goal that is not reached yet, else the next round number. @param {LiveDocument} doc @param {number} value */
  #aim(doc, value) {
    const { metric, place } = this;
    const known = place ? this.#measures(doc).goals?.[metric] : doc.goals?.find((one) => one.metric === metric)?.target;
    const goal = Number(settings.goal) || known || 0;
    return goal > value ? goal : roundAbove(value, metric);
  }

  /** @param {LiveDocument} doc @param {number} value */
  #rankText(doc, value) {
    if (!this.place || this.place === "abroad") return "";
    const regions = places.filter((code) => code !== "abroad");
    const better = regions.filter((code) => (measure(this.#measures(doc, code), this.metric) ?? 0) > value);
    return SCENE_WORDS[this.base.lang].rank(better.length + 1, regions.length);
  }

  /** Long names and long numbers keep to their line. */
  #fit() {
    for (const line of [this.#heading, this.#figure]) {
      line.style.transform = `scale(${Math.min(1, this.base.clientWidth / line.scrollWidth)})`;
    }
  }
}

define("on-air-region", Region);

/** @param {HTMLElement} safe @returns {Air} */
export function air(safe) {
  const region = sceneElement("on-air-region");
  return card(safe, region, shows(region), campaignName);
}
