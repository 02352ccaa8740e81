/** A list of which one row is the current one: keys and focus move it, and it stays where it was when others come. */

import { fill, node } from "./console-dom.js";

/** @import { Child } from "./console-dom.js" */

/** @typedef {{ said: string, element: HTMLLIElement }} Row what it is of, to compare, and how it looks */

/** @template {{ id: string }} Item */
export class Rows {
  /** @type {Item[]} */
  items = [];
  #index = 0;
  /** @type {Map<string, Row>} */
  #rows = new Map();

  /**
   * @param {string} label
   * @param {(item: Item) => Child[]} draw what is in the row of an item
   */
  constructor(label, draw) {
    this.draw = draw;
    this.list = node("ol", { className: "list", aria: { label } });
    this.list.addEventListener("focusin", ({ target }) => this.#follow(/** @type {Element} */ (target).closest("li")));
  }

  /** @returns {Item | undefined} */
  get current() {
    return this.items[this.#index];
  }

  /**
   * Show these and no others; rows that say the same stay as they are.
   * @param {Item[]} items
   */
  show(items) {
    const { current } = this;
    const hadFocus = this.list.contains(document.activeElement);
    const rows = items.map((item) => this.#rowOf(item));
    this.#rows = new Map(rows.map((row, index) => [items[index].id, row]));
    this.items = items;
    this.list.replaceChildren(...rows.map(({ element }) => element));
    const same = items.findIndex(({ id }) => id === current?.id);
    this.#mark(same < 0 ? this.#index : same);
    if (hadFocus) this.focus();
  }

  /**
   * Take rows out; the one that follows is the current one.
   * @param {string[]} ids
   */
  remove(ids) {
    const gone = new Set(ids);
    const before = this.items.slice(0, this.#index).filter(({ id }) => !gone.has(id)).length;
    if (this.current && gone.has(this.current.id)) this.#index = before;
    this.show(this.items.filter(({ id }) => !gone.has(id)));
  }

  /**
   * Make a row the current one.
   * @param {string} id
   */
  goTo(id) {
    this.#mark(this.items.findIndex((item) => item.id === id));
    this.focus();
  }

  /**
   * Draw a row again that looks otherwise now.
   * @param {string} id
   */
  redraw(id) {
    const item = this.items.find((each) => each.id === id);
    const row = this.#rows.get(id);
    if (item && row) fill(row.element, ...this.draw(item));
  }

  /** @param {number} step */
  move(step) {
    this.#mark(this.#index + step);
    this.focus();
  }

  focus() {
    const row = /** @type {HTMLElement | undefined} */ (this.list.children[this.#index]);
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  /**
   * @param {Item} item
   * @returns {Row}
   */
  #rowOf(item) {
    const said = JSON.stringify(item);
    const known = this.#rows.get(item.id);
    if (known?.said === said) return known;
    return { said, element: node("li", { tabIndex: -1 }, ...this.draw(item)) };
  }

  /** @param {Element | null} element */
  #follow(element) {
    const index = [...this.list.children].findIndex((each) => each === element);
    if (index >= 0) this.#mark(index);
  }

  /** @param {number} index */
  #mark(index) {
    this.#index = Math.max(0, Math.min(index, this.items.length - 1));
    [...this.list.children].forEach((element, at) => {
      if (at === this.#index) element.setAttribute("aria-current", "true");
      else element.removeAttribute("aria-current");
    });
  }
}
