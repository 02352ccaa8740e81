/** One entry that is parked, opened: what was answered, how the form reads it, and what is done about it. */

import { Refused } from "./console-api.js";
import { button, field, fill, node, select } from "./console-dom.js";
import { check, reasonText, sampleOf } from "./console-forms-check.js";
import { fieldWord, fold, found, labelOf, valueControl } from "./console-forms-mapping.js";
import { wordFor } from "./console-texts.js";

/** @import { Api } from "./console-api.js" */
/** @import { Decision } from "./console-dialogs.js" */
/** @import { FormsContext, Mapper, Vocabulary } from "./console-forms-mapping.js" */
/** @import { Key } from "./console-keys.js" */
/** @import { AnswerValue, CheckedSubmission, ListedForm, OpenedEntry } from "./console-types.js" */
/** @import { ParkedEntry, Replay } from "./console-types.js" */

/** @typedef {[name: string, value: unknown]} Row a question with what was answered */

/** @typedef {Record<string, AnswerValue | undefined>} Corrections by what is asked for; undefined is not sent */

/**
 * @typedef {object} EntryHost
 * @property {() => ListedForm | undefined} form
 * @property {() => Promise<void>} reload
 * @property {() => void} back
 * @property {(became: Replay | null) => void} settled null where it was discarded
 */

/** @typedef {Pick<ParkedEntry, "provider" | "id">} EntryName */

/** The API's path of an entry. */
export const entryPath = (/** @type {EntryName} */ { provider, id }) =>
  `/v1/parked/${encodeURIComponent(provider)}/${encodeURIComponent(id)}`;

/**
 * Replay an entry as it is, or with answers in place of those that came.
 * @param {Api} api
 * @param {EntryName} entry
 * @param {Corrections} [answers]
 * @returns {Promise<Replay>}
 */
export const replay = (api, entry, answers) => api.post(`${entryPath(entry)}/replay`, answers && { answers });

export class EntryScreen {
  /** @type {CheckedSubmission | null} */
  checked = null;

  /**
   * @param {FormsContext} context
   * @param {Mapper} mapper
   * @param {OpenedEntry} opened
   * @param {EntryHost} host
   */
  constructor(context, mapper, opened, host) {
    this.context = context;
    this.mapper = mapper;
    this.opened = opened;
    this.host = host;
    const { submission } = opened.content;
    this.answered = submission ? flat(submission.fields) : [];
    this.sample = submission ? sampleOf(opened.content) : null;
    this.parts = {
      reason: node("p", { className: "reason" }),
      result: node("div", { className: "check", aria: { role: "status" } }),
      fields: node("tbody", {}),
    };
    this.element = this.#draw();
    this.check();
  }

  get form() {
    return this.host.form();
  }

  /** @returns {Key[]} */
  get keys() {
    const { words } = this.context;
    const map = [
      { key: "m", does: words.mapAnswer, run: () => this.mapAnswer() },
      { key: "q", does: words.mapQuestion, run: () => this.mapQuestion() },
    ];
    const check = { key: "c", does: words.checkKey, run: () => this.check() };
    const correct = { key: "e", does: words.correctKey, run: () => this.replayCorrected() };
    return [
      ...(this.form ? map : []),
      ...(this.form && this.sample ? [check] : []),
      { key: "r", does: words.replayKey, run: () => this.replay() },
      ...(this.answered.length > 0 ? [correct] : []),
      { key: "x", does: words.discardKey, run: () => this.discard() },
      { key: "b", does: words.backKey, run: () => this.host.back() },
    ];
  }

  // What is done

  /** Check where there is a form, and something to check it with. */
  async check() {
    const { context, form, sample, parts } = this;
    if (!form || !sample) return;
    this.checked = await check(context, form, sample, parts.result);
    this.#drawFields();
  }

  /** @param {Row} [row] */
  async mapAnswer(row = this.#culprit()) {
    const answers = (row ? [row] : this.answered).flatMap(([, value]) => each(value)).map(String);
    const target = row ? this.#targetOf(row[0]) : undefined;
    await this.#map((form) => this.mapper.mapAnswer(form, { answers, target: target ?? this.#about() }));
  }

  /** @param {Row} [row] */
  async mapQuestion(row) {
    const names = this.answered.map(([name]) => name);
    const unread = this.answered.find(([name]) => this.#isUnmapped(name));
    const name = (row ?? unread ?? this.answered[0])?.[0];
    await this.#map((form) => this.mapper.mapQuestion(form, { name, names, target: this.#targetOf(name) ?? this.#about() }));
  }

  /** @param {(form: ListedForm) => Promise<boolean>} change */
  async #map(change) {
    const { context, form } = this;
    if (!form) return;
    try {
      if (!(await change(form))) return;
    } catch (error) {
      return context.say(context.unread(error));
    }
    await this.host.reload();
    this.#drawFields();
    await this.check();
  }

