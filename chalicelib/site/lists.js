/** Lists that are told anew: what says the same stays where it is. */

/**
 * Let `made` be the children of `parent`; return those that are there now, of which some may have been there before.
 *
 * @template {Element} Child
 * @param {Element} parent
 * @param {Child[]} made
 * @returns {Child[]}
 */
export function fill(parent, made) {
  const left = /** @type {Child[]} */ ([...parent.children]);
  const children = made.map((child) => {
    const at = left.findIndex((there) => there.isEqualNode(child));
    return at < 0 ? child : left.splice(at, 1)[0];
  });
  left.forEach((child) => child.remove());
  place(parent, children);
  return children;
}

/**
 * Put children in their order, and move none that has it already.
 *
 * @param {Element} parent
 * @param {Element[]} children
 */
export function place(parent, children) {
  children.forEach((child, i) => {
    if (parent.children[i] !== child) parent.insertBefore(child, parent.children[i] ?? null);
  });
}
