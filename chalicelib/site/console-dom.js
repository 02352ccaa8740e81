/** Elements made by hand: what people and programs sent is put into pages as text, and as nothing else. */

/** @typedef {Node | string | null | undefined | false} Child what is nothing is left out */

/**
 * What an element has; `aria` is a table of attributes.
 * @typedef {Record<string, unknown> & { aria?: Record<string, string> }} Properties
 */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties]
 * @param {...Child} children
 */
export function node(tag, { aria = {}, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(aria))
    element.setAttribute(name === "role" ? name : `aria-${name}`, value);
  element.append(...children.filter(isThere));
  return element;
}

/** @type {(child: Child) => child is Node | string} */
const isThere = (child) => child !== null && child !== undefined && child !== false;

/**
 * A button; `properties.key` is the key that does the same.
 * @param {Node | string} label
 * @param {() => void} run
 * @param {Properties & { key?: string }} [properties]
 */
export function button(label, run, { key, ...properties } = {}) {
  const hint = key ? node("kbd", { aria: { hidden: "true" } }, keyName(key)) : null;
  return node("button", { type: "button", onclick: run, ...properties }, label, hint);
}

/**
 * A key as it is told: `a` is that of the letter alone, `A` with Shift.
 * @param {string} key
 */
export function keyName(key) {
  if (/^[a-z]$/.test(key)) return key.toUpperCase();
  return /^[A-Z]$/.test(key) ? `⇧${key}` : key;
}

/**
 * A control under its label.
 * @param {string} label
 * @param {HTMLElement} control
 */
export function field(label, control, hint = "") {
  return node(
    "label",
    { className: "field" },
    node("span", {}, label),
    control,
    hint !== "" && node("small", {}, hint),
  );
}

/**
 * A choice among pairs of value and name.
 * @param {string[][]} options
 * @param {string} value
 * @param {Properties} [properties]
 */
export function select(options, value, properties = {}) {
  const element = node("select", properties, ...options.map(([each, name]) => node("option", { value: each }, name)));
  element.value = value;
  return element;
}

/**
 * Fill a place with what is there now.
 * @param {Element} place
 * @param {...Child} children
 */
export const fill = (place, ...children) => place.replaceChildren(...children.filter(isThere));
