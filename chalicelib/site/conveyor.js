/** Things that pass one after another through a window: across it, as a crawl, or up through it, as a roll of names. */

/** Milliseconds by which a thing may come late and be moved to where it should be by now. */
const LATE = 1000;

export class Conveyor {
  /**
   * `next()` returns the next node, or null where there is nothing; `along` is "x" or "y". `speed` and `gap` are in rem.
   * A node with a `key` leaves at once when `keep` says so.
   */
  constructor(track, { along, speed, gap, next }) {
    Object.assign(this, { track, along, speed, gap, next });
  }

  get rem() {
    return parseFloat(getComputedStyle(document.documentElement).fontSize);
  }

  lengthOf(node) {
    return this.along === "x" ? node.offsetWidth : node.offsetHeight;
  }

  /** Begin, or begin anew. */
  start() {
    const turn = (this.turn = {});
    this.due = null;
    this.track.replaceChildren();
    this.feed(turn);
  }

  async feed(turn) {
    while (turn === this.turn && this.track.isConnected) {
      const node = this.next();
      if (!node) break;
      await this.pass(node);
    }
    if (turn === this.turn) this.turn = null;
  }

  /** Begin where nothing passes. */
  resume() {
    if (!this.turn) this.start();
  }

  /** Send a node on its way, and wait until there is room for the next one. */
  async pass(node) {
    const { track, along, speed, gap, rem } = this;
    track.append(node);
    const [from, length] = [this.lengthOf(track), this.lengthOf(node)];
    const at = (pixels) => ({ transform: `translate${along.toUpperCase()}(${pixels}px)` });
    const milliseconds = (pixels) => (pixels / (speed * rem)) * 1000;
    const whole = node.animate([at(from), at(-length)], { duration: milliseconds(from + length), fill: "both" });
    whole.id = "pass";
    whole.onfinish = () => node.remove();
    // On a busy machine it comes late, and yet as far behind the one before it as it should be.
    const { currentTime } = document.timeline;
    const due = this.due ?? currentTime;
    const start = currentTime - due < LATE ? due : currentTime;
    this.due = start + milliseconds(length + gap * rem);
    whole.startTime = start;
    const room = track.animate([], { duration: milliseconds(length + gap * rem) });
    room.startTime = start;
    await room.finished;
  }

  /** Take away at once what may be there no longer. */
  keep(stands) {
    for (const node of [...this.track.children]) if (!stands(node)) node.remove();
  }
}
