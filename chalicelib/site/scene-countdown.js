/** How much is left to the next milestone, or to the next round number where there is none. */

/** @import { LiveDocument } from "./documents.js" */
/** @import { Air } from "./on-air.js" */

import { card } from "./card.js";
import { define, node, say } from "./live.js";
import { format, measure } from "./numbers.js";
import { settings } from "./on-air.js";
import { roundAbove, roundBelow } from "./round-numbers.js";
import { SceneElement, sceneElement, shows } from "./scene-element.js";
import { SCENE_WORDS } from "./scene-words.js";

/** Milliseconds for which a milestone that is reached is told, before the next one is counted down to. */
const REACHED = 30_000;

/** @typedef {{ metric: string, at: number }} Station */

class Countdown extends SceneElement {
  static css = `
:host{display:flex;text-align:center}
:host>div{--at:0;flex:1;min-width:0;align-self:center;padding-bottom:4rem}
.next{margin:0;min-height:1.2em;font-size:3rem;font-weight:700;color:var(--noun);text-transform:uppercase;letter-spacing:.05em}
.aim{margin:.6rem 0 0;font-size:5.4rem;font-weight:800;letter-spacing:-.02em;white-space:nowrap}
.left{margin:2rem 0 0;font-size:12.5rem;font-weight:850;letter-spacing:-.035em;line-height:1.05;white-space:nowrap;font-variant-numeric:tabular-nums}
.reached .left,.ended .aim{color:var(--noun)}
.reached .next{visibility:hidden}
.way{display:flex;min-height:1.2em;margin:3rem 0 .8rem;font-size:2.2rem;font-weight:700;font-variant-numeric:tabular-nums}
.way::before{content:"";flex:var(--at) 0 0;transition:flex-grow .8s}
.track{height:1.5rem;border-radius:1rem;background:var(--track);overflow:hidden}
.bar{display:block;width:calc(var(--at) * 100%);height:100%;border-radius:1rem;background:var(--fill);transition:width .8s}
.ended .track{visibility:hidden}
.ends{display:flex;justify-content:space-between;margin-top:1rem;font-size:2.2rem;color:var(--aside);font-variant-numeric:tabular-nums}
`;
  #next = node("p", { className: "next" });
  #aim = node("p", { className: "aim" });
  #left = node("p", { className: "left" });
  #now = node("span", { className: "now" });
  #from = node("span", { className: "from" });
  #to = node("span", { className: "to" });
  /** @type {Station | null} what is counted down to */
  #awaited = null;
  /** @type {Station | null} what is told to be reached */
  #reached = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #resting;

  content() {
    const way = node("div", { className: "way" }, this.#now);
    const track = node("div", { className: "track" }, node("span", { className: "bar" }));
    const ends = node("div", { className: "ends" }, this.#from, this.#to);
    new ResizeObserver(() => this.#fit()).observe(this.host);
    return [this.#next, this.#aim, this.#left, way, track, ends];
  }

  get file() {
    return this.place ? "places.json" : "live.json";
  }

  /** @param {LiveDocument} doc */
  #valueOf({ places, totals }) {
    return measure(this.place ? places?.[this.place] : totals, this.metric) ?? 0;
  }

  /**
   * Where the campaign's milestones stand, each once and in their order; of a place its goal alone.
   *
   * @param {LiveDocument} doc
   */
  #stations({ places, goals, milestones }) {
    const { metric, place } = this;
    const known = place ? [] : (milestones ?? []).filter((milestone) => milestone.metric === metric);
    const goal = place ? places?.[place]?.goals?.[metric] : goals?.find((one) => one.metric === metric)?.target;
    const all = [...known.map(({ at }) => at), Number(settings.goal) || goal || 0].filter((at) => at > 0);
    return [...new Set(all)].sort((a, b) => a - b);
  }

  /** @param {LiveDocument} [doc] @param {LiveDocument | null} [previous] */
  render(doc, previous) {
    const { metric, words } = this;
    if (!doc) return;
    const value = this.#valueOf(doc);
    if (doc.state === "ended") this.#conclude(value);
    else this.#countDown(doc, value);
    this.#fit();
    const fell = previous ? value - this.#valueOf(previous) : 0;
    if (fell < 0) this.correct(format(metric, fell, words));
  }

  /** When all is over nothing is still to come: what there is stands alone. @param {number} value */
  #conclude(value) {
    const { metric, words } = this;
    this.base.className = "ended";
    this.#awaited = null;
    say(this.#aim, words.label(metric, value));
    say(this.#left, format(metric, value, words));
    for (const part of [this.#next, this.#now, this.#from, this.#to]) say(part, "");
  }

  /** @param {LiveDocument} doc @param {number} value */
  #countDown(doc, value) {
    const { metric } = this;
    const stations = this.#stations(doc);
    const next = stations.find((at) => at > value) ?? roundAbove(value, metric);
    const before = stations.findLast((at) => at <= value) ?? roundBelow(value, metric) ?? 0;
    if (this.#awaited?.metric === metric && this.#awaited.at <= value) this.#rest(this.#awaited.at);
    this.#awaited = { metric, at: next };
    const reached = this.#reached;
    if (reached?.metric === metric && reached.at <= value) this.#drawReached(reached.at, value);
    else this.#drawWay(before, value, next);
  }

  /** @param {number} at @param {number} value */
  #drawReached(at, value) {
    this.base.className = "reached";
    this.#draw(0, value, at, 1, SCENE_WORDS[this.base.lang].reached);
  }

  /** @param {number} before @param {number} value @param {number} next */
  #drawWay(before, value, next) {
    const left = format(this.metric, next - value, this.words);
    this.base.className = "";
    this.#draw(before, value, next, (value - before) / (next - before), SCENE_WORDS[this.base.lang].left(left));
  }

  /**
   * @param {number} from @param {number} value @param {number} aim
   * @param {number} part how much of the way is done
   * @param {string} left what is said of the rest of it
   */
  #draw(from, value, aim, part, left) {
    const { metric, words } = this;
    /** @param {number} number */
    const tell = (number) => format(metric, number, words);
    say(this.#next, SCENE_WORDS[this.base.lang].next);
    say(this.#aim, `${tell(aim)} ${words.label(metric, aim)}`);
    say(this.#left, left);
    this.base.style.setProperty("--at", String(part));
    say(this.#from, tell(from));
    say(this.#now, tell(value));
    say(this.#to, tell(aim));
  }

  /** Stay with what was reached for a while. @param {number} at */
  #rest(at) {
    this.#reached = { metric: this.metric, at };
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      this.#reached = null;
      if (this.doc) this.render(this.doc, this.doc);
    }, REACHED);
  }

  /** Long numbers keep to their line. */
  #fit() {
    for (const line of [this.#aim, this.#left]) {
      const factor = Math.min(1, this.base.clientWidth / line.scrollWidth);
      line.style.transformOrigin = factor < 1 ? "0" : "";
      line.style.transform = `scale(${factor})`;
    }
  }
}

define("on-air-countdown", Countdown);

/** @param {HTMLElement} safe @returns {Air} */
export function air(safe) {
  const countdown = sceneElement("on-air-countdown");
  return card(safe, countdown, shows(countdown));
}
