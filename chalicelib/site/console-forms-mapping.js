/** What a form maps, how that is changed, and what it can be changed to. */

import { field, fill, node, select } from "./console-dom.js";
import { KIND_NAMES } from "./console-words.js";
import { places } from "./regions.js";

/** A change of a form holds everywhere after this. */
const HOLDS_AFTER_MS = 6_000;

/** Which default stands in place of what a question asks for, where that has another name. */
const DEFAULT_OF = { region: "place", country: "place", currency: "amount" };

const NUMBERS = ["people", "hours", "amount"];

/** Names that are compared as one: without case, line breaks and spaces at their ends. */
export const fold = (text) => text.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase();

export const pathOf = ({ provider, account, form }) => `/v1/forms/${[provider, account, form].map(encodeURIComponent).join("/")}`;

export const labelOf = ({ provider, account, form }) => [provider, account, form].filter(Boolean).join(" / ");

/** What is put to have a form as it is. */
const requestOf = ({ provider, account, form, absent, left_out, ...request }) => request;

/** What a table of a form says of a name however it is written; undefined where it says nothing. */
export function found(table, name) {
  if (table && Object.hasOwn(table, name)) return table[name];
  const same = Object.keys(table ?? {}).find((each) => fold(each) === fold(name));
  return same === undefined ? undefined : table[same];
}

const without = (table, name) => Object.fromEntries(Object.entries(table ?? {}).filter(([each]) => fold(each) !== fold(name)));

const withQuestion = (form, name, target) => ({ ...form, questions: { ...without(form.questions, name), [name]: target } });

const withAnswer = (form, target, answer, value) => ({
  ...form,
  answers: { ...form.answers, [target]: { ...without(form.answers?.[target], answer), [answer]: value } },
});

/** The form that a submission goes to: its own, else that of all others of the account. */
export const formOf = (forms, { provider, account, form }) =>
  forms.find((each) => each.provider === provider && each.account === account && each.form === form) ??
  forms.find((each) => each.provider === provider && each.account === account && each.form === "*");

/**
 * What a form can be told, as the contract has it: what questions ask for, and the topics of the campaign.
 * @returns {Promise<{fields: string[], topics: string[]}>}
 */
export async function readVocabulary({ api, campaign }) {
  const [contract, { campaigns }] = await Promise.all([api.get("/openapi.json"), api.get("/v1/campaigns")]);
  const { FormRequest } = contract.components.schemas;
  return {
    fields: FormRequest.properties.required.items.enum,
    topics: campaigns.find(({ id }) => id === campaign)?.topics ?? [],
  };
}

/** The word for what is asked for; its own name where there is none. */
export const fieldWord = ({ words }, target) => words.fields[target] ?? target;

const fieldOptions = (context, names) =>
  names.map((name) => [name, fieldWord(context, name)]).sort(([, one], [, other]) => one.localeCompare(other, context.lang));

/** The word for what an answer stands for. */
export function valueWord({ words, texts, said }, target, value) {
  if (value === null) return words.nothing;
  if (value === undefined) return words.noMapping;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (target === "kind") return texts.kind(value);
  if (target === "participant_type") return said.participantTypes[value] ?? value;
  if (target === "region" && places.includes(value)) return `${texts.place(value)} (${value})`;
  return String(value);
}

/**
 * A control for what an answer stands for, under a label.
 * @returns {{element: HTMLElement, read: () => string | number | boolean | null | undefined}} null is nothing, undefined
 *   what is not filled in yet
 */
export function valueControl(context, target, vocabulary, label) {
  const { words } = context;
  const choices = choicesOf(context, target, vocabulary);
  if (choices) {
    const control = select([...choices.map((value, index) => [String(index), valueWord(context, target, value)])], "0");
    return { element: field(label, control), read: () => choices[Number(control.value)] };
  }
  const isNumber = NUMBERS.includes(target);
  const control = node("input", {
    type: isNumber ? "number" : "text",
    step: target === "hours" ? "0.5" : "1",
    required: true,
    autocomplete: "off",
  });
  const none = node("input", { type: "checkbox", onchange: () => (control.required = !none.checked) });
  const given = () => (isNumber ? Number(control.value) : control.value.trim());
  const read = () => (none.checked ? null : control.value.trim() === "" ? undefined : given());
  const checkbox = node("label", { className: "check" }, none, node("span", {}, words.nothing));
  return { element: node("div", {}, field(label, control, words.valueHints[target] ?? ""), checkbox), read };
}

function choicesOf({ said }, target, { topics }) {
  const values = {
    kind: () => Object.keys(KIND_NAMES),
    participant_type: () => Object.keys(said.participantTypes),
    region: () => places,
    topic: () => topics,
    consent: () => [true, false],
  };
  return values[target] && [...values[target](), null];
}

/** Changes forms, and knows until when a change may not hold everywhere yet. */
export class Mapper {
  #holdsFrom = 0;

