/** Decisions on names on their way: gathered for a moment, sent together, and kept where they could not be sent. */

const GATHERED_MS = 1_200;
/** What one request takes. */
const MOST = 100;

/**
 * @typedef {object} NameDecision
 * @property {{id: string, text: string}} name
 * @property {"shown" | "hidden"} state
 * @property {string} reason
 */

export class NameDecisions {
  /** @type {NameDecision[]} */
  waiting = [];
  /** @type {NameDecision[]} */
  sending = [];
  /** @type {{decisions: NameDecision[], error: Error}[]} */
  failed = [];
  done = { shown: 0, hidden: 0 };
  changed = () => {};
  #timer = 0;

  /** @param {import("./console-api.js").Api} api @param {string} base */
  constructor(api, base) {
    this.api = api;
    this.base = base;
    // Who closes the page in the middle of it is asked first.
    addEventListener("beforeunload", (event) => this.isUnsent && event.preventDefault());
  }

  get isUnsent() {
    return this.waiting.length + this.sending.length + this.failed.length > 0;
  }

  /** Whether a name is decided on already, as far as is known here. */
  has(id) {
    const known = [...this.waiting, ...this.sending, ...this.failed.flatMap(({ decisions }) => decisions)];
    return known.some(({ name }) => name.id === id);
  }

  add(/** @type {NameDecision[]} */ decisions) {
    this.waiting.push(...decisions);
    clearTimeout(this.#timer);
    if (this.waiting.length >= MOST) return void this.send();
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
  async send() {
    clearTimeout(this.#timer);
    if (this.sending.length) return;
    while (this.waiting.length) {
      const { state, reason } = this.waiting.find((one) => one.state === "hidden") ?? this.waiting[0];
      const alike = (one) => one.state === state && one.reason === reason;
      this.sending = this.waiting.filter(alike).slice(0, MOST);
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

  async #sendTogether(state, reason) {
    this.changed();
    const decisions = this.sending.map(({ name }) => ({ id: name.id, state }));
    try {
      await this.api.post(`${this.base}/name-decisions`, { reason, decisions });
      this.done[state] += decisions.length;
    } catch (error) {
      this.failed.push({ decisions: this.sending, error });
    }
    this.sending = [];
    this.changed();
  }
}
