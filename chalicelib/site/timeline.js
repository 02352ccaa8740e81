/** `<good-deeds-timeline>`: a day of the campaign in bars, with its table. */

import { LiveElement, node } from "./live.js";
import { format, measure } from "./numbers.js";

const WORDS = { kk: ["Уақыт", "Кесте"], ru: ["Время", "Таблица"], en: ["Time", "Table"] };
const STEPS = [1, 5, 10, 15, 30];
const MOST_BARS = 96;
const METRICS = ["participations", "people", "hours", "amount"];
const SVG = "http://www.w3.org/2000/svg";

/** Now in Kazakhstan, which keeps one time, UTC+5. */
const here = () => new Date(Date.now() + 5 * 3600_000).toISOString();
const minutesOf = (at) => +at.slice(0, 2) * 60 + +at.slice(3, 5);
const clock = (minutes) =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  return element;
}

/** Sums of the day's minutes in bars from the first full hour to the end of the last. */
function buckets(minutes, metric, until) {
  const known = minutes.map((minute) => [minutesOf(minute.at), measure(minute, metric) ?? 0]);
  if (!known.length) return [];
  const first = Math.floor(known[0][0] / 60) * 60;
  const last = Math.ceil((Math.max(until, known[known.length - 1][0]) + 1) / 60) * 60;
  const step = STEPS.find((minutes) => (last - first) / minutes <= MOST_BARS);
  const bars = Array.from({ length: (last - first) / step }, (_, i) => ({ at: first + i * step, value: 0 }));
  for (const [at, value] of known) bars[Math.floor((at - first) / step)].value += value;
  return bars;
}

class Timeline extends LiveElement {
  static observedAttributes = [...LiveElement.observedAttributes, "date"];
  static css = `
svg{display:block;width:100%;height:var(--gd-height,8em);overflow:visible}
rect{fill:var(--gd-fill,#00afca)}
rect.least{fill:var(--gd-down,#e2725b)}
line{stroke:currentColor;stroke-opacity:.4;vector-effect:non-scaling-stroke}
[part=axis]{display:flex;justify-content:space-between;font-size:.75em;font-variant-numeric:tabular-nums;min-height:1.4em}
[part=line]{justify-content:end;font-size:.8em}
summary{cursor:pointer}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.2em .8em;text-align:end;font-weight:inherit}
`;

  content() {
    this.chart = shape("svg", { part: "chart", preserveAspectRatio: "none", "aria-hidden": "true" });
    this.axis = node("div", { part: "axis", ariaHidden: true });
    this.summary = node("summary", {});
    this.table = node("table", { part: "table" });
    const details = node("details", { part: "data" }, this.summary, this.table);
    return [this.chart, this.axis, details];
  }

  get date() {
    return this.getAttribute("date") ?? here().slice(0, 10);
  }

  get file() {
    return `timeline/${this.date}.json`;
  }

  get metric() {
    const metric = this.getAttribute("metric");
    return METRICS.includes(metric) ? metric : METRICS[0];
  }

  render(doc) {
    const { metric } = this;
    const today = here();
    const until = this.date === today.slice(0, 10) ? minutesOf(today.slice(11)) : 0;
    const bars = buckets(doc?.minutes ?? [], metric, until);
    const top = Math.max(1, ...bars.map(({ value }) => value));
    const bottom = Math.min(0, ...bars.map(({ value }) => value));
    this.chart.setAttribute("viewBox", `0 0 ${Math.max(1, bars.length)} ${top - bottom}`);
    this.chart.replaceChildren(
      shape("line", { x1: 0, x2: Math.max(1, bars.length), y1: top, y2: top }),
      ...bars.map(({ value }, i) =>
        shape("rect", {
          x: i + 0.1,
          width: 0.8,
          y: top - Math.max(0, value),
          height: Math.abs(value),
          class: value < 0 ? "least" : "",
        }),
      ),
    );
    const marks = [0, 0.25, 0.5, 0.75]
      .map((part) => bars[Math.floor(part * bars.length)])
      .concat(bars[bars.length - 1]);
    this.axis.replaceChildren(...marks.filter(Boolean).map(({ at }) => node("span", {}, clock(at))));
    this.drawTable(
      bars.filter(({ value }) => value),
      metric,
    );
  }

  drawTable(bars, metric) {
    const { words } = this;
    const [time, title] = WORDS[this.base.lang];
    this.summary.textContent = title;
    const head = node(
      "tr",
      {},
      node("th", { scope: "col" }, time),
      node("th", { scope: "col" }, words.label(metric, 0)),
    );
    const rows = bars.map(({ at, value }) =>
      node("tr", {}, node("th", { scope: "row" }, clock(at)), node("td", {}, format(metric, value, words))),
    );
    this.table.replaceChildren(head, ...rows);
  }

  /** A day on which nothing has happened yet has no document. */
  emit(name, detail) {
    if (name === "error") this.isEmpty = detail.status === 404 || detail.status === 403;
    super.emit(name, detail);
  }

  aged(age) {
    if (!this.feed.url.endsWith(this.file)) this.attributeChangedCallback();
    else super.aged(this.isEmpty && !this.doc ? 0 : age);
  }
}

customElements.define("good-deeds-timeline", Timeline);
