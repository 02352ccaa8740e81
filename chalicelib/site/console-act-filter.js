/** Which acts are listed: a form of what the API filters by. */

import { button, field, fill, node, select } from "./console-dom.js";
import { localOf, momentOf } from "./console-texts.js";
import { places } from "./regions.js";

const SOURCES = ["api", "meta", "vk", "telegram", "whatsapp", "typeform", "tally", "google_ads", "standard"];
const STATUSES = ["counted", "in_review", "rejected", "withdrawn"];
const REGIONS = places.filter((place) => place !== "abroad");

/** The form, and what is in it; `wanted(filter)` is told when other acts are wanted. */
export class ActFilter {
  constructor(context, filter, wanted) {
    Object.assign(this, { context, filter, wanted });
    this.element = node("details", { className: "card filter" });
    this.draw();
  }

  /** Show a filter, and want its acts. */
  choose(filter) {
    this.filter = filter;
    this.draw();
    this.wanted(filter);
  }

  /** What is filtered by, in a line; empty where nothing is. */
  summary() {
    const { words } = this.context;
    const named = Object.entries(this.filter).filter(([name]) => name in words.filters);
    return named.map(([name, value]) => `${words.filters[name]}: ${this.valueName(name, value)}`).join(" · ");
  }

  open() {
    this.element.open = true;
    this.element.querySelector("select, input").focus();
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

  /** What is shown nowhere in the form stays in the filter: a name, a group's reasons. */
  read(controls) {
    const { name, reasons, participant_of: participantOf, currency } = this.filter;
    const given = controls.map(({ name: key, control, read = (text) => text }) => [
      key,
      control.value ? read(control.value) : undefined,
    ]);
    const kept = { name, reasons, participant_of: participantOf, currency };
    return Object.fromEntries(
      Object.entries({ ...kept, ...Object.fromEntries(given) }).filter(([, value]) => value !== undefined),
    );
  }

  controls() {
    const { words, said, texts, token } = this.context;
    const { filter } = this;
    const any = ["", words.any];
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
    const moment = (name) => ({
      name,
      // What is not touched stays exact to the millisecond.
      read: (local) => (local === localOf(filter[name]) ? filter[name] : momentOf(local)),
      control: node("input", { type: "datetime-local", value: localOf(filter[name]) }),
    });
    const regions = REGIONS.map((code) => [code, texts.place(code)]);
    return [
      {
        name: "status",
        control: select([any, ...STATUSES.map((one) => [one, said.statuses[one]])], filter.status ?? ""),
      },
      !token.region && { name: "place", control: select([any, ...regions], filter.place ?? "") },
      text("organisation"),
      moment("from"),
      moment("until"),
      { name: "source", control: select([any, ...SOURCES.map((one) => [one, one])], filter.source ?? "") },
      text("form"),
      text("token"),
      { ...text("amount_above", { inputMode: "numeric", pattern: "[0-9]*" }), read: Number },
    ].filter(Boolean);
  }

  valueName(name, value) {
    const { said, texts } = this.context;
    if (name === "status") return said.statuses[value] ?? value;
    if (name === "place") return texts.place(value);
    if (name === "from" || name === "until") return texts.time(value);
    if (name === "reasons")
      return value
        .split(",")
        .map((one) => said.reviewReasons[one] ?? one)
        .join(", ");
    return String(value);
  }
}
