/** All regions side by side: by number, per 100,000 inhabitants, by name. */

import { fill } from "./lists.js";
import { node, say } from "./live.js";
import { METRIC_NAMES } from "./metrics.js";
import { format, measure, number, percent } from "./numbers.js";
import { byId, set } from "./page-parts.js";
import { perHead, POPULATIONS_AS_OF } from "./populations.js";
import { dayText, rateText } from "./rates.js";
import { nameIn } from "./region-names.js";
import { placeName, places } from "./regions.js";

/** @import { Language, LiveDocument, Words } from "./documents.js" */
/** @import { Said } from "./region-words.js" */
/** @typedef {{ code: string, name: string, value: number, rate: number | null, goal: number | undefined }} Row */

const METRICS = ["good_deeds", "people", "hours", "amount"];
const SORTS = ["number", "head", "name"];
/** @type {(value: string | null, all: string[]) => string} */
const among = (value, all) => (value !== null && all.includes(value) ? value : all[0]);

export class RegionOverview {
  /** @type {Language} */
  lang = "kk";
  /** @type {Words | undefined} */
  words;
  /** @type {Said | undefined} */
  said;
  /** @type {LiveDocument | undefined} */
  doc;

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
    byId("overview").hidden = false;
  }

  /**
   * @param {Language} lang
   * @param {Words} words
   * @param {Said} said
   */
  speak(lang, words, said) {
    this.lang = lang;
    this.words = words;
    this.said = said;
    byId("metrics").ariaLabel = said.metric;
    say(byId("places-note"), `${said.population}: ${said.asOf(dayText(POPULATIONS_AS_OF, lang))}`);
    this.draw();
  }

  /** @param {LiveDocument} doc */
  receive(doc) {
    this.doc = doc;
    // Before anything has happened there is nothing to compare.
    const told = doc.totals?.participations === 0 ? "empty" : "";
    set(byId("overview").dataset, "told", told);
    this.draw();
  }

  /** @param {{ metric?: string, sort?: string }} chosen */
  choose(chosen) {
    Object.assign(this, chosen);
    this.keep("metric", this.metric === METRICS[0] ? "" : this.metric);
    this.keep("sort", this.sort === SORTS[0] ? "" : this.sort);
    this.draw();
  }

  draw() {
    const { lang, words, said, metric } = this;
    if (!said || !words) return;
    /** @type {(name: string) => string} */
    const label = (name) => nameIn(METRIC_NAMES, name, lang);
    this.buttons("metrics", METRICS.map((name) => ({ name, text: label(name), isPressed: name === metric })), (name) => this.choose({ metric: name }));
    this.drawHead([said.regions, label(metric), said.head]);
    const rows = places.map((code) => {
      /** @type {import("./documents.js").Measures & { goals?: Record<string, number> } | undefined} */
      const measures = this.doc?.places?.[code];
      const value = (measures && measure(measures, metric)) ?? 0;
      return { code, name: placeName(code, lang), value, rate: perHead(value, code), goal: measures?.goals?.[metric] };
    });
    /** @type {(a: Row, b: Row) => number} */
    const byName = (a, b) => a.name.localeCompare(b.name, lang);
    /** @type {Record<string, (a: Row, b: Row) => number>} */
    const orders = {
      number: (a, b) => b.value - a.value || byName(a, b),
      head: (a, b) => (b.rate ?? -1) - (a.rate ?? -1) || byName(a, b),
      name: byName,
    };
    rows.sort(orders[this.sort]);
    /** @type {(row: Row) => number} */
    const size = ({ value, rate }) => (this.sort === "head" ? (rate ?? 0) : value);
    const largest = Math.max(1e-9, ...rows.map(size));
    const drawn = rows.map((row) => this.row(row, size(row) / largest, words));
    fill(byId("places-rows"), drawn);
  }

  /**
   * @param {Row} row
   * @param {number} share of the largest
   * @param {Words} words
   */
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

  /** @param {string[]} names */
  drawHead([regions, metric, head]) {
    /** @type {Record<string, string>} */
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

  /**
   * @param {string} id
   * @param {{ name: string, text: string, isPressed: boolean }[]} choices
   * @param {(name: string) => void} choose
   */
  buttons(id, choices, choose) {
    const root = byId(id);
    fill(root, choices.map(({ name, text, isPressed }) => node("button", { type: "button", value: name, ariaPressed: String(isPressed) }, text)));
    for (const button of root.querySelectorAll("button")) button.onclick = () => choose(button.value);
  }
}
