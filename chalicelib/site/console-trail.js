/** Trail: who did what, when and why, the newest first. */

import { goalsText } from "./console-campaign.js";
import { button, field, fill, node, select } from "./console-dom.js";
import { Rows } from "./console-rows.js";
import { momentOf, wordFor } from "./console-texts.js";
import { NOW, TRAIL } from "./console-words.js";

/** @import { Key } from "./console-keys.js" */
/** @import { Context, Memory, Texts } from "./console-types.js" */
/** @import { Token, TrailEntry, TrailPage, View } from "./console-types.js" */
/** @import { Language, Translations } from "./documents.js" */

/** @typedef {{ action?: string, by?: string, from?: string, until?: string }} TrailFilter */
/** @typedef {Memory & { filter?: TrailFilter }} TrailMemory */
/** @typedef {Context<(typeof TRAIL)[Language], TrailMemory>} TrailContext */

const PAGE = 50;

export const id = "trail";
export const WORDS = TRAIL;
export const isFor = (/** @type {Token} */ { scopes }) => scopes.includes("moderate");

/**
 * @param {HTMLElement} root
 * @param {TrailContext} context
 * @returns {View}
 */
export function mount(root, context) {
  const trail = new Trail(context, root);
  return { keys: trail.keys(), refresh: () => trail.read(), close: () => trail.close() };
}

class Trail {
  /** @type {string | null} where the list goes on; null at its end */
  next = null;
  /** Which reading is the newest one: what an older one brings is not shown. */
  reading = 0;

  /**
   * @param {TrailContext} context
   * @param {HTMLElement} root
   */
  constructor(context, root) {
    this.context = context;
    const { words, memory, said } = context;
    /** @type {Rows<TrailEntry>} */
    this.rows = new Rows(words.title, (entry) => this.row(entry));
    /** @type {TrailFilter} */
    this.filter = memory.filter ?? {};
    this.parts = {
      filter: node("form", { className: "card toolbar" }),
      empty: node("p", { className: "card" }, said.loading),
      more: button(said.more, () => this.readMore(), { key: "m" }),
    };
    this.parts.filter.addEventListener("submit", (event) => event.preventDefault());
    fill(root, this.parts.filter, this.parts.empty, this.rows.list, this.parts.more);
    this.drawFilter();
    this.read();
  }

  close() {
    this.reading++;
    this.context.memory.filter = this.filter;
  }

  /** @returns {Key[]} */
  keys() {
    const { words, said } = this.context;
    return [
      { key: "j", does: words.keys.next, run: () => this.rows.move(1), repeats: true },
      { key: "k", does: words.keys.previous, run: () => this.rows.move(-1), repeats: true },
      { key: "/", does: words.keys.filter, run: () => this.parts.filter.querySelector("select")?.focus() },
      { key: "m", does: said.more, run: () => this.goOn() },
    ];
  }

  read() {
    return this.readPage(null, (entries) => this.rows.show(entries));
  }

  goOn() {
    if (this.next) this.readMore();
  }

  readMore() {
    return this.readPage(this.next, (entries) => this.rows.show([...this.rows.items, ...entries]));
  }

  /**
   * @param {string | null} cursor
   * @param {(entries: TrailEntry[]) => void} show
   */
  async readPage(cursor, show) {
    const { api, base, labels, unread } = this.context;
    const reading = ++this.reading;
    try {
      /** @type {TrailPage} */
      const page = await api.get(`${base}/trail`, { ...this.filter, cursor, limit: PAGE });
      if (reading !== this.reading) return;
      labels.learn(page.entries);
      this.next = page.next;
      show(page.entries);
      this.drawList();
      if (document.activeElement === document.body) this.rows.focus();
    } catch (error) {
      if (reading !== this.reading) return;
      this.parts.empty.hidden = false;
      fill(this.parts.empty, unread(error));
    }
  }

  /** @param {TrailFilter} change */
  choose(change) {
    this.filter = { ...this.filter, ...change };
    this.rows.show([]);
    fill(this.parts.empty, this.context.said.loading);
    this.parts.empty.hidden = false;
    this.read();
  }

  drawList() {
    const { words } = this.context;
    this.parts.empty.hidden = this.rows.items.length > 0;
    fill(this.parts.empty, this.next ? words.emptyPage : words.empty);
    this.parts.more.hidden = !this.next;
  }

