/** `<good-deeds-counter>`: one exact number with its goal and its age. */

import { LiveElement, node } from "./live.js";
import { format, measure, percent } from "./numbers.js";

export class Counter extends LiveElement {
  static css = `
:host([view=text]),.text,.text *{display:inline}
.value{font-weight:800;font-variant-numeric:tabular-nums}
.value *{display:inline-block}
.goal{display:none}
.full .value,.full .goal,.bar .goal,.track,.fill{display:block}
.full .value{font-size:var(--gd-size,3em);line-height:1.1}
.track{border-radius:1em;overflow:hidden;background:var(--gd-track,#8884)}
.fill{height:var(--gd-bar,.6em);background:var(--gd-fill,#00afca);transition:width .8s}
`;
  announced = Date.now();

  content() {
    const part = (name, ...children) => (this[name] = node("span", { part: name, className: name }, ...children));
    const goal = part("goal", part("track", part("fill")), part("target"));
    this.plain = node("p", { className: "sr" });
    this.status = node("p", { className: "sr", role: "status" });
    const drawn = node("div", { ariaHidden: true }, part("value"), " ", part("label"), goal);
    this.line.prepend(part("mark"), part("note"));
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

  render(doc, previous, backlog) {
    const { metric, words } = this;
    const view = (this.base.className = this.getAttribute("view") ?? "full");
    if (!doc) return this.draw("—", "", "", "");
    const value = this.read(doc);
    if (value === null) return this.emit("error", { message: `no ${metric} in ${this.file}` });
    const before = previous ? this.number : null;
    this.number = value;
    const say = (number, short) => format(metric, number, words, short);
    const text = say(value, view === "compact");
    const noun = words.label(metric, text === say(value) ? value : 0);
    const target = this.getAttribute("goal") ?? doc.goals?.find((goal) => goal.metric === metric)?.target;
    const aim = target > 0 ? `${percent(value, target, words)} · ${words.goal} ${say(target)}` : "";
    this.fill.style.width = `${(value / target) * 100}%`;
    const plain = `${say(value)} ${words.label(metric, value)}. ${aim}`;
    this.draw(text, noun, aim, plain, value < before, !previous || backlog);
    this.mark.textContent = doc.state === "test" ? words.test : "";
    const detail = { value, previous: before, metric, doc, backlog };
    if (value !== before) this.emit("update", detail);
    if (value < before) {
      this.note.textContent = `${words.corrected}: ${say(value - before)}`;
      setTimeout(() => (this.note.textContent = ""), 1e4);
      this.emit("correction", detail);
    }
    for (const milestone of doc.milestones ?? []) {
      const awaited = previous?.milestones?.some(({ id, reached_at }) => id === milestone.id && !reached_at);
      if (milestone.metric !== metric || !milestone.reached_at || !awaited) continue;
      this.emit("milestone", { ...milestone, backlog });
      this.announce(milestone.title?.[this.base.lang]);
    }
  }

  draw(text, noun, aim, plain, down, still = true) {
    this.plain.textContent = plain;
    this.label.textContent = noun;
    this.target.textContent = aim;
    this.goal.hidden = !aim;
    const old = this.value.textContent;
    if (text === old) return;
    const digits = Array.from(text, (char, i) => {
      const digit = node("span", {}, char);
      const moves = !still && !this.still && char !== old[old.length - text.length + i];
      if (moves) digit.animate({ opacity: [0, 1], transform: [`translateY(${down ? "-" : ""}.6em)`, "none"] }, 500);
      return digit;
    });
    this.value.replaceChildren(...digits);
  }

  aged(age) {
    super.aged(age);
    if (Date.now() - this.announced > 6e4) this.announce(this.plain.textContent);
  }

  announce(text) {
    if (this.getAttribute("announce") === "off") return;
    this.announced = Date.now();
    this.status.textContent = text;
  }
}

customElements.define("good-deeds-counter", Counter);
