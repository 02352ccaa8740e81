/** Which acts are listed: a form of what the API filters by. */

import { button, field, fill, node, select } from "./console-dom.js";
import { localOf, momentOf, wordFor } from "./console-texts.js";
import { places } from "./regions.js";

/** @import { Properties } from "./console-dom.js" */
/** @import { ActFilterRequest, Context } from "./console-types.js" */
/** @import { Words } from "./console-act-rows.js" */

/**
 * @typedef {object} Control
 * @property {keyof Words["filters"]} name
 * @property {HTMLInputElement | HTMLSelectElement} control
 * @property {(text: string) => string | number | undefined} [read] what is meant by what is in it; the text itself
 */

const SOURCES = ["api", "meta", "vk", "telegram", "whatsapp", "typeform", "tally", "google_ads", "standard"];
const STATUSES = ["counted", "in_review", "rejected", "withdrawn"];
const REGIONS = places.filter((place) => place !== "abroad");

/** The form, and what is in it. */
export class ActFilter {
  /**
   * @param {Context<Words>} context
   * @param {ActFilterRequest} filter
   * @param {() => void} changed told when other acts are wanted
   */
  constructor(context, filter, changed) {
    this.context = context;
    this.filter = filter;
    this.changed = changed;
    this.element = node("details", { className: "card filter" });
    this.draw();
  }

  /**
   * Show a filter, and want its acts.
   * @param {ActFilterRequest} filter
   */
  choose(filter) {
    this.filter = filter;
    this.draw();
    this.changed();
  }

  /** What is filtered by, in a line; empty where nothing is. */
  summary() {
    /** @type {Record<string, string>} */
    const names = this.context.words.filters;
    const named = Object.entries(this.filter).filter(([name]) => name in names);
    return named.map(([name, value]) => `${names[name]}: ${this.valueName(name, value)}`).join(" · ");
  }

  open() {
    this.element.open = true;
    /** @type {HTMLElement | null} */
    const first = this.element.querySelector("select, input");
    first?.focus();
  }

  draw() {
    const { words } = this.context;
    const controls = this.controls();
    const form = node(
      "form",
      {},
      node("div", { className: "fields" }, ...controls.map(({ name, control }) => field(words.filters[name], control))),
      node(
        "div",
        { className: "actions" },
        button(words.clear, () => this.choose({})),
        node("button", { type: "submit", className: "main" }, words.apply),
      ),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.choose(this.read(controls));
    });
    const title = [words.filter, this.summary()].filter(Boolean).join(" · ");
    fill(this.element, node("summary", {}, title, node("kbd", { aria: { hidden: "true" } }, "/")), form);
  }

  /**
   * What is shown nowhere in the form stays in the filter: a name, a group's reasons.
   * @param {Control[]} controls
   * @returns {ActFilterRequest}
   */
  read(controls) {
    const { name, reasons, participant_of, currency } = this.filter;
    const given = controls.map(({ name: key, control, read = String }) => [
      key,
      control.value ? read(control.value) : undefined,
    ]);
    const all = { name, reasons, participant_of, currency, ...Object.fromEntries(given) };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  }

  /** @returns {Control[]} */
  controls() {
    const { words, said, texts, token } = this.context;
    const { filter } = this;
    const any = ["", words.any];
    /** @type {(name: keyof Words["filters"], properties?: Properties) => Control} */
    const text = (name, properties = {}) => ({
      name,
      control: node("input", {
        type: "text",
        maxLength: 200,
        autocomplete: "off",
        value: filter[name] ?? "",
        ...properties,
      }),
    });
    /** @type {(name: "from" | "until") => Control} */
    const moment = (name) => ({
      name,
      // What is not touched stays exact to the millisecond.
      read: (local) => (local === localOf(filter[name]) ? filter[name] : momentOf(local)),
      control: node("input", { type: "datetime-local", value: localOf(filter[name]) }),
    });
    const regions = REGIONS.map((code) => [code, texts.place(code)]);
    /** @type {Control} */
    const place = { name: "place", control: select([any, ...regions], filter.place ?? "") };
    return [
      {
        name: "status",
        control: select([any, ...STATUSES.map((one) => [one, wordFor(said.statuses, one)])], filter.status ?? ""),
      },
      ...(token.region ? [] : [place]),
      text("organisation"),
      moment("from"),
      moment("until"),
      { name: "source", control: select([any, ...SOURCES.map((one) => [one, one])], filter.source ?? "") },
      text("form"),
      text("token"),
      { ...text("amount_above", { inputMode: "numeric", pattern: "[0-9]*" }), read: Number },
    ];
  }

  /**
   * @param {string} name
   * @param {string | number} value
   */
  valueName(name, value) {
    const { said, texts } = this.context;
    const text = String(value);
    if (name === "status") return wordFor(said.statuses, text);
    if (name === "place") return texts.place(text);
    if (name === "from" || name === "until") return texts.time(text);
    if (name === "reasons") return text.split(",").map((one) => wordFor(said.reviewReasons, one)).join(", ");
    return text;
  }
}
