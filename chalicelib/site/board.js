/** `<good-deeds-board>`: the places of a campaign in a table that can be sorted by any measure. */

import { LiveElement, node } from "./live.js";
import { format, measure } from "./numbers.js";
import { placeName, places } from "./regions.js";

const TITLES = {
  place: ["Өңір", "Регион", "Region"],
  participations: ["Үлестер", "Вклады", "Contributions"],
  people: ["Адамдар", "Люди", "People"],
  hours: ["Сағаттар", "Часы", "Hours"],
  amount: ["Қайырмалдық", "Пожертвования", "Donations"],
  volunteers: ["Еріктілер", "Волонтёры", "Volunteers"],
  good_deeds: ["Қайырымды істер", "Добрые дела", "Good deeds"],
  events_held: ["Іс-шаралар", "Мероприятия", "Events"],
};
const COLUMNS = "good_deeds people hours amount";

class Board extends LiveElement {
  static observedAttributes = [...LiveElement.observedAttributes, "metrics", "sort"];
  static css = `
[part=scroll]{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.45em .6em;text-align:end;white-space:nowrap;font-weight:inherit}
th:first-child{text-align:start;white-space:normal}
th button{font:inherit;color:inherit;background:none;border:0;padding:.3em 0;cursor:pointer;text-align:inherit}
th button:focus-visible{outline:3px solid;outline-offset:2px}
th button::after{content:" ↕";opacity:.6}
[aria-sort=descending] button::after{content:" ↓";opacity:1}
[aria-sort=ascending] button::after{content:" ↑";opacity:1}
tbody tr{border-top:1px solid var(--gd-rule,#8885)}
[part=bar]{display:block;height:.22em;margin-top:.25em;border-radius:9px;background:var(--gd-fill,#00afca);transition:width .8s}
[part=line]{justify-content:end;font-size:.8em}
`;

  content() {
    this.head = node("tr", {});
    this.body = node("tbody", {});
    const table = node("table", { part: "table" }, node("thead", {}, this.head), this.body);
    this.scroller = node("div", { part: "scroll", tabIndex: 0, role: "region" }, table);
    return [this.scroller];
  }

  get file() {
    return "places.json";
  }

  get metrics() {
    return (this.getAttribute("metrics") ?? COLUMNS).split(/[\s,]+/).filter((metric) => metric in TITLES);
  }

  /** The column sorted by: `place` by name, a measure from the most to the least; a minus turns it round. */
  get sorting() {
    const asked = this.getAttribute("sort") ?? "";
    const by = asked.replace("-", "");
    return { by: by === "place" || this.metrics.includes(by) ? by : this.metrics[0], turned: asked.startsWith("-") };
  }

  render(doc) {
    const { metrics, sorting } = this;
    const { lang } = this.base;
    this.drawHead(metrics, sorting);
    const zero = { amount: {} };
    const rows = places.map((code) => {
      const measures = doc?.places?.[code] ?? zero;
      return { code, name: placeName(code, lang), values: metrics.map((metric) => measure(measures, metric) ?? 0) };
    });
    const column = metrics.indexOf(sorting.by);
    const byName = (a, b) => a.name.localeCompare(b.name, lang);
    rows.sort((a, b) => (column < 0 ? byName(a, b) : b.values[column] - a.values[column] || byName(a, b)));
    if (sorting.turned) rows.reverse();
    const most = Math.max(1, ...rows.map(({ values }) => values[0]));
    this.body.replaceChildren(...rows.map((row) => this.row(row, metrics, doc, most)));
  }

  row({ code, name, values }, metrics, doc, most) {
    const bar = node("span", { part: "bar" });
    bar.style.width = `${Math.max(0, (values[0] / most) * 100)}%`;
    const cells = values.map((value, i) => node("td", {}, doc ? format(metrics[i], value, this.words) : "—"));
    return node("tr", { part: `row ${code}` }, node("th", { scope: "row" }, name, bar), ...cells);
  }

  drawHead(metrics, { by, turned }) {
    const index = { kk: 0, ru: 1, en: 2 }[this.base.lang];
    const focused = this.shadowRoot.activeElement?.name;
    const cells = ["place", ...metrics].map((name) => {
      const button = node("button", { type: "button", name }, TITLES[name][index]);
      button.onclick = () => this.setAttribute("sort", name === by && !turned ? `-${name}` : name);
      const sort = name !== by ? "none" : (name === "place") === turned ? "descending" : "ascending";
      return node("th", { scope: "col", ariaSort: sort }, button);
    });
    this.head.replaceChildren(...cells);
    this.scroller.ariaLabel = TITLES.place[index];
    if (focused) this.head.querySelector(`[name=${focused}]`)?.focus();
  }
}

customElements.define("good-deeds-board", Board);