  drawFilter() {
    const { words } = this.context;
    const actions = Object.entries(words.actions);
    const action = select([["", words.any], ...actions], this.filter.action ?? "");
    const by = node("input", { type: "text", maxLength: 200, autocomplete: "off", value: this.filter.by ?? "" });
    const from = node("input", { type: "datetime-local" });
    const until = node("input", { type: "datetime-local" });
    action.onchange = () => this.choose({ action: action.value });
    by.onchange = () => this.choose({ by: by.value.trim() });
    from.onchange = () => this.choose({ from: momentOf(from.value) });
    until.onchange = () => this.choose({ until: momentOf(until.value) });
    fill(
      this.parts.filter,
      field(words.action, action),
      field(words.by, by),
      field(words.from, from),
      field(words.until, until),
    );
  }

  /** @param {string} token its id */
  of(token) {
    this.choose({ by: token });
    this.drawFilter();
  }

  /** @param {TrailEntry} entry */
  row(entry) {
    const { words, texts } = this.context;
    const { at, by, action, target, targets, reason, count, changes } = entry;
    const about = [target, ...(targets ?? [])].filter(Boolean);
    return [
      node(
        "div",
        { className: "about" },
        node(
          "p",
          {},
          node("b", {}, wordFor(words.actions, action)),
          count === undefined ? "" : ` · ${texts.number(count)}`,
          this.outcome(entry),
        ),
        reason && node("p", {}, node("bdi", {}, reason)),
        changes && changesList(this.context, changes),
        node(
          "p",
          { className: "hint" },
          node("time", { dateTime: at }, texts.time(at)),
          about.length ? " · " : "",
          node("code", {}, about.slice(0, 3).join(", ")),
          about.length > 3 ? ` + ${about.length - 3}` : "",
        ),
      ),
      node(
        "div",
        { className: "buttons" },
        button(node("bdi", {}, by.label ?? by.id), () => this.of(by.id), { className: "quiet", title: words.onlyBy }),
      ),
    ];
  }

  /**
   * Whether it was done: what has no answer may have been.
   * @param {TrailEntry} entry
   */
  outcome({ status }) {
    const { words } = this.context;
    if (status === null) return node("span", { className: "status unknown" }, ` · ${words.unknown}`);
    if (status < 400) return "";
    return node("span", { className: "status rejected" }, ` · ${words.refused(status)}`);
  }
}

/**
 * @param {TrailContext} context
 * @param {Record<string, [unknown, unknown]>} changes
 */
function changesList(context, changes) {
  const told = (/** @type {[string, [unknown, unknown]]} */ [name, [before, after]]) =>
    node(
      "li",
      {},
      `${wordFor(context.words.members, name)}: `,
      node("bdi", {}, valueText(context, name, before)),
      " → ",
      node("bdi", {}, valueText(context, name, after)),
    );
  return node("ul", { className: "some" }, ...Object.entries(changes).map(told));
}

/**
 * What a member of a campaign was, in words where there are some.
 * @param {TrailContext} context
 * @param {string} name
 * @param {unknown} value
 */
function valueText(context, name, value) {
  const { said, texts, lang } = context;
  if (value === null || value === undefined) return "–";
  if (name === "state") return wordFor(said.states, String(value));
  if (name === "names") return /** @type {Translations} */ (value)[lang];
  if (name === "goals" || name === "milestones") return goalsText({ words: NOW[lang], texts, lang }, { [name]: value });
  if (name === "opens" || name === "closes") return texts.time(String(value));
  if (typeof value === "number") return texts.number(value);
  return typeof value === "object" ? leaves(value, texts).join(", ") : String(value);
}

/**
 * What stands in a table of tables, each with the way to it.
 * @param {object} table
 * @param {Texts} texts
 * @param {string} [way]
 * @returns {string[]}
 */
function leaves(table, texts, way = "") {
  return Object.entries(table).flatMap(([name, value]) => {
    if (value !== null && typeof value === "object") return leaves(value, texts, `${way}${name} `);
    return `${way}${name}: ${typeof value === "number" ? texts.number(value) : (value ?? "–")}`;
  });
}