  replay() {
    const { words } = this.context;
    return this.#replay({ title: words.replayAsk, consequences: [words.replayMeans], action: words.replay }, () => undefined);
  }

  async replayCorrected() {
    const { context } = this;
    const { words } = context;
    /** @type {Vocabulary} */
    let vocabulary;
    try {
      vocabulary = await this.mapper.vocabulary();
    } catch (error) {
      return context.say(context.unread(error));
    }
    const targets = vocabulary.fields.map((name) => [name, fieldWord(context, name)]);
    /** @type {ReturnType<typeof correction>[]} */
    const rows = [];
    const place = node("div", { className: "rows" });
    const add = () => {
      const row = correction(context, vocabulary, targets, (rows.length ? undefined : this.#about()) ?? targets[0][0]);
      rows.push(row);
      place.append(row.element);
    };
    add();
    const decision = {
      title: words.correctAsk,
      consequences: [words.correctMeans, place, button(words.addCorrection, add, { className: "quiet" })],
      action: words.replayCorrected,
    };
    return this.#replay(decision, () => Object.fromEntries(rows.map((row) => row.read())));
  }

  /**
   * @param {Omit<Decision<Replay>, "run">} decision
   * @param {() => Corrections | undefined} answers
   */
  async #replay(decision, answers) {
    const { context, opened } = this;
    const { words } = context;
    /** @type {Replay | null | undefined} */
    const became = await context.decide({
      ...decision,
      run: async (_, tell) => {
        await this.mapper.settled(tell);
        return replay(context.api, opened, answers());
      },
    });
    if (!became) return;
    context.say(words.became_of(outcomeText(context, became)));
    this.host.settled(became);
    if (became.outcome === "parked") {
      Object.assign(opened, { reason: became.reason, about: became.about });
      this.#drawReason();
      this.#drawFields();
    }
  }

  async discard() {
    const { context, opened } = this;
    const { words, api } = context;
    const done = await context.decide({
      title: words.discardAsk,
      consequences: [words.discardMeans],
      action: words.discard,
      isFinal: true,
      isGrave: true,
      run: async () => {
        try {
          await api.delete(entryPath(opened));
        } catch (error) {
          // Sent again after an answer that was lost, it is gone.
          if (!(error instanceof Refused && error.status === 404)) throw error;
        }
        return true;
      },
    });
    if (!done) return;
    context.say(words.discarded);
    this.host.settled(null);
  }

  // What the answers are

  #about() {
    const [first = ""] = this.opened.about;
    return first.startsWith("#/") ? first.split(" ")[0].split("/").at(-1) : first || undefined;
  }

