/** `<good-deeds-counter>`: one exact number with its goal and its age. */

import { define, LiveElement, node, say } from "./live.js";
import { format, measure, percent } from "./numbers.js";

let roll;

export class Counter extends LiveElement {
  static css = `
:host([view=text]),.text,.text *{display:inline}
.value{font-weight:800;font-variant-numeric:tabular-nums;white-space:nowrap}
.value *{display:inline-block}
.goal{display:none}
.full .value,.full .goal,.bar .goal,.track,.fill{display:block}
.full .value{font-size:var(--gd-size,3em);line-height:1.1;transform-origin:0}
.track{border-radius:1em;overflow:hidden;background:var(--gd-track,#8884)}
.fill{height:var(--gd-bar,.6em);background:var(--gd-fill,#00afca);transition:width var(--motion)}
`;
  announced = Date.now();
  /** The numbers that were shown last, by what they are of. */
  seen = {};

  content() {
    const part = (name, ...children) => (this[name] = node("span", { part: name, className: name }, ...children));
    const goal = part("goal", part("track", part("fill")), part("target"));
    this.plain = node("p", { className: "sr" });
    this.status = node("p", { className: "sr", role: "status" });
    const drawn = node("div", { ariaHidden: true }, part("value"), " ", part("label"), goal);
    new ResizeObserver(() => this.fit()).observe(this);
    return [drawn, this.plain, this.status];
  }

  get metric() {
    return this.getAttribute("metric") ?? "good_deeds";
  }

  get file() {
    return this.getAttribute("place") ? "places.json" : "live.json";
  }

  /** Places without acts are absent. */
  read({ totals, places = {} }) {
    const { metric } = this;
    const place = this.getAttribute("place");
    if (!place) return measure(totals, metric);
    const value = measure(places[place] ?? Object.values(places)[0] ?? { amount: { KZT: 0 }, [metric]: 0 }, metric);
    return place in places ? value : value && 0;
  }

  /** The goal of the campaign, or of the place that is shown. */
  targetOf({ goals, places }) {
    const place = this.getAttribute("place");
    if (place) return places?.[place]?.goals?.[this.metric];
    return goals?.find((goal) => goal.metric === this.metric)?.target;
  }

  render(doc, previous, backlog) {
    const { metric, words } = this;
    const view = (this.base.className = this.getAttribute("view") ?? "full");
    if (!doc) {
      this.number = null;
      say(this.note, "");
      return this.draw("—", "", "", "");
    }
    const value = this.read(doc);
    // What this document never tells is left out, not drawn as a dash.
    this.base.hidden = value === null && this.number === null;
    if (value === null) return this.emit("error", { message: `no ${metric} in ${this.file}` });
    const before = this.number;
    const of = this.feed.url + this.getAttribute("place") + metric;
    const last = this.seen[of];
    this.number = this.seen[of] = value;
    const tell = (number, short) => format(metric, number, words, short);
    const text = tell(value, view === "compact");
    const noun = words.label(metric, text === tell(value) ? value : 0);
    const target = this.getAttribute("goal") ?? this.targetOf(doc);
    const aim = target > 0 ? `${percent(value, target, words)} · ${words.goal} ${tell(target)}` : "";
    this.fill.style.width = `${(value / target) * 100}%`;
    const plain = `${tell(value)} ${words.label(metric, value)}. ${aim}`;
    this.draw(text, noun, aim, plain, value < before, !previous || backlog);
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
      this.announce(milestone.title?.[this.base.lang]);
    }
  }

  draw(text, noun, aim, plain, down, still = true) {
    say(this.plain, plain);
    say(this.label, noun);
    say(this.target, aim);
    this.goal.hidden = !aim;
    const old = this.value.textContent;
    if (text === old) return;
    if (still || this.still || !roll) say(this.value, text);
    else roll(this.value, text, old, down);
    if (!still) import("./digits.js").then((digits) => ({ roll } = digits));
    this.fit();
  }

  /** A number keeps to its line, smaller where that is too short. */
  fit() {
    const { value, base } = this;
    value.style.transform = `scale(${Math.min(1, base.clientWidth / value.scrollWidth)})`;
  }

  aged() {
    super.aged();
    if (Date.now() - this.announced > 6e4) this.announce(this.plain.textContent);
  }

  announce(text) {
    if (this.getAttribute("announce") === "off") return;
    this.announced = Date.now();
    say(this.status, text);
  }
}

define("good-deeds-counter", Counter);
