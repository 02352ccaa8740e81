/** Elements made by hand: what people and programs sent is put into pages as text, and as nothing else. */

/**
 * @param {string} tag
 * @param {object} [properties] as the element has them; `aria` and `data` are tables of attributes
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function node(tag, { aria = {}, data = {}, ...properties } = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(aria))
    element.setAttribute(name === "role" ? name : `aria-${name}`, value);
  Object.assign(element.dataset, data);
  element.append(...children.filter(isThere));
  return element;
}

const isThere = (child) => child !== null && child !== undefined && child !== false;

/** A button; `properties.key` is the key that does the same. */
export function button(label, run, { key, ...properties } = {}) {
  const hint = key ? node("kbd", { aria: { hidden: "true" } }, keyName(key)) : null;
  return node("button", { type: "button", onclick: run, ...properties }, label, hint);
}

/** A key as it is told: `a` is that of the letter alone, `A` with Shift. */
export function keyName(key) {
  if (/^[a-z]$/.test(key)) return key.toUpperCase();
  return /^[A-Z]$/.test(key) ? `⇧${key}` : key;
}

/** A control under its label. */
export function field(label, control, hint = "") {
  return node(
    "label",
    { className: "field" },
    node("span", {}, label),
    control,
    hint !== "" && node("small", {}, hint),
  );
}

/** A choice; `options` are pairs of value and name. */
export function select(options, value, properties = {}) {
  const element = node("select", properties, ...options.map(([each, name]) => node("option", { value: each }, name)));
  element.value = value;
  return element;
}

/** Fill a place with what is there now. */
export const fill = (place, ...children) => place.replaceChildren(...children.filter(isThere));
