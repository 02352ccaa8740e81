/** The crawl at the foot of the picture: the campaign's numbers, the regions that lead, and the last acts. */

/** @import { Act, LiveDocument, PlaceMeasures } from "./documents.js" */
/** @import { Passing } from "./conveyor.js" */
/** @import { Air, View } from "./on-air.js" */

import { captionOf } from "./caption.js";
import { Conveyor } from "./conveyor.js";
import { define, feedOf, node, say } from "./live.js";
import { format, measure } from "./numbers.js";
import { address, base, campaign, element, isOurs, settings } from "./on-air.js";
import { metricsOf } from "./overlay-settings.js";
import { onName } from "./own-name.js";
import { placeName, places } from "./regions.js";
import { SceneElement } from "./scene-element.js";
import { SCENE_WORDS } from "./scene-words.js";
import { describe } from "./ticker.js";

const REGIONS = 3;
const ACTS = 6;

class Crawl extends SceneElement {
  static css = `
:host{display:block}
.band{display:flex;align-items:stretch;height:4.4rem;border-radius:.7rem;overflow:hidden;background:var(--plate)}
.name{flex:none;max-width:45%;display:flex;align-items:center;gap:.8rem;padding:0 1.4rem;background:#00708a;color:#fff;font-size:1.5rem;font-weight:750;white-space:nowrap}
.name img{height:2.8rem}
.name span{overflow:hidden;text-overflow:ellipsis}
.window{position:relative;flex:1;overflow:hidden}
.item{position:absolute;top:0;left:0;display:flex;align-items:center;gap:.6rem;height:100%;font-size:1.8rem;font-weight:600;white-space:nowrap;font-variant-numeric:tabular-nums;will-change:transform}
.item b{font-weight:800;color:var(--noun)}
.item::after{content:"";width:.55rem;height:.55rem;margin-left:1.6rem;border-radius:50%;background:var(--noun)}
`;
  /** @type {Act[]} */
  #acts = [];
  /** @type {Record<string, PlaceMeasures>} */
  #regions = {};
  /** How many stories have been told. */
  #at = 0;
  /** The language of what passes. */
  #told = "";
  #heading = node("span", {});
  #window = node("div", { className: "window" });
  #conveyor = new Conveyor(this.#window, { along: "x", speed: 8, gap: 2, next: () => this.#item() });

  content() {
    const name = node("div", { className: "name" }, node("img", { src: "/widget/sun.svg", alt: "" }), this.#heading);
    this.#listen();
    return [node("div", { className: "band" }, name, this.#window)];
  }

  get file() {
    return settings.place ? "places.json" : "live.json";
  }

  /** Hear of acts and regions, too, for as long as the scene is on air. */
  #listen() {
    /** @param {LiveDocument} doc */
    const receiveActs = ({ acts = [] }) => {
      this.#acts = acts.filter(isOurs).slice(0, ACTS);
      this.#conveyor.keep(({ key }) => !key || acts.some(({ id }) => id === key));
    };
    /** @param {LiveDocument} doc */
    const receivePlaces = ({ places: known = {} }) => {
      this.#regions = known;
    };
    feedOf(`${base}/recent.json`).join({ receive: receiveActs });
    feedOf(`${base}/places.json`).join({ receive: receivePlaces });
    onName(() => this.#sayName());
  }

  #sayName() {
    say(this.#heading, captionOf(this.base.lang));
  }

  /** @param {LiveDocument} [doc] @param {LiveDocument | null} [previous] */
  render(doc, previous) {
    this.#sayName();
    if (!doc) return;
    const { lang } = this.base;
    if (this.#told !== lang) this.#conveyor.start();
    else this.#conveyor.resume();
    this.#told = lang;
    this.#conveyor.tell();
    if (previous) this.#correctFrom(previous);
  }

  /** @param {LiveDocument} previous */
  #correctFrom(previous) {
    const { words } = this;
    const fell = settings.metrics
      .map((metric) => ({ metric, by: this.#valueOf(metric) - this.#valueOf(metric, previous) }))
      .filter(({ by }) => by < 0);
    const text = fell.map(({ metric, by }) => `${format(metric, by, words)} ${words.label(metric, by)}`);
    if (text.length) this.correct(text.join(" · "));
  }

  /** @param {string} metric */
  #valueOf(metric, doc = this.doc) {
    const { place } = settings;
    return measure(place ? doc?.places?.[place] : doc?.totals, metric) ?? 0;
  }

  /** What can be told now, in the order in which it is told. @returns {(() => Passing)[]} */
  #stories() {
    const first = settings.metrics;
    const others = metricsOf(settings).filter((metric) => !first.includes(metric));
    const metrics = [...first, ...others].filter((metric) => this.#valueOf(metric) > 0);
    if (!metrics.length) return [() => bold(SCENE_WORDS[this.base.lang].invitation)];
    const regions = this.#leaders();
    return [
      ...metrics.map((metric) => () => this.#number(metric)),
      ...(regions.length ? [() => this.#leading(regions)] : []),
      ...this.#acts.map((act) => () => this.#act(act)),
      ...(settings.qr ? [() => bold(settings.address ?? address)] : []),
    ];
  }

  #item() {
    if (!this.doc) return null;
    const stories = this.#stories();
    return stories[this.#at++ % stories.length]();
  }

  /** A number that is on its way is told as it is now. @param {string} metric */
  #number(metric) {
    const [value, label] = [node("b", {}), node("span", {})];
    const tell = () => {
      say(value, format(metric, this.#valueOf(metric), this.words));
      say(label, this.words.label(metric, this.#valueOf(metric)));
    };
    tell();
    return Object.assign(item(value, label), { tell });
  }

  #leaders() {
    const [metric] = settings.metrics;
    /** @param {string} code */
    const valueOf = (code) => measure(this.#regions[code], metric) ?? 0;
    const regions = places.filter((code) => code !== "abroad" && valueOf(code) > 0);
    return regions.sort((a, b) => valueOf(b) - valueOf(a)).slice(0, REGIONS);
  }

  /** @param {string[]} codes */
  #leading(codes) {
    const { lang } = this.base;
    const told = codes.map((code) => placeName(code, lang)).join(" · ");
    return item(node("b", {}, SCENE_WORDS[lang].leaders), node("span", {}, told));
  }

  /** @param {Act} act */
  #act(act) {
    const { name, measures, where } = describe(act, this.words, this.base.lang);
    const told = item(node("b", {}, name), node("span", {}, `${measures} · ${where}`));
    return Object.assign(told, { key: act.id });
  }
}

/** @param {...Node} parts */
const item = (...parts) => node("div", { className: "item" }, ...parts);

/** @param {string} text */
const bold = (text) => item(node("b", {}, text));

define("on-air-crawl", Crawl);

/** @param {HTMLElement} safe @returns {Air} */
export function air(safe) {
  const crawl = element("on-air-crawl", { class: "marked", campaign, metric: settings.metrics[0], motion: "full" });
  const band = element("div", { class: "crawl on-air", id: "crawl" }, crawl);
  safe.append(band);
  /** @param {View} view */
  const show = ({ lang }) => crawl.setAttribute("lang", lang);
  return { show, fading: crawl, fits: band, beside: 2.8 };
}