  /**
   * What a question asks for, as far as the form or its own name says; undefined where neither does.
   * @param {string} [name]
   */
  #targetOf(name = "") {
    const { form } = this;
    const mapped = found(form?.questions, name);
    if (mapped !== undefined) return mapped ?? undefined;
    if (form?.consent && fold(form.consent.field ?? "consent") === fold(name)) return "consent";
    const own = fold(name.split(".").at(-1) ?? "");
    return own === this.#about() ? own : undefined;
  }

  /** @param {string} name */
  #isUnmapped(name) {
    return this.checked?.unmapped.some((each) => fold(each) === fold(name)) ?? false;
  }

  /** @param {string} name */
  #isCulprit(name) {
    return this.#targetOf(name) !== undefined && this.#targetOf(name) === this.#about();
  }

  #culprit() {
    return this.answered.find(([name, value]) => this.#isCulprit(name) && each(value).length > 0);
  }

  // Drawing

  #draw() {
    const { context, opened } = this;
    const { words, texts } = context;
    this.#drawReason();
    this.#drawFields();
    const isLead = this.answered.length === 0;
    return node(
      "section",
      { className: "card entry" },
      node("h2", { tabIndex: -1 }, `${words.entry}: ${labelOf(opened)}`),
      node("p", { className: "hint" }, `${words.received}: ${texts.time(opened.received_at)}`),
      this.parts.reason,
      node("p", { className: "note" }, isLead ? words.lead : words.openedNote),
      !isLead && this.#table(),
      this.form && !this.sample && !isLead && node("p", { className: "hint" }, words.noSample),
      this.parts.result,
      this.#actions(isLead),
    );
  }

  #table() {
    const { words } = this.context;
    const head = [words.question, words.answer, words.asksFor, ""];
    return node(
      "div",
      { className: "wide", tabIndex: 0, aria: { role: "region", label: words.entry } },
      node(
        "table",
        {},
        node("thead", {}, node("tr", {}, ...head.map((text) => (text ? node("th", { scope: "col" }, text) : node("td", {}))))),
        this.parts.fields,
      ),
    );
  }

  /** @param {boolean} isLead */
  #actions(isLead) {
    const { words } = this.context;
    return node(
      "div",
      { className: "actions start" },
      this.form && !isLead && button(words.mapAnswer, () => this.mapAnswer(), { key: "m" }),
      this.form && !isLead && button(words.mapQuestion, () => this.mapQuestion(), { key: "q" }),
      this.form && this.sample && button(words.check, () => this.check(), { key: "c" }),
      button(words.replay, () => this.replay(), { key: "r", className: "main" }),
      !isLead && button(words.replayCorrected, () => this.replayCorrected(), { key: "e" }),
      button(words.discard, () => this.discard(), { key: "x", className: "quiet" }),
      button(words.back, () => this.host.back(), { key: "b", className: "quiet" }),
    );
  }

  #drawReason() {
    const { reason, about } = this.opened;
    fill(this.parts.reason, node("b", {}, reasonText(this.context, reason, about)));
  }

  #drawFields() {
    fill(this.parts.fields, ...this.answered.map((row) => this.#field(row)));
  }

  /** @param {Row} row */
  #field(row) {
    const { words } = this.context;
    const [name, value] = row;
    const answers = each(value);
    return node(
      "tr",
      { className: this.#isCulprit(name) ? "culprit" : "" },
      node("th", { scope: "row" }, name),
      node("td", {}, answers.map(String).join(", ") || "–"),
      node("td", {}, this.#asksFor(name, answers)),
      node(
        "td",
        { className: "do" },
        this.form && button(words.question, () => this.mapQuestion(row), { className: "quiet", ariaLabel: `${words.question}: ${words.mapThisQuestion(name)}` }),
        this.form &&
          answers.length > 0 &&
          button(words.answer, () => this.mapAnswer(row), { className: "quiet", ariaLabel: `${words.answer}: ${words.mapThisAnswer(answers.join(", "))}` }),
      ),
    );
  }

  /**
   * @param {string} name
   * @param {unknown[]} answers
   */
  #asksFor(name, answers) {
    const { context } = this;
    const { words } = context;
    const mapped = found(this.form?.questions, name);
    if (mapped === null) return words.notAsked;
    const target = this.#targetOf(name);
    if (target !== undefined) return fieldWord(context, target);
    if (!this.checked || answers.length === 0) return "–";
    return this.#isUnmapped(name) ? words.unmapped : words.byName;
  }
}

/**
 * What became of an entry, in words.
 * @param {FormsContext} context
 * @param {Replay} became
 */
export function outcomeText(context, { outcome, reason, about }) {
  const { words } = context;
  const text = wordFor(words.outcomes, outcome);
  return reason ? `${text}: ${reasonText(context, reason, about)}` : text;
}

/**
 * A question with what shall stand in place of its answer.
 * @param {FormsContext} context
 * @param {Vocabulary} vocabulary
 * @param {string[][]} targets what can be asked for, with its word
 * @param {string} first
 */
function correction(context, vocabulary, targets, first) {
  const { words } = context;
  const asksFor = select(targets, first);
  const place = node("div", {});
  let value = valueControl(context, asksFor.value, vocabulary, words.instead);
  const choose = () => {
    value = valueControl(context, asksFor.value, vocabulary, words.instead);
    fill(place, value.element);
  };
  /** @type {() => [string, AnswerValue | undefined]} */
  const read = () => [asksFor.value, value.read()];
  asksFor.addEventListener("change", choose);
  choose();
  return { element: node("div", { className: "pair" }, field(words.asksFor, asksFor), place), read };
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Fields with their answers; one within another is named with a dot.
 * @param {Record<string, unknown>} fields
 * @returns {Row[]}
 */
const flat = (fields, prefix = "") =>
  Object.entries(fields).flatMap(([name, value]) =>
    isTable(value) ? flat(value, `${prefix}${name}.`) : [[`${prefix}${name}`, value]],
  );

/**
 * Every answer that is given, those of a list one by one.
 * @param {unknown} value
 * @returns {unknown[]}
 */
function each(value) {
  if (Array.isArray(value)) return value.flatMap(each);
  if (value === null || value === undefined || value === "") return [];
  return [isTable(value) ? JSON.stringify(value) : value];
}
