/** What is asked again and again while somebody looks: gently, later and later while nothing answers. */

import { Refused } from "./console-api.js";

const USUAL_MS = 5_000;
const MAX_MS = 60_000;

export class Watch {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #failures = 0;
  #isAsking = false;
  #isOn = true;

  /**
   * @param {() => Promise<void>} ask
   * @param {(error: unknown, waitMs: number) => void} [failed]
   * @param {number} [everyMs]
   */
  constructor(ask, failed = () => {}, everyMs = USUAL_MS) {
    this.ask = ask;
    this.failed = failed;
    this.everyMs = everyMs;
    this.seen = () => this.now();
    document.addEventListener("visibilitychange", this.seen);
    addEventListener("online", this.seen);
    this.now();
  }

  stop() {
    this.#isOn = false;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.seen);
    removeEventListener("online", this.seen);
  }

  /** Ask at once, and from then on as usual. */
  async now() {
    clearTimeout(this.#timer);
    if (this.#isAsking || !this.#isOn || document.hidden) return;
    this.#isAsking = true;
    let wait = this.everyMs;
    try {
      await this.ask();
      this.#failures = 0;
    } catch (error) {
      // Who is refused has had an answer, unless that is to come less often.
      const isAnswer = error instanceof Refused && error.status < 500 && error.status !== 429;
      this.#failures = isAnswer ? 0 : this.#failures + 1;
      wait = Math.min(MAX_MS, this.everyMs * 2 ** this.#failures) * (0.8 + 0.4 * Math.random());
      if (this.#isOn) this.failed(error, wait);
    }
    this.#isAsking = false;
    if (this.#isOn) this.#timer = setTimeout(() => this.now(), wait);
  }
}

/**
 * Says when a list is old: its number is another one, or was so the last time, as what lists are read from may be behind.
 * @template Seen
 */
export class Follower {
  #left = 0;

  /** @param {Seen} seen the number when the list was read */
  constructor(seen) {
    this.seen = seen;
  }

  /** @param {Seen} number */
  isOld(number) {
    if (number !== this.seen) this.#left = 2;
    this.seen = number;
    return this.#left-- > 0;
  }
}
