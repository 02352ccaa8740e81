/** All regions side by side: by number, per 100,000 inhabitants, by name. */

import { fill } from "./lists.js";
import { node, say } from "./live.js";
import { METRIC_NAMES } from "./metrics.js";
import { format, measure, number, percent } from "./numbers.js";
import { perHead, POPULATIONS_AS_OF } from "./populations.js";
import { dayText, rateText } from "./rates.js";
import { indexOf } from "./region-names.js";
import { placeName, places } from "./regions.js";

const METRICS = ["good_deeds", "people", "hours", "amount"];
const SORTS = ["number", "head", "name"];
const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const among = (value, all) => (all.includes(value) ? value : all[0]);

export class RegionOverview {
  /**
   * @param {URLSearchParams} asked
   * @param {(name: string, value: string) => void} keep puts something into the address
   * @param {(path: string) => string} leads the address of another page, which keeps language and campaign
   */
  constructor(asked, keep, leads) {
    this.metric = among(asked.get("metric"), METRICS);
    this.sort = among(asked.get("sort"), SORTS);
    this.keep = keep;
    this.leads = leads;
    this.rows = {};
    byId("overview").hidden = false;
  }

  speak(lang, words, said) {
    Object.assign(this, { lang, words, said });
    byId("metrics").ariaLabel = said.metric;
    say(byId("places-note"), `${said.population}: ${said.asOf(dayText(POPULATIONS_AS_OF, lang))}`);
    this.draw();
  }

  receive(doc) {
    this.doc = doc;
    this.draw();
  }

  choose(wanted) {
    Object.assign(this, wanted);
    this.keep("metric", this.metric === METRICS[0] ? "" : this.metric);
    this.keep("sort", this.sort === SORTS[0] ? "" : this.sort);
    this.draw();
  }

  draw() {
    const { lang, words, said, metric } = this;
    if (!said) return;
    const label = (name) => METRIC_NAMES[name][indexOf[lang]];
    this.buttons("metrics", METRICS.map((name) => [name, label(name), name === metric]), (name) => this.choose({ metric: name }));
    this.drawHead([said.regions, label(metric), said.head]);
    const rows = places.map((code) => {
      const measures = this.doc?.places?.[code];
      const value = measure(measures, metric) ?? 0;
      return { code, name: placeName(code, lang), value, rate: perHead(value, code), goal: measures?.goals?.[metric] };
    });
    const byName = (a, b) => a.name.localeCompare(b.name, lang);
    const orders = {
      number: (a, b) => b.value - a.value || byName(a, b),
      head: (a, b) => (b.rate ?? -1) - (a.rate ?? -1) || byName(a, b),
      name: byName,
    };
    rows.sort(orders[this.sort]);
    const size = ({ value, rate }) => (this.sort === "head" ? (rate ?? 0) : value);
    const most = Math.max(1e-9, ...rows.map(size));
    const drawn = rows.map((row) => this.row(row, size(row) / most, words));
    fill(byId("places-rows"), drawn);
  }

  row({ code, name, value, rate, goal }, share, words) {
    const bar = node("span", { className: "bar", ariaHidden: true });
    bar.style.width = `${share * 100}%`;
    const link = node("a", { href: this.leads(`/r/${code}`) }, name);
    const numbers = this.doc
      ? [format(this.metric, value, words), rate === null ? "–" : rateText(this.metric, rate, words)]
      : ["–", "–"];
    const aim = goal ? [node("small", {}, `${percent(value, goal, words)} · ${words.goal} ${number(goal, words)}`)] : [];
    const cells = numbers.map((text) => node("td", {}, text));
    return node("tr", {}, node("th", { scope: "row" }, link, bar, ...aim), ...cells);
  }

  drawHead([regions, metric, head]) {
    const sorts = { name: regions, number: metric, head };
    const cells = ["name", "number", "head"].map((sort) =>
      node(
        "th",
        { scope: "col", ariaSort: sort !== this.sort ? "none" : sort === "name" ? "ascending" : "descending" },
        node("button", { type: "button", value: sort }, sorts[sort]),
      ),
    );
    const root = byId("places-head");
    fill(root, cells);
    for (const button of root.querySelectorAll("button")) button.onclick = () => this.choose({ sort: button.value });
  }

  buttons(id, choices, choose) {
    const root = byId(id);
    fill(root, choices.map(([value, text, isPressed]) => node("button", { type: "button", value, ariaPressed: String(isPressed) }, text)));
    for (const button of root.querySelectorAll("button")) button.onclick = () => choose(button.value);
  }
}
