/** What a form maps, how that is changed, and what it can be changed to. */

import { field, fill, node, select } from "./console-dom.js";
import { wordFor } from "./console-texts.js";
import { KIND_NAMES } from "./console-words.js";
import { places } from "./regions.js";

/** @import { Tell } from "./console-dialogs.js" */
/** @import { FORMS } from "./console-forms-words.js" */
/** @import { AnswerValue, Context, Form, ListedForm, Memory, PublicCampaign } from "./console-types.js" */
/** @import { Language } from "./documents.js" */

/** @typedef {{ fields: string[], topics: string[] }} Vocabulary what can be asked for, and the topics */
/** @typedef {Memory & { group?: string, form?: string, vocabulary?: Vocabulary }} FormsMemory */
/** @typedef {Context<(typeof FORMS)[Language], FormsMemory>} FormsContext */
/** @typedef {{ provider: string, account: string, form: string }} FormName */
/** @typedef {HTMLInputElement | HTMLSelectElement} Control */

/**
 * @typedef {object} ValueControl
 * @property {HTMLElement} element
 * @property {() => AnswerValue | undefined} read null is nothing, undefined what is not filled in yet
 */

/** A change of a form holds everywhere after this. */
const HOLDS_AFTER_MS = 6_000;

/** @type {Record<string, string>} which default stands in place of what a question asks for, by another name */
const DEFAULT_OF = { region: "place", country: "place", currency: "amount" };

const NUMBERS = ["people", "hours", "amount"];

/** Names that are compared as one: without case, line breaks and spaces at their ends. */
export const fold = (/** @type {string} */ text) => text.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();

/** The API's path of a form. */
export const pathOf = (/** @type {FormName} */ { provider, account, form }) =>
  `/v1/forms/${[provider, account, form].map(encodeURIComponent).join("/")}`;

export const labelOf = (/** @type {FormName} */ { provider, account, form }) =>
  [provider, account, form].filter(Boolean).join(" / ");

/** What is put to have a form as it is. */
const requestOf = (/** @type {ListedForm} */ { provider, account, form, absent, left_out, ...request }) => request;

/**
 * What a table of a form says of a name however it is written; undefined where it says nothing.
 * @template Value
 * @param {Record<string, Value> | undefined} table
 * @param {string} name
 */
export function found(table, name) {
  if (table && Object.hasOwn(table, name)) return table[name];
  const same = Object.keys(table ?? {}).find((each) => fold(each) === fold(name));
  return same === undefined ? undefined : table?.[same];
}

/**
 * @template Value
 * @param {Record<string, Value> | undefined} table
 * @param {string} name
 */
const without = (table, name) =>
  Object.fromEntries(Object.entries(table ?? {}).filter(([each]) => fold(each) !== fold(name)));

/** @type {(form: ListedForm, name: string, target: string | null) => ListedForm} */
const withQuestion = (form, name, target) => ({
  ...form,
  questions: { ...without(form.questions, name), [name]: target },
});

/** @type {(form: ListedForm, target: string, answer: string, value: AnswerValue | undefined) => ListedForm} */
function withAnswer(form, target, answer, value) {
  const others = without(form.answers?.[target], answer);
  const table = value === undefined ? others : { ...others, [answer]: value };
  return { ...form, answers: { ...form.answers, [target]: table } };
}

/**
 * The form that a submission goes to: its own, else that of all others of the account.
 * @param {ListedForm[]} forms
 * @param {FormName} submission
 */
export const formOf = (forms, { provider, account, form }) =>
  forms.find((each) => each.provider === provider && each.account === account && each.form === form) ??
  forms.find((each) => each.provider === provider && each.account === account && each.form === "*");

/** @typedef {{ properties: { required: { items: { enum: string[] } } } }} FormShape */
/** @typedef {{ components: { schemas: { FormRequest: FormShape } } }} Contract what is read of it */

/**
 * What a form can be told, as the contract has it: what questions ask for, and the topics of the campaign.
 * @param {FormsContext} context
 * @returns {Promise<Vocabulary>}
 */
async function readVocabulary({ api, campaign }) {
  /** @type {[Promise<Contract>, Promise<{ campaigns: PublicCampaign[] }>]} */
  const asked = [api.get("/openapi.json"), api.get("/v1/campaigns")];
  const [contract, { campaigns }] = await Promise.all(asked);
  const { FormRequest } = contract.components.schemas;
  return {
    fields: FormRequest.properties.required.items.enum,
    topics: campaigns.find(({ id }) => id === campaign)?.topics ?? [],
  };
}

/**
 * The word for what is asked for; its own name where there is none.
 * @param {FormsContext} context
 * @param {string} target
 */