  constructor(context) {
    this.context = context;
  }

  /** @returns {Promise<{fields: string[], topics: string[]}>} read once while somebody is signed in */
  async vocabulary() {
    const { memory } = this.context;
    memory.vocabulary ??= await readVocabulary(this.context);
    return memory.vocabulary;
  }

  /** Wait until the last change holds wherever something is recorded. */
  async settled(tell) {
    const wait = this.#holdsFrom - Date.now();
    if (wait <= 0) return;
    tell(this.context.words.holdsSoon);
    await new Promise((resolve) => setTimeout(resolve, wait));
  }

  /**
   * Ask what a question asks for, and change the form.
   * @param {object} form
   * @param {{name?: string, names?: string[], target?: string}} suggested the question, those there are, what it asks for
   * @returns {Promise<boolean>} whether the form has changed
   */
  async mapQuestion(form, { name = "", names = [], target }) {
    const { context } = this;
    const { words } = context;
    const { fields } = await this.vocabulary();
    const question = names.length ? select(names.map((each) => [each, each]), name || names[0]) : textInput(name);
    const asksFor = select([...fieldOptions(context, fields), ["", words.notAsked]], fields.includes(target) ? target : fields[0]);
    const wanted = () => asksFor.value || null;
    const preview = this.#preview(() => {
      const current = found(form.questions, question.value);
      const word = (value) => (value === undefined ? words.noMapping : value === null ? words.notAsked : fieldWord(context, value));
      return [word(current), word(wanted()), this.#unlocked(form, wanted())];
    }, [question, asksFor]);
    return this.#decide(
      words.mapQuestion,
      [field(words.question, question), field(words.asksFor, asksFor), preview],
      form,
      (fresh) => withQuestion(fresh, question.value, wanted()),
    );
  }

  /**
   * Ask what an answer stands for, and change the form.
   * @param {object} form
   * @param {{answer?: string, answers?: string[], target?: string}} suggested the answer, those there are, what is asked
   */
  async mapAnswer(form, { answer = "", answers = [], target }) {
    const { context } = this;
    const { words } = context;
    const vocabulary = await this.vocabulary();
    const targets = [...vocabulary.fields, "consent"];
    const asksFor = select(fieldOptions(context, targets), targets.includes(target) ? target : "kind");
    const given = answers.length ? select(answers.map((each) => [each, each]), answer || answers[0]) : textInput(answer);
    const place = node("div", {});
    let value;
    const preview = this.#preview(() => {
      const current = found(form.answers?.[asksFor.value], given.value);
      const next = value.read();
      return [valueWord(context, asksFor.value, current), next === undefined ? "…" : valueWord(context, asksFor.value, next), ""];
    }, [given]);
    const choose = () => {
      value = valueControl(context, asksFor.value, vocabulary, words.means);
      value.element.addEventListener("input", () => preview.draw());
      fill(place, value.element);
      preview.draw();
    };
    asksFor.addEventListener("change", choose);
    choose();
    return this.#decide(
      words.mapAnswer,
      [field(words.asksFor, asksFor), field(words.answer, given, words.writtenSo), place, preview],
      form,
      (fresh) => withAnswer(fresh, asksFor.value, given.value, value.read()),
    );
  }

  async #decide(title, controls, form, make) {
    const { context } = this;
    const { api, words, said } = context;
    const path = pathOf(form);
    const changed = await context.decide({
      title: `${title}: ${labelOf(form)}`,
      consequences: [words.mapMeans, ...controls],
      action: words.save,
      run: async () => {
        const before = await api.get(path);
        const after = await api.put(path, requestOf(make(before)));
        this.#holdsFrom = Date.now() + HOLDS_AFTER_MS;
        return { before, after };
      },
    });
    if (!changed) return false;
    context.say(words.saved, { does: said.undo, run: () => this.#putBack(path, changed) });
    return true;
  }

  /** A form that was changed again since stays as it is. */
  async #putBack(path, { before, after }) {
    const { api, words } = this.context;
    if (canonical(await api.get(path)) !== canonical(after)) return words.changedSince;
    await api.put(path, requestOf(before));
    this.#holdsFrom = Date.now() + HOLDS_AFTER_MS;
    return words.restored;
  }

  /** What is so before a change and after it, drawn again as it is chosen. */
  #preview(compare, controls) {
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
    for (const control of controls) control.addEventListener("input", draw);
    element.draw = draw;
    if (controls.length > 1) draw();
    return element;
  }

  #unlocked(form, target) {
    const name = DEFAULT_OF[target] ?? target;
    const isLocked = target && form.defaults && Object.hasOwn(form.defaults, name);
    return isLocked ? this.context.words.unlocks(fieldWord(this.context, target)) : "";
  }
}

const textInput = (value) => node("input", { type: "text", required: true, maxLength: 500, value, autocomplete: "off" });

/** Text that is the same for the same content, in whatever order it came. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}
