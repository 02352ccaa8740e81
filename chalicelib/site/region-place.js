/** The page of one region: how it stands, what was done there, and its organisations. */

import { fill } from "./lists.js";
import { feedOf, node, say } from "./live.js";
import { matcher } from "./name-search.js";
import { measure, number } from "./numbers.js";
import { all, byId, set } from "./page-parts.js";
import { perHead, POPULATIONS_AS_OF, populationOf } from "./populations.js";
import { dayText, rateText } from "./rates.js";
import { kindsOf, rankOf } from "./region-figures.js";
import { KINDS, nameIn, TYPES } from "./region-names.js";
import { places } from "./regions.js";

/** @import { Language, LiveDocument, PlaceMeasures, Words } from "./documents.js" */
/** @import { Said } from "./region-words.js" */

const KINDS_EVERY_MS = 60_000;
const BOARD_SECONDS = 30;
const ROWS = 20;
const ACTS = 8;

/** @param {string} id @param {boolean} isHidden */
const hide = (id, isHidden) => set(byId(id), "hidden", isHidden);

export class RegionPlace {
  /** @type {Language} */
  lang = "kk";
  /** @type {Words | undefined} */
  words;
  /** @type {Said | undefined} */
  said;
  /** @type {LiveDocument | undefined} */
  doc;
  /** @type {{ kind: string, acts: number }[] | undefined} */
  kinds;
  metric = "good_deeds";

  /**
   * @param {string} place
   * @param {string} base of the campaign's documents
   * @param {URLSearchParams} asked
   * @param {(name: string, value: string) => void} keep puts something into the address
   */
  constructor(place, base, asked, keep) {
    this.place = place;
    this.base = base;
    this.keep = keep;
    this.typed = asked.get("q") ?? "";
    const type = asked.get("type") ?? "";
    this.type = type in TYPES ? type : "";
    this.shown = ROWS;
    this.counters = all("#region good-deeds-counter");
    this.headline = byId("headline");
    hide("region", false);
    for (const counter of this.counters) {
      // One document has all that the page's numbers are.
      counter.dataset.file = "page.json";
      counter.setAttribute("place", place);
    }
    this.listen();
    this.watch();
  }

  listen() {
    const search = /** @type {HTMLInputElement} */ (byId("search"));
    search.value = this.typed;
    search.oninput = () => this.look({ typed: search.value });
    byId("more").onclick = () => {
      this.shown += ROWS;
      this.drawBoard();
    };
  }

  /**
   * Look for other organisations.
   * @param {{ typed?: string, type?: string }} chosen
   */
  look(chosen) {
    Object.assign(this, chosen, { shown: ROWS });
    this.keep("q", this.typed);
    this.keep("type", this.type);
    this.drawBoard();
  }

  watch() {
    /** @type {(name: string, draw: () => void, seldom?: number) => ReturnType<typeof feedOf>} */
    const join = (name, draw, seldom = 0) => {
      const feed = feedOf(`${this.base}/${name}`);
      feed.seldom = seldom;
      feed.join({ receive: draw });
      return feed;
    };
    this.board = join(`organisations/${this.place}.json`, () => this.drawBoard(), BOARD_SECONDS);
    this.recent = join("recent.json", () => this.drawActs());
    this.readKinds();
    setInterval(() => document.hidden || this.readKinds(), KINDS_EVERY_MS);
  }

  /** Kinds by place are in the table for spreadsheets alone. */
  async readKinds() {
    try {
      const answer = await fetch(`${this.base}/totals.csv`, { cache: "no-cache" });
      if (answer.ok) this.kinds = kindsOf(this.place, await answer.text());
    } catch {
      // What was read last stands.
    }
    this.drawKinds();
  }

  /**
   * Say all of it in a language.
   * @param {Language} lang
   * @param {Words} words
   * @param {Said} said
   */
  speak(lang, words, said) {
    this.lang = lang;
    this.words = words;
    this.said = said;
    for (const counter of this.counters) counter.setAttribute("lang", lang);
    const search = /** @type {HTMLInputElement} */ (byId("search"));
    search.placeholder = said.search;
    byId("types").ariaLabel = said.types;
    this.drawRank();
    this.drawKinds();
    this.drawActs();
    this.drawBoard();
  }

  /**
   * Show what the page's document says.
   * @param {LiveDocument} doc
   */
  receive(doc) {
    this.doc = doc;
    /** @type {PlaceMeasures} */
    const measures = doc.places?.[this.place] ?? {};
    const metric = Object.keys(measures.goals ?? {})[0] ?? "good_deeds";
    if (this.headline.getAttribute("metric") !== metric) this.headline.setAttribute("metric", metric);
    this.metric = metric;
    const told = measures.participations ? "" : "empty";
    set(byId("region").dataset, "told", told);
    for (const counter of this.counters.slice(1)) {
      const isEmpty = !measure(measures, counter.getAttribute("metric") ?? "");
      const hidden = isEmpty || counter.getAttribute("metric") === metric;
      set(counter, "hidden", hidden);
    }
    this.drawRank();
    this.drawKinds();
  }

