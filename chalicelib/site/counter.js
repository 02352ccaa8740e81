/** `<good-deeds-counter>`: one exact number with its goal and its age. */

/** @import { LiveDocument } from "./documents.js" */

import { define, LiveElement, node, say } from "./live.js";
import { format, measure, percent } from "./numbers.js";

/** @type {typeof import("./digits.js").roll | undefined} */
let roll;

/** @param {string} name @param {...(Node | string)} children */
const part = (name, ...children) => node("span", { part: name, className: name }, ...children);

export class Counter extends LiveElement {
  static observedAttributes = [...LiveElement.observedAttributes, "announce"];
  static css = `
:host([view=text]),.text,.text *{display:inline}
.compact>*{display:inline-flex;min-height:0;gap:.3em}
.value{font-weight:800;font-variant-numeric:tabular-nums;white-space:nowrap}
.value *{display:inline-block}
.goal{display:none}
.full .value,.full .goal,.bar .goal,.track,.fill{display:block}
.full .value{font-size:var(--gd-size,3em);line-height:1.1;transform-origin:0}
.track{border-radius:1em;overflow:hidden;background:var(--gd-track,#8884)}
.fill{height:var(--gd-bar,.6em);background:var(--gd-fill,var(--fill,#00afca));transition:width var(--motion)}
`;
  #value = part("value");
  #label = part("label");
  #fill = part("fill");
  #target = part("target");
  #goal = part("goal", part("track", this.#fill), this.#target);
  #plain = node("p", { className: "sr" });
  #status = node("p", { className: "sr", role: "status" });
  #announced = Date.now();
  /** @type {number | null} what is shown */
  #number = null;
  /** @type {Record<string, number>} the numbers that were shown last, by what they are of */
  seen = {};

  content() {
    new ResizeObserver(() => this.#fit()).observe(this.host);
    const drawn = node("div", { ariaHidden: true }, this.#value, " ", this.#label, this.#goal);
    return [drawn, this.#plain, this.#status];
  }

  get metric() {
    return this.getAttribute("metric") ?? "good_deeds";
  }

  /** @returns {string} */
  get file() {
    return this.getAttribute("place") ? "places.json" : "live.json";
  }

  /**
   * The number of a document, null where documents of its kind have none; places without acts are absent.
   *
   * @param {LiveDocument} doc
   * @returns {number | null}
   */
  read({ totals, places = {} }) {
    const { metric } = this;
    const place = this.getAttribute("place");
    if (!place) return measure(totals, metric);
    const value = measure(places[place] ?? Object.values(places)[0] ?? { amount: { KZT: 0 }, [metric]: 0 }, metric);
    return place in places ? value : value && 0;
  }

  /**
   * The goal that the page gives, or that of the campaign or of the place that is shown.
   *
   * @param {LiveDocument} doc
   */
  #targetOf({ goals, places }) {
    const { metric } = this;
    const place = this.getAttribute("place");
    const known = place ? places?.[place]?.goals?.[metric] : goals?.find((goal) => goal.metric === metric)?.target;
    return Number(this.getAttribute("goal") ?? known);
  }

  /** @param {LiveDocument} [doc] @param {LiveDocument | null} [previous] @param {boolean} [backlog] */
  render(doc, previous, backlog) {
    const { metric, words } = this;
    const view = (this.base.className = this.getAttribute("view") ?? "full");
    if (!doc) {
      this.#number = null;
      say(this.note, "");
      return this.#draw("—", "", "", "");
    }
    const before = this.#number;
    const value = this.read(doc);
    // What this document never tells is left out, not drawn as a dash.
    this.base.hidden = value === null && before === null;
    if (value === null) return this.emit("error", { message: `no ${metric} in ${this.file}` });
    const of = [this.feed?.url, this.getAttribute("place"), metric].join();
    const last = this.seen[of];
    this.#number = this.seen[of] = value;
    /** @param {number} number */
    const tell = (number) => format(metric, number, words);
    const target = this.#targetOf(doc);
    const aim = target > 0 ? `${percent(value, target, words)} · ${words.goal} ${tell(target)}` : "";
    this.#fill.style.width = `${(value / target) * 100}%`;
    const text = format(metric, value, words, view === "compact");
    // Thousands and millions take the noun of many.
    const noun = words.label(metric, text === tell(value) ? value : 0);
    const plain = `${tell(value)} ${words.label(metric, value)}. ${aim}`;
    this.#draw(text, noun, aim, plain, value < Number(before), !previous || backlog);
    const detail = { value, previous: before, metric, doc, backlog };
    if (value !== before) this.emit("update", detail);
    if (value < last) {
      this.correct(tell(value - last));
      this.emit("correction", { ...detail, previous: last });
    }
    for (const milestone of doc.milestones ?? []) {
      const awaited = previous?.milestones?.some(({ id, reached_at }) => id === milestone.id && !reached_at);
      if (milestone.metric !== metric || !milestone.reached_at || !awaited) continue;
      this.emit("milestone", { ...milestone, backlog });
      this.#announce(milestone.title?.[this.base.lang]);
    }
  }

  /**
   * @param {string} text @param {string} noun @param {string} aim
   * @param {string} plain all of it in one sentence
   * @param {boolean} [down] whether the number fell
   * @param {boolean} [still] whether it shall not move
   */
  #draw(text, noun, aim, plain, down, still = true) {
    const value = this.#value;
    say(this.#plain, plain);
    say(this.#label, noun);
    say(this.#target, aim);
    this.#goal.hidden = !aim;
    const old = value.textContent ?? "";
    if (text === old) return;
    if (still || this.still || !roll) say(value, text);
    else roll(value, text, old, down);
    if (!still) import("./digits.js").then((digits) => ({ roll } = digits), () => {});
    this.#fit();
  }

  /** A number keeps to its line, smaller where that is too short. */
  #fit() {
    const value = this.#value;
    value.style.transform = `scale(${Math.min(1, this.base.clientWidth / value.scrollWidth)})`;
  }

  aged() {
    super.aged();
    if (Date.now() - this.#announced > 60_000) this.#announce(this.#plain.textContent);
  }

  /** @param {string | null} [text] */
  #announce(text) {
    if (this.getAttribute("announce") === "off") return;
    this.#announced = Date.now();
    say(this.#status, text ?? "");
  }
}

define("good-deeds-counter", Counter);
