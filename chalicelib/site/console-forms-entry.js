/** One entry that is parked, opened: what was answered, how the form reads it, and what is done about it. */

import { Refused } from "./console-api.js";
import { button, field, fill, node, select } from "./console-dom.js";
import { check, reasonText, sampleOf } from "./console-forms-check.js";
import { fieldWord, fold, found, labelOf, valueControl } from "./console-forms-mapping.js";

export const entryPath = ({ provider, id }) => `/v1/parked/${encodeURIComponent(provider)}/${encodeURIComponent(id)}`;

/** Replay an entry as it is, or with answers in place of those that came. */
export const replay = (api, entry, answers) => api.post(`${entryPath(entry)}/replay`, answers && { answers });

export class EntryScreen {
  checked = null;

  /**
   * @param {object} context
   * @param {import("./console-forms-mapping.js").Mapper} mapper
   * @param {object} opened the entry with its content
   * @param {{form: () => object | undefined, reload: () => Promise<void>, back: () => void, settled: (outcome) => void}} host
   */
  constructor(context, mapper, opened, host) {
    Object.assign(this, { context, mapper, opened, host });
    const { submission } = opened.content;
    this.answered = submission ? flat(submission.fields) : [];
    this.sample = submission ? sampleOf(opened.content) : null;
    this.parts = {
      reason: node("p", { className: "reason" }),
      result: node("div", { className: "check", aria: { role: "status" } }),
      fields: node("tbody", {}),
    };
    this.element = this.#draw();
    if (this.sample && this.form) this.check();
  }

  get form() {
    return this.host.form();
  }

  get keys() {
    const { words } = this.context;
    const all = [
      this.form && { key: "m", does: words.mapAnswer, run: () => this.mapAnswer() },
      this.form && { key: "q", does: words.mapQuestion, run: () => this.mapQuestion() },
      this.form && this.sample && { key: "c", does: words.checkKey, run: () => this.check() },
      { key: "r", does: words.replayKey, run: () => this.replay() },
      this.answered.length > 0 && { key: "e", does: words.correctKey, run: () => this.replayCorrected() },
      { key: "x", does: words.discardKey, run: () => this.discard() },
      { key: "b", does: words.backKey, run: () => this.host.back() },
    ];
    return all.filter(Boolean);
  }

  // What is done

  async check() {
    this.checked = await check(this.context, this.form, this.sample, this.parts.result);
    this.#drawFields();
  }

  async mapAnswer(row = this.#culprit()) {
    const answers = (row ? [row] : this.answered).flatMap(([, value]) => each(value)).map(String);
    const target = row ? this.#targetOf(row[0]) : undefined;
    await this.#map(() => this.mapper.mapAnswer(this.form, { answers, target: target ?? this.#about() }));
  }

  async mapQuestion(row) {
    const names = this.answered.map(([name]) => name);
    const unread = this.answered.find(([name]) => this.#isUnmapped(name));
    const name = (row ?? unread ?? this.answered[0])?.[0];
    await this.#map(() => this.mapper.mapQuestion(this.form, { name, names, target: this.#targetOf(name) ?? this.#about() }));
  }

  async #map(change) {
    const { context } = this;
    try {
      if (!(await change())) return;
    } catch (error) {
      return context.say(context.unread(error));
    }
    await this.host.reload();
    this.#drawFields();
    if (this.sample) await this.check();
  }

  replay() {
    const { words } = this.context;
    return this.#replay({ title: words.replayAsk, consequences: [words.replayMeans], action: words.replay }, () => undefined);
  }

  async replayCorrected() {
    const { context } = this;
    const { words } = context;
    let vocabulary;
    try {
      vocabulary = await this.mapper.vocabulary();
    } catch (error) {
      return context.say(context.unread(error));
    }
    const targets = vocabulary.fields.map((name) => [name, fieldWord(context, name)]);
    const rows = [];
    const place = node("div", { className: "rows" });
    const add = () => {
      const row = correction(context, vocabulary, targets, rows.length ? targets[0][0] : this.#about() ?? targets[0][0]);
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

  async #replay(decision, answers) {
    const { context, opened } = this;
    const { words } = context;
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

  /** What a question asks for, as far as the form or its own name says; undefined where neither does. */
  #targetOf(name = "") {
    const { form } = this;
    const mapped = found(form?.questions, name);
    if (mapped !== undefined) return mapped ?? undefined;
    if (form?.consent && fold(form.consent.field ?? "consent") === fold(name)) return "consent";
    const own = fold(name.split(".").at(-1));
    return own === this.#about() ? own : undefined;
  }

  #isUnmapped(name) {
    return this.checked?.unmapped.some((each) => fold(each) === fold(name)) ?? false;
  }

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

/** What became of an entry, in words. */
export function outcomeText(context, { outcome, reason, about }) {
  const { words } = context;
  const text = words.outcomes[outcome] ?? outcome;
  return reason ? `${text}: ${reasonText(context, reason, about)}` : text;
}

function correction(context, vocabulary, targets, first) {
  const { words } = context;
  const asksFor = select(targets, first);
  const place = node("div", {});
  let value;
  const choose = () => {
    value = valueControl(context, asksFor.value, vocabulary, words.instead);
    fill(place, value.element);
  };
  asksFor.addEventListener("change", choose);
  choose();
  return { element: node("div", { className: "pair" }, field(words.asksFor, asksFor), place), read: () => [asksFor.value, value.read()] };
}

const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** Fields with their answers; one within another is named with a dot. */
const flat = (fields, prefix = "") =>
  Object.entries(fields).flatMap(([name, value]) =>
    isTable(value) ? flat(value, `${prefix}${name}.`) : [[`${prefix}${name}`, value]],
  );

/** Every answer that is given, those of a list one by one. */
function each(value) {
  if (Array.isArray(value)) return value.flatMap(each);
  if (value === null || value === undefined || value === "") return [];
  return [isTable(value) ? JSON.stringify(value) : value];
}