export const fieldWord = ({ words }, target) => wordFor(words.fields, target);

/**
 * @param {FormsContext} context
 * @param {string[]} names
 */
const fieldOptions = (context, names) =>
  names.map((name) => [name, fieldWord(context, name)]).sort(([, one], [, other]) => one.localeCompare(other, context.lang));

/**
 * The word for what an answer stands for.
 * @param {FormsContext} context
 * @param {string} target what is asked for
 * @param {AnswerValue | undefined} value
 */
export function valueWord({ words, texts, said }, target, value) {
  if (value === null) return words.nothing;
  if (value === undefined) return words.noMapping;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  const text = String(value);
  if (target === "kind") return texts.kind(text);
  if (target === "participant_type") return wordFor(said.participantTypes, text);
  if (target === "region" && places.includes(text)) return `${texts.place(text)} (${text})`;
  return text;
}

/**
 * A control for what an answer stands for, under a label.
 * @param {FormsContext} context
 * @param {string} target what is asked for
 * @param {Vocabulary} vocabulary
 * @param {string} label
 * @returns {ValueControl}
 */
export function valueControl(context, target, vocabulary, label) {
  const choices = choicesOf(context, target, vocabulary);
  if (!choices) return typedControl(context, target, label);
  const control = select(choices.map((value, index) => [String(index), valueWord(context, target, value)]), "0");
  return { element: field(label, control), read: () => choices[Number(control.value)] };
}

/**
 * @param {FormsContext} context
 * @param {string} target
 * @param {string} label
 * @returns {ValueControl}
 */
function typedControl({ words }, target, label) {
  /** @type {Record<string, string>} */
  const hints = words.valueHints;
  const isNumber = NUMBERS.includes(target);
  const control = node("input", {
    type: isNumber ? "number" : "text",
    step: target === "hours" ? "0.5" : "1",
    required: true,
    autocomplete: "off",
  });
  const none = node("input", { type: "checkbox", onchange: () => (control.required = !none.checked) });
  const given = () => (isNumber ? Number(control.value) : control.value.trim());
  const read = () => {
    if (none.checked) return null;
    return control.value.trim() === "" ? undefined : given();
  };
  const checkbox = node("label", { className: "check" }, none, node("span", {}, words.nothing));
  return { element: node("div", {}, field(label, control, hints[target] ?? ""), checkbox), read };
}

/**
 * What can be chosen, nothing among it; null for what is typed in.
 * @param {FormsContext} context
 * @param {string} target
 * @param {Vocabulary} vocabulary
 * @returns {AnswerValue[] | null}
 */
function choicesOf({ said }, target, { topics }) {
  /** @type {Record<string, () => AnswerValue[]>} */
  const values = {
    kind: () => Object.keys(KIND_NAMES),
    participant_type: () => Object.keys(said.participantTypes),
    region: () => places,
    topic: () => topics,
    consent: () => [true, false],
  };
  return Object.hasOwn(values, target) ? [...values[target](), null] : null;
}

/** Changes forms, and knows until when a change may not hold everywhere yet. */
export class Mapper {
  #holdsFrom = 0;

  /** @param {FormsContext} context */
  constructor(context) {
    this.context = context;
  }

  /** @returns {Promise<Vocabulary>} read once while somebody is signed in */
  async vocabulary() {
    const { memory } = this.context;
    memory.vocabulary ??= await readVocabulary(this.context);
    return memory.vocabulary;
  }

  /**
   * Wait until the last change holds wherever something is recorded.
   * @param {Tell} tell
   */
  async settled(tell) {
    const wait = this.#holdsFrom - Date.now();
    if (wait <= 0) return;
    tell(this.context.words.holdsSoon);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }

