/** Things that pass one after another through a window: across it, as a crawl, or up through it, as a roll of names. */

/** @typedef {HTMLElement & { key?: string, tell?: () => void }} Passing what passes, and the key of what it is about */

/** Milliseconds by which a thing may come late and be moved to where it should be by now. */
const LATE = 1000;

export class Conveyor {
  /** @type {object | null} which start is on its way */
  #turn = null;
  /** @type {number | null} when there is room for the next one, in ms of the document's timeline */
  #due = null;

  /**
   * @param {HTMLElement} track
   * @param {{ along: "x" | "y", speed: number, gap: number, next: () => Passing | null }} how `next()` returns what comes
   *   next, null where there is nothing; `speed` in rem a second, `gap` in rem
   */
  constructor(track, { along, speed, gap, next }) {
    this.track = track;
    this.along = along;
    this.speed = speed;
    this.gap = gap;
    this.next = next;
  }

  get rem() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  /** @param {HTMLElement} node */
  lengthOf(node) {
    return this.along === "x" ? node.offsetWidth : node.offsetHeight;
  }

  /** Begin, or begin anew. */
  start() {
    const turn = (this.#turn = {});
    this.#due = null;
    this.track.replaceChildren();
    this.#feed(turn);
  }

  /** @param {object} turn */
  async #feed(turn) {
    while (turn === this.#turn && this.track.isConnected) {
      const node = this.next();
      if (!node) break;
      await this.#pass(node);
    }
    if (turn === this.#turn) this.#turn = null;
  }

  /** Begin where nothing passes. */
  resume() {
    if (!this.#turn) this.start();
  }

  /** Send a node on its way, and wait until there is room for the next one. @param {HTMLElement} node */
  async #pass(node) {
    const { track, along, speed, gap, rem } = this;
    track.append(node);
    const [from, length] = [this.lengthOf(track), this.lengthOf(node)];
    /** @param {number} pixels */
    const at = (pixels) => ({ transform: `translate${along.toUpperCase()}(${pixels}px)` });
    /** @param {number} pixels */
    const milliseconds = (pixels) => (pixels / (speed * rem)) * 1000;
    const whole = node.animate([at(from), at(-length)], { duration: milliseconds(from + length), fill: "both" });
    whole.id = "pass";
    whole.onfinish = () => node.remove();
    // On a busy machine it comes late, and yet as far behind the one before it as it should be.
    const currentTime = Number(document.timeline.currentTime);
    const due = this.#due ?? currentTime;
    const start = currentTime - due < LATE ? due : currentTime;
    this.#due = start + milliseconds(length + gap * rem);
    whole.startTime = start;
    const room = track.animate([], { duration: milliseconds(length + gap * rem) });
    room.startTime = start;
    await room.finished;
  }

  get #passing() {
    return /** @type {Passing[]} */ ([...this.track.children]);
  }

  /** Take away at once what may be there no longer. @param {(passing: Passing) => boolean} stands */
  keep(stands) {
    for (const node of this.#passing) if (!stands(node)) node.remove();
  }

  /** Let what is on its way be told as it is now. */
  tell() {
    for (const node of this.#passing) node.tell?.();
  }
}
