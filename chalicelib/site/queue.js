/** What a broadcast tells one after another: milestones before acts, each whole, and many acts as one. */

/** Milliseconds that each is on air, and that nothing is between two of them. */
export const ON_AIR = { milestone: 8_000, acts: 6_000 };
export const PAUSE = 700;

/**
 * @typedef {object} Celebrated what a milestone's celebration shows
 * @property {string} metric
 * @property {number} at
 * @property {import("./documents.js").Translations} [title]
 *
 * @typedef {{ kind: "milestone", milestone: Celebrated }} MilestoneOnAir
 * @typedef {{ kind: "acts", ids: string[], count?: number }} ActsOnAir
 * @typedef {MilestoneOnAir | ActsOnAir} Thing
 * @typedef {ReturnType<typeof setTimeout>} Timer
 */

/**
 * A queue that shows one thing at a time by `show(thing)`, and takes it off by `hide(thing)`.
 *
 * A thing is `{ kind: "milestone", milestone }` or `{ kind: "acts", ids }`: acts that come while something is on air
 * wait, and come as one. `later(run, milliseconds)` calls back and returns what `never` takes to call it off.
 */
export class Queue {
  /** @type {Celebrated[]} */
  milestones = [];
  /** @type {string[]} */
  ids = [];
  /** @type {Thing | null} */
  current = null;
  pausing = false;
  /** @type {(() => Promise<void>) | null} what is done before the next thing */
  due = null;

  /**
   * @param {object} given
   * @param {(thing: Thing) => void} given.show
   * @param {(thing: Thing) => void} given.hide
   * @param {(run: () => void, milliseconds: number) => Timer} [given.later]
   * @param {(timer: Timer | undefined) => void} [given.never]
   */
  constructor({ show, hide, later = setTimeout, never = clearTimeout }) {
    this.show = show;
    this.hide = hide;
    this.later = later.bind(null);
    this.never = never.bind(null);
  }

  /** @param {Celebrated} milestone */
  addMilestone(milestone) {
    this.milestones.push(milestone);
    this.next();
  }

  /** @param {string[]} ids */
  addActs(ids) {
    this.ids.push(...ids);
    this.next();
  }

  /**
   * Acts of which it is known no longer that they stand are neither shown nor told later.
   *
   * @param {(id: string) => boolean} stands
   */
  keepActs(stands) {
    this.ids = this.ids.filter(stands);
    const { current } = this;
    if (current?.kind !== "acts") return;
    current.ids = current.ids.filter(stands);
    if (current.ids.length) this.show(current);
    else this.end();
  }

  /** Nothing is on air, and nothing waits. */
  clear() {
    this.milestones = [];
    this.ids = [];
    if (this.current) this.end();
  }

  next() {
    if (this.current || this.pausing) return;
    const milestone = this.milestones.shift();
    if (milestone) this.begin({ kind: "milestone", milestone });
    else if (this.ids.length) this.begin({ kind: "acts", ids: this.ids.splice(0) });
  }

  /** @param {Thing} thing */
  begin(thing) {
    this.current = thing;
    this.show(thing);
    this.ending = this.later(() => this.end(), ON_AIR[thing.kind]);
  }

  end() {
    this.never(this.ending);
    const ended = this.current;
    this.current = null;
    if (ended) this.hide(ended);
    this.pausing = true;
    this.later(() => this.goOn(), PAUSE);
  }

  /**
   * Do what may not be done while something is on air as soon as nothing is; nothing begins before it is done.
   *
   * @param {() => Promise<void>} run
   */
  between(run) {
    this.due = run;
    if (!this.current && !this.pausing) this.goOn();
  }

  async goOn() {
    this.pausing = true;
    const { due } = this;
    this.due = null;
    if (due) await due();
    this.pausing = false;
    this.next();
  }
}

/**
 * The ids of the acts, newest first, that came after whatever was `seen`: an older one that is uncovered is none.
 *
 * @param {Set<string>} seen
 * @param {{ id: string }[]} acts
 */
export function newActs(seen, acts) {
  const first = acts.findIndex(({ id }) => seen.has(id));
  return acts.slice(0, first < 0 ? acts.length : first).map(({ id }) => id);
}
