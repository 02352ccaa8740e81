/** A list of which one row is the current one: keys and focus move it, and it stays where it was when others come. */

import { node } from "./console-dom.js";

export class Rows {
  items = [];
  #index = 0;
  #rows = new Map();

  /** @param {string} label @param {(item: {id: string}) => Node[]} draw what is in the row of an item */
  constructor(label, draw) {
    this.draw = draw;
    this.list = node("ol", { className: "list", aria: { label } });
    this.list.addEventListener("focusin", ({ target }) => this.#follow(target.closest("li")));
  }

  get current() {
    return this.items[this.#index];
  }

  /** Show these and no others; rows that say the same stay as they are. */
  show(items) {
    const { current } = this;
    const hadFocus = this.list.contains(document.activeElement);
    const rows = items.map((item) => this.#rowOf(item));
    this.#rows = new Map(rows.map((row, index) => [items[index].id, row]));
    this.items = items;
    this.list.replaceChildren(...rows.map(({ element }) => element));
    const kept = items.findIndex(({ id }) => id === current?.id);
    this.#mark(kept < 0 ? this.#index : kept);
    if (hadFocus) this.focus();
  }

  /** Take rows out; the one that follows is the current one. */
  remove(ids) {
    const gone = new Set(ids);
    const before = this.items.slice(0, this.#index).filter(({ id }) => !gone.has(id)).length;
    this.#index = gone.has(this.current?.id) ? before : this.#index;
    this.show(this.items.filter(({ id }) => !gone.has(id)));
  }

  /** Make a row the current one. */
  goTo(id) {
    this.#mark(this.items.findIndex((item) => item.id === id));
    this.focus();
  }

  /** Draw a row again that looks otherwise now. */
  redraw(id) {
    const item = this.items.find((each) => each.id === id);
    if (item) this.#rows.get(id).element.replaceChildren(...this.draw(item));
  }

  move(step) {
    this.#mark(this.#index + step);
    this.focus();
  }

  focus() {
    const row = this.list.children[this.#index];
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  #rowOf(item) {
    const said = JSON.stringify(item);
    const known = this.#rows.get(item.id);
    if (known?.said === said) return known;
    return { said, element: node("li", { tabIndex: -1 }, ...this.draw(item)) };
  }

  #follow(element) {
    const index = [...this.list.children].indexOf(element);
    if (index >= 0) this.#mark(index);
  }

  #mark(index) {
    this.#index = Math.max(0, Math.min(index, this.items.length - 1));
    [...this.list.children].forEach((element, at) => {
      if (at === this.#index) element.setAttribute("aria-current", "true");
      else element.removeAttribute("aria-current");
    });
  }
}
