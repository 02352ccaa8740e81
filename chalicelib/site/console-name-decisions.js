/** Decisions on names on their way: gathered for a moment, sent together, and kept where they could not be sent. */

import { Refused } from "./console-api.js";

/** @import { Api } from "./console-api.js" */
/** @import { DecidedName, Name, NameState, Visibility } from "./console-types.js" */

const GATHERED_MS = 1_200;
/** What one request takes. */
const MAX_AT_ONCE = 100;

/**
 * @typedef {object} NameDecision
 * @property {Name} name as whoever decided saw it
 * @property {Visibility} state
 * @property {string} reason
 */

/** @typedef {{ decisions: NameDecision[], error: unknown }} Failure what could not be sent, and why */

/** @typedef {NameDecision & { now: DecidedName }} Overtaken a decision that came too late, and what the name is */

export class NameDecisions {
  /** @type {NameDecision[]} */
  waiting = [];
  /** @type {NameDecision[]} */
  sending = [];
  /** @type {Failure[]} */
  failed = [];
  /** @type {NameDecision[]} those that were carried out and can be taken back, the newest last */
  sent = [];
  done = { shown: 0, hidden: 0 };
  changed = () => {};
  /** @type {(late: Overtaken[]) => void} */
  overtaken = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<void> | null} the sending that goes on */
  #going = null;
  /** @type {Map<string, number>} by a name's id when it was decided on */
  #decidedAt = new Map();

  /**
   * @param {Api} api
   * @param {string} base
   */
  constructor(api, base) {
    this.api = api;
    this.base = base;
    // Who closes the page in the middle of it is asked first.
    addEventListener("beforeunload", (event) => {
      if (this.isUnsent) event.preventDefault();
    });
  }

  get isUnsent() {
    return this.waiting.length + this.sending.length + this.failed.length > 0;
  }

  /** How many are not carried out, as far as is known here. */
  get unsent() {
    return this.waiting.length + this.sending.length + this.failed.flatMap(({ decisions }) => decisions).length;
  }

  /**
   * Whether a name is decided on already, as far as is known here.
   * @param {string} id
   */
  has(id) {
    const known = [...this.waiting, ...this.sending, ...this.failed.flatMap(({ decisions }) => decisions)];
    return known.some(({ name }) => name.id === id);
  }

  /**
   * Whether a list that was asked for then may have a name as it was before.
   * @param {string} id
   * @param {number} asked in milliseconds, by `performance.now()`
   */
  isNewerThan(id, asked) {
    return this.has(id) || (this.#decidedAt.get(id) ?? -Infinity) > asked;
  }

  /** @param {NameDecision[]} decisions */
  add(decisions) {
    this.waiting.push(...decisions);
    clearTimeout(this.#timer);
    if (this.waiting.length >= MAX_AT_ONCE) return void this.send();
    this.#timer = setTimeout(() => this.send(), GATHERED_MS);
    this.changed();
  }

  /** Take back the last decision that is not under way yet. */
  takeBack() {
    const last = this.waiting.pop();
    this.changed();
    return last;
  }

  /** Send what waits, one request after another: what hides goes first. */
  send() {
    clearTimeout(this.#timer);
    this.#going ??= this.#sendAll().finally(() => (this.#going = null));
    return this.#going;
  }

  async #sendAll() {
    while (this.waiting.length) {
      const { state, reason } = this.waiting.find((one) => one.state === "hidden") ?? this.waiting[0];
      const alike = (/** @type {NameDecision} */ one) => one.state === state && one.reason === reason;
      this.sending = this.waiting.filter(alike).slice(0, MAX_AT_ONCE);
      this.waiting = this.waiting.filter((one) => !this.sending.includes(one));
      await this.#sendTogether(state, reason);
    }
  }

  /** Send again what could not be sent. */
  sendAgain() {
    const decisions = this.failed.flatMap((one) => one.decisions);
    this.failed = [];
    this.waiting.unshift(...decisions);
    this.send();
  }

  /** Give up what could not be sent. */
  forget() {
    this.failed = [];
    this.changed();
  }

  /** Give up all that is not under way. */
  drop() {
    clearTimeout(this.#timer);
    this.waiting = [];
    this.forget();
  }

  /**
   * @param {Visibility} state
   * @param {string} reason
   */
  async #sendTogether(state, reason) {
    this.changed();
    const decisions = this.sending.map(({ name }) => ({ id: name.id, state, expected: name.state }));
    try {
      await this.#post(reason, decisions);
      this.done[state] += decisions.length;
      this.sent.push(...this.sending);
    } catch (error) {
      const decided = decidedBefore(error);
      if (decided.length) this.#giveWay(decided);
      else this.failed.push({ decisions: this.sending, error });
    }
    this.sending = [];
    this.changed();
  }

  /**
   * Make names what they were before decisions that were sent, but those that somebody has decided on since.
   * @param {NameDecision[]} sent
   * @returns {Promise<number>} how many are as they were
   */
  async setBack(sent) {
    let left = sent;
    let done = 0;
    while (left.length) {
      const some = left.slice(0, MAX_AT_ONCE);
      const decisions = some.map(({ name, state }) => ({ id: name.id, state: name.state, expected: state }));
      try {
        await this.#post(some[0].reason, decisions);
        left = left.slice(MAX_AT_ONCE);
        done += some.length;
      } catch (error) {
        const others = new Set(decidedBefore(error).map(({ id }) => id));
        if (!others.size) throw error;
        left = left.filter(({ name }) => !others.has(name.id));
      }
    }
    return done;
  }

  /**
   * @param {string} reason
   * @param {{ id: string, state: NameState, expected: NameState }[]} decisions
   */
  async #post(reason, decisions) {
    await this.api.post(`${this.base}/name-decisions`, { reason, decisions });
    for (const { id } of decisions) this.#decidedAt.set(id, performance.now());
  }

  /**
   * Leave to others what they have decided on before, and send the rest again: of many all hold, or none.
   * @param {DecidedName[]} names
   */
  #giveWay(names) {
    const decided = new Map(names.map((name) => [name.id, name]));
    this.waiting.unshift(...this.sending.filter(({ name }) => !decided.has(name.id)));
    const late = this.sending.flatMap((one) => {
      const now = decided.get(one.name.id);
      return now ? [{ ...one, now }] : [];
    });
    this.overtaken(late);
  }
}

/**
 * What somebody else has decided on before; nothing where that is not what went wrong.
 * @param {unknown} error
 */
const decidedBefore = (error) =>
  error instanceof Refused && error.kind === "name-decided" ? (error.problem.names ?? []) : [];