  drawRank() {
    const { doc, said, words, place, lang, metric } = this;
    if (!said || !words || !doc?.places) return;
    const { places: known } = doc;
    const regions = places.filter((code) => populationOf(code) !== null);
    const value = measure(known[place] ?? {}, metric) ?? 0;
    const values = Object.fromEntries(regions.map((code) => [code, measure(known[code] ?? {}, metric) ?? 0]));
    const heads = Object.fromEntries(regions.map((code) => [code, perHead(values[code], code) ?? 0]));
    const [rank, headRank] = [values, heads].map((all) => rankOf(place, all));
    const people = populationOf(place);
    hide("ranked", rank === null);
    hide("headed", people === null || value === 0);
    hide("peopled", people === null);
    say(byId("rank"), rank === null ? "" : said.place(rank));
    say(byId("of"), said.ofAll(regions.length));
    if (people === null) return;
    const rate = perHead(value, place) ?? 0;
    say(byId("head"), rateText(metric, rate, words));
    say(byId("head-rank"), headRank === null ? "" : `${said.place(headRank)} ${said.ofAll(regions.length)}`);
    say(byId("population"), number(people, words));
    say(byId("population-of"), said.asOf(dayText(POPULATIONS_AS_OF, lang)));
  }

  /** Of good deeds the newest number is known, which the table follows some seconds later. */
  newestKinds() {
    const newest = this.doc?.places?.[this.place]?.good_deeds;
    const kinds = (this.kinds ?? []).map((one) => (one.kind === "good_deed" && newest ? { ...one, acts: newest } : one));
    return kinds.sort((a, b) => b.acts - a.acts);
  }

  drawKinds() {
    const { said, words, lang } = this;
    if (!said || !words || !this.kinds) return;
    const kinds = this.newestKinds();
    const largest = Math.max(1, ...kinds.map(({ acts }) => acts));
    hide("kinds-none", kinds.length > 0);
    fill(
      byId("kinds"),
      kinds.map(({ kind, acts }) => {
        const bar = node("span", { className: "bar", ariaHidden: true });
        bar.style.width = `${(acts / largest) * 100}%`;
        const name = nameIn(KINDS, kind, lang) || kind;
        return node("li", {}, node("span", {}, name), node("b", {}, number(acts, words)), bar);
      }),
    );
  }

  async drawActs() {
    const { said, words, lang, place } = this;
    const { doc } = this.recent ?? {};
    if (!said || !words || !doc) return;
    const { describe } = await import("./ticker.js");
    const acts = (doc.acts ?? []).filter((act) => act.place === place).slice(0, ACTS);
    hide("acts-none", acts.length > 0);
    fill(
      byId("acts"),
      acts.map((act) => {
        const { name, measures } = describe(act, words, lang);
        const time = node("time", { dateTime: act.at }, timeOf(act.at));
        return node("li", {}, time, node("b", {}, name), node("span", {}, measures), node("span", { className: "who" }, act.organisation ?? ""));
      }),
    );
  }

  drawBoard() {
    const { said, words, lang } = this;
    const all = this.board?.doc?.organisations;
    if (!said || !words || !all) return;
    hide("organisations", all.length === 0);
    hide("organisations-none", all.length > 0);
    const types = Object.keys(TYPES).filter((type) => all.some((one) => one.participant_type === type));
    fill(byId("types"), types.length < 2 ? [] : ["", ...types].map((type) => this.typeButton(type)));
    byId("types").querySelectorAll("button").forEach((button) => {
      button.onclick = () => this.look({ type: button.value });
    });
    const isFound = matcher(this.typed);
    const found = all
      .map((one, i) => ({ ...one, rank: i + 1 }))
      .filter((one) => (!this.type || one.participant_type === this.type) && isFound(one.name));
    hide("board", found.length === 0);
    hide("more", found.length <= this.shown);
    say(byId("found"), found.length ? said.found(number(found.length, words), number(all.length, words)) : said.nothing);
    fill(
      byId("rows"),
      found.slice(0, this.shown).map(({ rank, name, people, participations, participant_type: type }) => {
        const kind = node("small", {}, nameIn(TYPES, type, lang));
        const cell = node("th", { scope: "row" }, node("span", {}, name), kind);
        const numbers = [people, participations].map((value) => node("td", {}, number(value, words)));
        return node("tr", {}, node("td", { className: "rank" }, String(rank)), cell, ...numbers);
      }),
    );
  }

  /** @param {string} type */
  typeButton(type) {
    const text = nameIn(TYPES, type, this.lang) || (this.said?.every ?? "");
    return node("button", { type: "button", value: type, ariaPressed: String(type === this.type) }, text);
  }
}

/**
 * HH:MM in Kazakhstan (UTC+5).
 * @type {(at: string) => string}
 */
const timeOf = (at) => new Date(Date.parse(at) + 5 * 3600_000).toISOString().slice(11, 16);
