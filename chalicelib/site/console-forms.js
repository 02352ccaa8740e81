/** Forms and what they could not record: what does not map is mapped here, checked, and replayed. */

import { kindOf } from "./console-api.js";
import { button, field, fill, node } from "./console-dom.js";
import { check, reasonText } from "./console-forms-check.js";
import { EntryScreen, entryPath, outcomeText, replay } from "./console-forms-entry.js";
import { fieldWord, formOf, labelOf, Mapper, pathOf, valueWord } from "./console-forms-mapping.js";
import { FORMS, whatToDo } from "./console-forms-words.js";
import { Rows } from "./console-rows.js";
import { wordFor } from "./console-texts.js";
import { Follower } from "./console-watch.js";

/** @import { Api } from "./console-api.js" */
/** @import { FormsContext } from "./console-forms-mapping.js" */
/** @import { Key } from "./console-keys.js" */
/** @import { CampaignStatus, Form, ListedForm, OpenedEntry, ParkedEntry, ParkedPage } from "./console-types.js" */
/** @import { Replay, Times, Token, View } from "./console-types.js" */

/** @typedef {{ id: string, entry: ParkedEntry, entries: ParkedEntry[] }} Group parked for one reason, with its first */
/** @typedef {(name: string, count: string, at: string) => string} Gap says what is missing, how often, and when last */
/** @typedef {ParkedEntry & { became: Replay | null }} EntryRow */

/** @typedef {{ forms: ListedForm[], entries: ParkedEntry[], hasMore: boolean }} Read */

/**
 * @typedef {object} Screen
 * @property {HTMLElement} element
 * @property {Key[]} keys
 * @property {{ items: { id: string }[], current?: { id: string }, move(step: number): void }} [rows]
 * @property {() => HTMLElement | null} [start] where whoever comes to it begins, its heading otherwise
 */

const MAX_PAGES = 20;

/** @type {Replay} what is said of an entry that somebody has replayed or discarded meanwhile */
const GONE = { outcome: "gone", reason: null, about: [] };

/** After these an entry still waits. */
const WAITS = ["parked", "unsealable"];

export const id = "forms";
export const WORDS = FORMS;
export const isFor = (/** @type {Token} */ token) => token.scopes.includes("admin") && !token.region && !token.sandbox;
export const waits = (/** @type {CampaignStatus} */ status) => status.parked?.count ?? null;
export const waitsMore = (/** @type {CampaignStatus} */ status) => status.parked?.more;

/**
 * @param {HTMLElement} root
 * @param {FormsContext} context
 * @returns {View}
 */
export function mount(root, context) {
  const forms = new Forms(root, context);
  return {
    get keys() {
      return forms.keys;
    },
    receive: (status) => forms.receive(status),
    refresh: () => forms.load(),
    close: () => forms.close(),
  };
}

const groupOf = (/** @type {ParkedEntry} */ { provider, account, form, reason, about }) =>
  JSON.stringify([provider, account, form, reason, about]);

/** What a status tells of what is listed here, to compare. */
const parkedOf = (/** @type {CampaignStatus | null} */ status) =>
  JSON.stringify([status?.parked, status?.warnings.filter(({ code }) => code === "form_gaps")]);

/**
 * What is parked by what it waits for, the largest groups first.
 * @param {ParkedEntry[]} entries
 */
function grouped(entries) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  for (const entry of entries) {
    const key = groupOf(entry);
    const group = groups.get(key) ?? { id: key, entry, entries: [] };
    group.entries.push(entry);
    groups.set(key, group);
  }
  return [...groups.values()].sort((one, other) => other.entries.length - one.entries.length);
}

class Forms {
  /** @type {ListedForm[]} */
  forms = [];
  /** @type {ParkedEntry[]} */
  entries = [];
  isLoaded = false;
  hasMore = false;
  /** @type {string | null} why nothing could be read */
  fault = null;
  /** @type {Map<string, Replay>} what became of entries since the list was read, by id */
  became = new Map();
  /** @type {Screen | null} */
  screen = null;
  isOpen = true;
  #loads = 0;

  /**
   * @param {HTMLElement} root
   * @param {FormsContext} context
   */
  constructor(root, context) {
    this.root = root;
    this.context = context;
    this.mapper = new Mapper(context);
    this.parked = new Follower(parkedOf(context.status()));
    fill(root, node("p", { className: "card" }, context.said.loading));
    this.load();
  }

  get keys() {
    return this.screen?.keys ?? [];
  }

  close() {
    this.isOpen = false;
    // What was opened is forgotten with the page that showed it.
    this.screen = null;
    fill(this.root);
  }