  /**
   * Ask what a question asks for, and change the form.
   * @param {ListedForm} form
   * @param {{name?: string, names?: string[], target?: string}} suggested the question, those there are, what it asks for
   * @returns {Promise<boolean>} whether the form has changed
   */
  async mapQuestion(form, { name = "", names = [], target }) {
    const { context } = this;
    const { words } = context;
    const { fields } = await this.vocabulary();
    const question = names.length ? select(names.map((each) => [each, each]), name || names[0]) : textInput(name);
    const suggested = target !== undefined && fields.includes(target) ? target : fields[0];
    const asksFor = select([...fieldOptions(context, fields), ["", words.notAsked]], suggested);
    const chosen = () => asksFor.value || null;
    const word = (/** @type {string | null | undefined} */ value) => {
      if (value === undefined) return words.noMapping;
      return value === null ? words.notAsked : fieldWord(context, value);
    };
    const preview = this.#preview(() => {
      const current = found(form.questions, question.value);
      return [word(current), word(chosen()), this.#unlocked(form, chosen())];
    });
    for (const control of [question, asksFor]) control.addEventListener("input", preview.draw);
    preview.draw();
    return this.#decide(
      words.mapQuestion,
      [field(words.question, question), field(words.asksFor, asksFor), preview.element],
      form,
      (fresh) => withQuestion(fresh, question.value, chosen()),
    );
  }

  /**
   * Ask what an answer stands for, and change the form.
   * @param {ListedForm} form
   * @param {{answer?: string, answers?: string[], target?: string}} suggested the answer, those there are, what is asked
   */
  async mapAnswer(form, { answer = "", answers = [], target }) {
    const { context } = this;
    const { words } = context;
    const vocabulary = await this.vocabulary();
    const targets = [...vocabulary.fields, "consent"];
    const suggested = target !== undefined && targets.includes(target) ? target : "kind";
    const asksFor = select(fieldOptions(context, targets), suggested);
    let value = valueControl(context, asksFor.value, vocabulary, words.means);
    const given = answers.length ? select(answers.map((each) => [each, each]), answer || answers[0]) : textInput(answer);
    const place = node("div", {});
    const preview = this.#preview(() => {
      const current = found(form.answers?.[asksFor.value], given.value);
      const next = value.read();
      return [valueWord(context, asksFor.value, current), next === undefined ? "…" : valueWord(context, asksFor.value, next), ""];
    });
    given.addEventListener("input", preview.draw);
    const choose = () => {
      value = valueControl(context, asksFor.value, vocabulary, words.means);
      value.element.addEventListener("input", preview.draw);
      fill(place, value.element);
      preview.draw();
    };
    asksFor.addEventListener("change", choose);
    choose();
    return this.#decide(
      words.mapAnswer,
      [field(words.asksFor, asksFor), field(words.answer, given, words.writtenSo), place, preview.element],
      form,
      (fresh) => withAnswer(fresh, asksFor.value, given.value, value.read()),
    );
  }

  /**
   * @param {string} title
   * @param {Node[]} controls
   * @param {ListedForm} form
   * @param {(fresh: ListedForm) => ListedForm} make
   */
  async #decide(title, controls, form, make) {
    const { context } = this;
    const { api, words, said } = context;
    const path = pathOf(form);
    const changed = await context.decide({
      title: `${title}: ${labelOf(form)}`,
      consequences: [words.mapMeans, ...controls],
      action: words.save,
      run: async () => {
        /** @type {ListedForm} */
        const before = await api.get(path);
        /** @type {Form} */
        const after = await api.put(path, requestOf(make(before)));
        this.#holdsFrom = Date.now() + HOLDS_AFTER_MS;
        return { before, after };
      },
    });
    if (!changed) return false;
    context.say(words.saved, { does: said.undo, run: () => this.#putBack(path, changed) });
    return true;
  }

  /**
   * A form that was changed again since stays as it is.
   * @param {string} path
   * @param {{ before: ListedForm, after: Form }} changed
   */
  async #putBack(path, { before, after }) {
    const { api, words } = this.context;
    if (canonical(await api.get(path)) !== canonical(after)) return words.changedSince;
    await api.put(path, requestOf(before));
    this.#holdsFrom = Date.now() + HOLDS_AFTER_MS;
    return words.restored;
  }

  /**
   * What is so before a change and after it, drawn again as it is chosen.
   * @param {() => [before: string, after: string, more: string]} compare
   */
  #preview(compare) {
    const { words } = this.context;
    const element = node("div", { className: "mapping", aria: { live: "polite" } });
    const draw = () => {
      const [before, after, more] = compare();
      fill(
        element,
        node("dl", {}, node("dt", {}, words.before), node("dd", {}, before), node("dt", {}, words.after), node("dd", {}, after)),
        more && node("p", {}, more),
      );
    };
    return { element, draw };
  }

  /**
   * @param {ListedForm} form
   * @param {string | null} target
   */
  #unlocked(form, target) {
    if (!target) return "";
    const isLocked = Object.hasOwn(form.defaults ?? {}, DEFAULT_OF[target] ?? target);
    return isLocked ? this.context.words.unlocks(fieldWord(this.context, target)) : "";
  }
}

const textInput = (/** @type {string} */ value) =>
  node("input", { type: "text", required: true, maxLength: 500, value, autocomplete: "off" });

/**
 * Text that is the same for the same content, in whatever order it came.
 * @param {unknown} value
 * @returns {string}
 */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.sort().join(",")}}`;
}
