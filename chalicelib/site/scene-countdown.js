/** How much is left to the next milestone, or to the next round number where there is none. */

import { card } from "./card.js";
import { define, node, say } from "./live.js";
import { format, measure } from "./numbers.js";
import { settings } from "./on-air.js";
import { roundAbove, roundBelow } from "./round-numbers.js";
import { SceneElement, sceneElement, shows } from "./scene-element.js";
import { SCENE_WORDS } from "./scene-words.js";

/** Milliseconds for which a milestone that is reached is told, before the next one is counted down to. */
const REACHED = 30_000;

class Countdown extends SceneElement {
  static css = `
:host{display:flex;text-align:center}
:host>div{flex:1;min-width:0;align-self:center;padding-bottom:4rem}
.next{margin:0;min-height:1.2em;font-size:3rem;font-weight:700;color:var(--noun);text-transform:uppercase;letter-spacing:.05em}
.aim{margin:.6rem 0 0;font-size:5.4rem;font-weight:800;letter-spacing:-.02em;white-space:nowrap}
.left{margin:2rem 0 0;font-size:12.5rem;font-weight:850;letter-spacing:-.035em;line-height:1.05;white-space:nowrap;font-variant-numeric:tabular-nums}
.reached .left,.ended .aim{color:var(--noun)}
.now{width:max-content;min-height:1.2em;margin:3rem 0 .8rem;font-size:2.2rem;font-weight:700;font-variant-numeric:tabular-nums;position:relative;left:var(--at);transform:translateX(calc(var(--at) * -1));transition:left .8s,transform .8s}
.track{height:1.5rem;border-radius:1rem;background:var(--track);overflow:hidden}
.bar{display:block;height:100%;border-radius:1rem;background:var(--fill);transition:width .8s}
.ended .track{visibility:hidden}
.ends{display:flex;justify-content:space-between;margin-top:1rem;font-size:2.2rem;color:var(--aside);font-variant-numeric:tabular-nums}
`;

  content() {
    const part = (tag, className, ...children) => (this[className] = node(tag, { className }, ...children));
    const track = node("div", { className: "track" }, part("span", "bar"));
    const ends = node("div", { className: "ends" }, part("span", "from"), part("span", "to"));
    new ResizeObserver(() => this.fit()).observe(this.host);
    return [part("p", "next"), part("p", "aim"), part("p", "left"), part("div", "now"), track, ends];
  }

  get file() {
    return this.place ? "places.json" : "live.json";
  }

  valueOf(doc) {
    return measure(this.place ? doc?.places?.[this.place] : doc?.totals, this.metric) ?? 0;
  }

  /** Where the campaign's milestones stand, each once and in their order; of a place its goal alone. */
  stations(doc) {
    const { metric, place } = this;
    const milestones = place ? [] : (doc.milestones ?? []).filter((milestone) => milestone.metric === metric);
    const goal = place ? doc.places?.[place]?.goals?.[metric] : doc.goals?.find((one) => one.metric === metric)?.target;
    const all = [...milestones.map(({ at }) => at), +settings.goal || goal].filter((at) => at > 0);
    return [...new Set(all)].sort((a, b) => a - b);
  }

  render(doc, previous) {
    const { metric, words } = this;
    if (!doc) return;
    const value = this.valueOf(doc);
    if (doc.state === "ended") this.conclude(value);
    else this.countDown(doc, value);
    this.fit();
    const fell = previous && previous !== doc && value - this.valueOf(previous);
    if (fell < 0) this.correct(format(metric, fell, words));
  }

  /** When all is over nothing is still to come: what there is stands alone. */
  conclude(value) {
    const { metric, words } = this;
    this.base.className = "ended";
    this.awaited = null;
    say(this.aim, words.label(metric, value));
    say(this.left, format(metric, value, words));
    this.bar.style.width = "100%";
    for (const part of [this.next, this.now, this.from, this.to]) say(part, "");
  }

  countDown(doc, value) {
    const { metric, words } = this;
    const told = SCENE_WORDS[this.base.lang];
    const stations = this.stations(doc);
    const next = stations.find((at) => at > value) ?? roundAbove(value, metric);
    const before = stations.findLast((at) => at <= value) ?? roundBelow(value, metric) ?? 0;
    if (this.awaited?.metric === metric && this.awaited.at <= value) this.rest(this.awaited.at);
    this.awaited = { metric, at: next };
    const tell = (number) => format(metric, number, words);
    const isReached = this.reached?.metric === metric && this.reached.at <= value;
    this.base.className = isReached ? "reached" : "";
    const aim = isReached ? this.reached.at : next;
    say(this.next, told.next);
    this.next.style.visibility = isReached ? "hidden" : "";
    say(this.aim, `${tell(aim)} ${words.label(metric, aim)}`);
    say(this.left, isReached ? told.reached : told.left(tell(next - value)));
    const at = isReached ? "100%" : `${((value - before) / (next - before)) * 100}%`;
    this.bar.style.width = at;
    this.now.style.setProperty("--at", at);
    say(this.from, tell(isReached ? 0 : before));
    say(this.now, tell(value));
    say(this.to, tell(aim));
  }

  /** Stay with what was reached for a while. */
  rest(at) {
    this.reached = { metric: this.metric, at };
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.reached = null;
      this.render(this.doc, this.doc);
    }, REACHED);
  }

  /** Long numbers keep to their line. */
  fit() {
    for (const line of [this.aim, this.left]) {
      const factor = Math.min(1, this.base.clientWidth / line.scrollWidth);
      line.style.transformOrigin = factor < 1 ? "0" : "";
      line.style.transform = `scale(${factor})`;
    }
  }
}

define("on-air-countdown", Countdown);

export function air(safe) {
  const countdown = sceneElement("on-air-countdown");
  return card(safe, countdown, shows(countdown));
}