  /**
   * The list is read again when something else is parked; what is worked on stays, and going back reads it.
   * @param {CampaignStatus} status
   */
  receive(status) {
    const isOld = this.parked.isOld(parkedOf(status));
    if (isOld && this.screen instanceof ListScreen && !document.querySelector("dialog[open]")) this.load();
  }

  // Reading

  /** What is asked for later goes before what is still under way. */
  async load() {
    this.#loads += 1;
    const load = this.#loads;
    const read = await this.#read();
    if (!this.isOpen || load !== this.#loads) return;
    this.#take(read);
    if (!(this.screen instanceof EntryScreen)) this.#show();
  }

  /** @returns {Promise<Read | string>} what there is, or why it could not be read */
  async #read() {
    try {
      const [forms, parked] = await Promise.all([this.#readForms(), this.#readParked()]);
      return { forms, ...parked };
    } catch (error) {
      return this.context.unread(error);
    }
  }

  /** @param {Read | string} read */
  #take(read) {
    if (typeof read === "string") {
      this.fault = read;
      return;
    }
    this.forms = read.forms;
    this.entries = read.entries;
    this.hasMore = read.hasMore;
    this.became = new Map();
    this.fault = null;
    this.isLoaded = true;
  }

  async reloadForms() {
    try {
      this.forms = await this.#readForms();
    } catch (error) {
      this.context.say(this.context.unread(error));
    }
  }

  async #readForms() {
    const { api, campaign } = this.context;
    /** @type {{ forms: ListedForm[] }} */
    const { forms } = await api.get("/v1/forms");
    return forms.filter((form) => form.campaign === campaign);
  }

  async #readParked() {
    const { api, campaign } = this.context;
    /** @type {ParkedEntry[]} */
    const found = [];
    /** @type {string | null} */
    let cursor = null;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      /** @type {ParkedPage} */
      const { parked, next } = await api.get("/v1/parked", { cursor });
      found.push(...parked.filter((entry) => entry.campaign === campaign || entry.campaign === null));
      cursor = next;
      if (!next) break;
    }
    const entries = found.sort((one, other) => one.received_at.localeCompare(other.received_at));
    return { entries, hasMore: cursor !== null };
  }

  // Screens

  #show({ isMoved = false } = {}) {
    const { memory } = this.context;
    const current = this.screen?.rows?.current?.id;
    const group = grouped(this.entries).find(({ id: key }) => key === memory.group);
    const form = this.forms.find((each) => pathOf(each) === memory.form);
    this.#put(this.#screenOf(group, form), isMoved, current);
  }

  /**
   * @param {Group} [group]
   * @param {ListedForm} [form]
   */
  #screenOf(group, form) {
    if (group) return new GroupScreen(this, group);
    return form ? new FormScreen(this, form) : new ListScreen(this);
  }

  /**
   * Whoever goes on to another screen begins at its heading; who stays keeps their place.
   * @param {Screen} screen
   * @param {boolean} isMoved
   * @param {string} [current] the id of the row that they are at
   */
  #put(screen, isMoved, current) {
    this.screen = screen;
    const hadFocus = this.root.contains(document.activeElement);
    fill(this.root, this.#faultLine(), screen.element);
    const { rows } = screen;
    if (hadFocus && !isMoved) rows?.move(Math.max(0, rows.items.findIndex(({ id: each }) => each === current)));
    if (!isMoved) return;
    (screen.start?.() ?? screen.element.querySelector("h2"))?.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  #faultLine() {
    const { said } = this.context;
    if (this.fault === null) return null;
    const again = button(said.again, () => this.load());
    return node("div", { className: "card unread", aria: { role: "alert" } }, node("p", { className: "fault" }, this.fault), again);
  }

  /** @param {{ group?: string, form?: string }} place the list where it is none */
  go(place) {
    const { memory } = this.context;
    memory.group = place.group;
    memory.form = place.form;
    this.#show({ isMoved: true });
  }

  /** Leave what was worked on; what is settled is not listed any more. */
  back() {
    this.entries = this.entries.filter((entry) => !this.isSettled(entry));
    this.go({});
    this.load();
  }

  /** @param {ParkedEntry} entry */
  isSettled(entry) {
    const became = this.became.get(entry.id);
    return became !== undefined && !WAITS.includes(became.outcome);
  }

  /** @param {ParkedEntry} entry */
  async open(entry) {
    const { context } = this;
    const { words } = context;
    const opened = await context.decide({
      title: words.openAsk,
      consequences: [words.openMeans],
      action: words.open,
      run: () => openedOf(context.api, entry),
    });
    if (!opened) return;
    if (opened === "gone") return this.#tellGone(entry);
    const screen = new EntryScreen(context, this.mapper, opened, {
      form: () => formOf(this.forms, entry),
      reload: () => this.reloadForms(),
      back: () => this.#show({ isMoved: true }),
      settled: (became) => this.#entrySettled(entry, became),
    });
    this.#put(screen, true);
  }

  /** @param {ParkedEntry} entry */
  #tellGone(entry) {
    this.became.set(entry.id, GONE);
    this.context.say(this.context.words.gone);
    this.#show({ isMoved: true });
  }

  /**
   * @param {ParkedEntry} entry
   * @param {Replay | null} became null where it was discarded
   */
  #entrySettled(entry, became) {
    this.context.look();
    if (became === null) {
      this.entries = this.entries.filter(({ id: each }) => each !== entry.id);
      this.#show({ isMoved: true });
      return;
    }
    this.became.set(entry.id, became);
    if (became.outcome === "parked") Object.assign(entry, { reason: became.reason, about: became.about });
    else this.#show({ isMoved: true });
  }
}

/** What waits and which forms there are. */
class ListScreen {
  /** @param {Forms} host */
  constructor(host) {
    this.host = host;
    const { words, texts, said } = host.context;
    /** @type {Rows<Group>} */
    this.rows = new Rows(words.parked, (group) => this.#group(group));
    this.rows.show(grouped(host.entries));
    const { forms, hasMore, isLoaded } = host;
    this.element = node(
      "div",
      { className: "column" },
      node(
        "section",
        { className: "card" },
        node("h2", { tabIndex: -1 }, words.parked, host.entries.length > 0 && ` (${texts.number(host.entries.length)})`),
        host.entries.length > 0 ? this.rows.list : node("p", {}, isLoaded ? words.none : said.loading),
        hasMore && node("p", { className: "hint" }, words.more),
      ),
      node(
        "section",
        { className: "card" },
        node("h2", {}, words.forms),
        forms.length > 0
          ? node("ul", { className: "list" }, ...forms.map((form) => this.#form(form)))
          : node("p", {}, isLoaded ? words.noForms : said.loading),
      ),
    );
  }

  /** @returns {Key[]} */
  get keys() {
    const { words } = this.host.context;
    return [
      { key: "j", does: words.nextKey, repeats: true, run: () => this.rows.move(1) },
      { key: "k", does: words.previousKey, repeats: true, run: () => this.rows.move(-1) },
      { key: "Enter", does: words.open, run: () => this.#open() },
    ];
  }

  #open() {
    const { current } = this.rows;
    if (current) this.host.go({ group: current.id });
  }

  /** @param {Group} group */
  #group({ id: key, entry, entries }) {
    const { context } = this.host;
    const { words, texts } = context;
    return [
      node(
        "button",
        { type: "button", className: "pick", onclick: () => this.host.go({ group: key }) },
        node("b", {}, reasonText(context, entry.reason, entry.about)),
        node("span", {}, labelOf(entry), entry.campaign === null && ` · ${words.otherCampaign}`),
        node("span", { className: "count" }, words.groupOf(texts.number(entries.length))),
      ),
    ];
  }

  /** @param {ListedForm} form */
  #form(form) {
    const { words } = this.host.context;
    const gaps = gapsOf(this.host.context, form);
    return node(
      "li",
      {},
      node(
        "button",
        { type: "button", className: "pick", onclick: () => this.host.go({ form: pathOf(form) }) },
        node("b", {}, labelOf(form)),
        node("span", {}, describe(this.host.context, form)),
        node("span", { className: gaps.length ? "warn" : "calm" }, gaps.length ? gaps.join(" · ") : words.noGaps),
      ),
    );
  }
}

/**
 * @param {FormsContext} context
 * @param {Form} form
 */
function describe({ words }, form) {
  const parts = [
    wordFor(words.formStates, form.state),
    words.namesOnAir[form.names ?? "after_approval"],
    form.form === "*" && words.anyForm,
  ];
  return parts.filter(Boolean).join(" · ");
}

/**
 * What is missing from what a form is sent, in sentences.
 * @param {FormsContext} context
 * @param {ListedForm} form
 */
function gapsOf(context, form) {
  const { words, texts } = context;
  /** @type {(table: Record<string, Times> | undefined, say: Gap) => string[]} */
  const told = (table, say) =>
    Object.entries(table ?? {}).map(([name, { count, newest }]) => say(name, texts.number(count), texts.time(newest)));
  return [
    ...told(form.absent, words.absent),
    ...told(form.left_out, (name, count, at) => words.leftOut(fieldWord(context, name), count, at)),
  ];
}

/** What is parked of one form for one reason. */
class GroupScreen {
  /**
   * @param {Forms} host
   * @param {Group} group
   */
  constructor(host, group) {
    this.host = host;
    this.group = group;
    const { context } = host;
    const { words, texts } = context;
    const { entry, entries } = group;
    /** @type {Rows<EntryRow>} */
    this.rows = new Rows(words.parked, (each) => this.#entry(each));
    this.rows.show(entries.map((each) => ({ ...each, became: host.became.get(each.id) ?? null })));
    const left = this.#left().length;
    this.element = node(
      "section",
      { className: "card" },
      node("h2", { tabIndex: -1 }, reasonText(context, entry.reason, entry.about)),
      node("p", { className: "hint" }, labelOf(entry)),
      node("p", {}, words.hints[whatToDo(entry.reason)]),
      node(
        "div",
        { className: "actions start" },
        left > 0 && button(words.replayAll(texts.number(left)), () => this.replayAll(), { key: "R", className: "main" }),
        button(words.back, () => host.back(), { key: "b", className: "quiet" }),
      ),
      this.rows.list,
    );
  }

  /** @returns {HTMLElement | null} */
  start() {
    return this.rows.list.querySelector("[aria-current]");
  }

  /** @returns {Key[]} */
  get keys() {
    const { words } = this.host.context;
    return [
      { key: "j", does: words.nextKey, repeats: true, run: () => this.rows.move(1) },
      { key: "k", does: words.previousKey, repeats: true, run: () => this.rows.move(-1) },
      { key: "Enter", does: words.open, run: () => this.#open(this.rows.current) },
      { key: "R", does: words.replayAllKey, run: () => this.#replayLeft() },
      { key: "b", does: words.backKey, run: () => this.host.back() },
    ];
  }

  #left() {
    return this.group.entries.filter((entry) => !this.host.isSettled(entry));
  }

  #replayLeft() {
    if (this.#left().length > 0) this.replayAll();
  }

  /** @param {EntryRow} [row] */
  #open(row) {
    const entry = this.group.entries.find(({ id: each }) => each === row?.id);
    if (entry && !this.host.isSettled(entry)) this.host.open(entry);
  }

  /** @param {EntryRow} row */
  #entry(row) {
    const { context } = this.host;
    const { words, texts } = context;
    const isDone = this.host.isSettled(row);
    return [
      node("span", { className: "when" }, texts.time(row.received_at)),
      node("span", { className: "what" }, row.became ? outcomeText(context, row.became) : row.id.slice(0, 8)),
      !isDone && button(words.open, () => this.#open(row), { ariaLabel: `${words.open}: ${texts.time(row.received_at)}` }),
    ];
  }

  /** One after the other, so that it is known what became of each; sent again, it goes on with those that are left. */
  async replayAll() {
    const { host } = this;
    const { context, mapper, became } = host;
    const { words, texts } = context;
    const left = this.#left();
    /** @type {Map<string, string>} by an entry's id what became of it */
    const outcomes = new Map();
    await context.decide({
      title: words.replayAllAsk(texts.number(left.length)),
      consequences: [reasonText(context, this.group.entry.reason, this.group.entry.about), words.replayMeans],
      action: words.replay,
      run: async (_, tell) => {
        await mapper.settled(tell);
        for (const entry of left.filter(({ id: each }) => !outcomes.has(each))) {
          tell(words.progress(texts.number(outcomes.size), texts.number(left.length)));
          const result = await outcomeOf(context.api, entry);
          became.set(entry.id, result);
          outcomes.set(entry.id, result.outcome);
        }
        return true;
      },
    });
    if (outcomes.size === 0) return;
    const summary = tallied([...outcomes.values()]).map(
      ([outcome, count]) => `${wordFor(words.outcomes, outcome)}: ${texts.number(count)}`,
    );
    context.say(words.replayed(summary.join(", ")));
    context.look();
    host.go({ group: this.group.id });
  }
}

/**
 * What became of an entry that is replayed; who settled it before, and what cannot be opened, is an outcome too.
 * @param {Api} api
 * @param {ParkedEntry} entry
 * @returns {Promise<Replay>}
 */
async function outcomeOf(api, entry) {
  try {
    return await replay(api, entry);
  } catch (error) {
    if (kindOf(error) === "parked-unsealable") return { ...GONE, outcome: "unsealable" };
    if (kindOf(error) === "parked-not-found") return GONE;
    throw error;
  }
}

/**
 * An entry with its content, or that somebody has settled it meanwhile.
 * @param {Api} api
 * @param {ParkedEntry} entry
 * @returns {Promise<OpenedEntry | "gone">}
 */
async function openedOf(api, entry) {
  try {
    return await api.get(entryPath(entry));
  } catch (error) {
    if (kindOf(error) === "parked-not-found") return "gone";
    throw error;
  }
}

/**
 * How often there is each.
 * @param {string[]} outcomes
 */
function tallied(outcomes) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts];
}

/** A form: what it maps, its gaps, and a place to try it out. */
class FormScreen {
  /**
   * @param {Forms} host
   * @param {ListedForm} form
   */
  constructor(host, form) {
    this.host = host;
    this.form = form;
    const { context } = host;
    const { words } = context;
    this.result = node("div", { className: "check", aria: { role: "status" } });
    this.sample = node("textarea", { rows: 6, spellcheck: false, className: "code" });
    const gaps = gapsOf(context, form);
    this.element = node(
      "div",
      { className: "column" },
      node(
        "section",
        { className: "card" },
        node("h2", { tabIndex: -1 }, labelOf(form)),
        node("p", { className: "hint" }, describe(context, form)),
        node("h3", {}, words.gaps),
        gaps.length ? node("ul", { className: "plain" }, ...gaps.map((gap) => node("li", {}, gap))) : node("p", {}, words.noGaps),
        node("h3", {}, words.mapping),
        ...this.#mapping(),
        node(
          "div",
          { className: "actions start" },
          button(words.mapQuestion, () => this.#mapQuestion(Object.keys(form.absent ?? {})[0]), { key: "q" }),
          button(words.mapAnswer, () => this.#mapAnswer(), { key: "m" }),
          button(words.back, () => host.back(), { key: "b", className: "quiet" }),
        ),
      ),
      node(
        "section",
        { className: "card" },
        node("h2", {}, words.sample),
        field(words.sample, this.sample, words.sampleHint),
        node("div", { className: "actions start" }, button(words.check, () => this.check(), { key: "c", className: "main" })),
        this.result,
      ),
    );
  }

  /** @returns {Key[]} */
  get keys() {
    const { words } = this.host.context;
    return [
      { key: "q", does: words.mapQuestion, run: () => this.#mapQuestion() },
      { key: "m", does: words.mapAnswer, run: () => this.#mapAnswer() },
      { key: "c", does: words.checkKey, run: () => this.check() },
      { key: "b", does: words.backKey, run: () => this.host.back() },
    ];
  }

  /** @param {string} [name] */
  #mapQuestion(name) {
    return this.#map((mapper) => mapper.mapQuestion(this.form, { name }));
  }

  #mapAnswer() {
    return this.#map((mapper) => mapper.mapAnswer(this.form, {}));
  }

  /** @param {(mapper: Mapper) => Promise<boolean>} change */
  async #map(change) {
    const { context, mapper } = this.host;
    try {
      if (await change(mapper)) await this.host.load();
    } catch (error) {
      context.say(context.unread(error));
    }
  }

  async check() {
    const { context } = this.host;
    let sample;
    try {
      sample = JSON.parse(this.sample.value);
    } catch {
      fill(this.result, node("p", { className: "fault" }, context.words.sampleBad));
      return;
    }
    await check(context, this.form, sample, this.result);
  }

  #mapping() {
    const { context } = this.host;
    const { words } = context;
    const { questions = {}, answers = {} } = this.form;
    const asked = Object.entries(questions).map(([name, target]) => [name, target === null ? words.notAsked : fieldWord(context, target)]);
    const meant = Object.entries(answers).flatMap(([target, table]) =>
      Object.entries(table).map(([answer, value]) => [`${fieldWord(context, target)}: ${answer}`, valueWord(context, target, value)]),
    );
    return [
      asked.length ? table(words.question, words.asksFor, asked) : node("p", {}, words.noQuestions),
      meant.length > 0 && table(words.answer, words.means, meant),
    ];
  }
}

/**
 * @param {string} first
 * @param {string} second
 * @param {string[][]} rows
 */
function table(first, second, rows) {
  return node(
    "table",
    {},
    node("thead", {}, node("tr", {}, node("th", { scope: "col" }, first), node("th", { scope: "col" }, second))),
    node("tbody", {}, ...rows.map(([name, value]) => node("tr", {}, node("th", { scope: "row" }, name), node("td", {}, value)))),
  );
}
