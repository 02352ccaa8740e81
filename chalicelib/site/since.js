/** `<good-deeds-since>`: what has come since a time, a date or in the last while, from the timelines of its days. */

/** @import { LiveDocument, Minute } from "./documents.js" */
/** @typedef {ReturnType<typeof feedOf>} Feed */

import { Counter } from "./counter.js";
import { define, feedOf, now } from "./live.js";
import { measure } from "./numbers.js";
import { daysBetween, inKazakhstan, startOf } from "./since-when.js";

/** Seconds between requests for a day that is over. */
const SELDOM = 360;

const present = () => inKazakhstan(now());
const today = () => new Date(present()).toISOString().slice(0, 10);

/** A day on which nothing has come yet has no document. */
const emptyDay = () => /** @type {LiveDocument} */ ({ date: today(), minutes: /** @type {Minute[]} */ ([]) });

class Since extends Counter {
  static observedAttributes = [...Counter.observedAttributes, "since"];
  /** @type {Feed[]} every day but today */
  days = [];
  /** @type {import("./documents.js").Listener} */
  hearing = { receive: () => this.#hear(), emit: () => this.#hear() };
  followed = "";
  counted = 0;

  get file() {
    return `timeline/${today()}.json`;
  }

  /** The moment from which on is counted, in ms of Kazakhstan's clock. */
  get from() {
    return startOf(this.getAttribute("since") ?? "", present());
  }

  get span() {
    return daysBetween(this.from, present()).join();
  }

  async start() {
    await super.start();
    if (!this.feed || !this.host.isConnected) return;
    this.#follow(this.feed);
    this.aged();
  }

  stop() {
    super.stop();
    this.#forget();
  }

  #hear() {
    if (this.doc) this.render(this.doc, this.doc);
  }

  /** Hear of all days before today too, from the first one on. @param {Feed} feed */
  #follow({ url }) {
    this.#forget();
    this.followed = this.span;
    const base = url.slice(0, -"YYYY-MM-DD.json".length);
    const before = this.followed.split(",").slice(0, -1);
    this.days = before.map((day) => Object.assign(feedOf(`${base}${day}.json`), { seldom: SELDOM, next: 60 }));
    this.days.forEach((feed) => feed.join(this.hearing));
    this.#hear();
  }

  #forget() {
    this.days.forEach((feed) => feed.leave(this.hearing));
    this.days = [];
    this.followed = "";
  }

  /** Only what a timeline counts can be told by its time. @param {LiveDocument} doc */
  read(doc) {
    const { metric } = this;
    const start = new Date(this.from).toISOString().slice(0, 16);
    /** @type {Map<string, Minute[]>} days by their names: one may be known twice */
    const days = new Map();
    for (const day of [...this.days.map((feed) => feed.doc), doc]) {
      if (day) days.set(day.date ?? "", day.minutes ?? []);
    }
    const all = [...days].flatMap(([date, minutes]) => minutes.map((minute) => ({ ...minute, at: `${date}T${minute.at}` })));
    if (all.some((minute) => measure(minute, metric) === null)) return null;
    return all.filter(({ at }) => at >= start).reduce((sum, minute) => sum + Number(measure(minute, metric)), 0);
  }

  /**
   * What is shown stays until all days are known.
   *
   * @param {LiveDocument} [doc] @param {LiveDocument | null} [previous] @param {boolean} [backlog]
   */
  render(doc, previous, backlog) {
    const isKnown = this.followed && this.days.every((feed) => feed.doc || feed.isAbsent);
    if (doc && !isKnown) return;
    super.render(doc, previous, backlog);
  }

  aged() {
    const { feed } = this;
    if (!feed) return;
    const isAnother = !feed.url.endsWith(this.file) || (this.followed && this.followed !== this.span);
    feed.missing = "fresh";
    if (isAnother) this.start();
    else if (feed.isAbsent && this.doc?.date !== today()) this.receive(emptyDay(), true);
    else this.#count();
  }

  #count() {
    super.aged();
    const { from } = this;
    if (this.doc && this.counted !== from) {
      // What falls with the time that is counted is not corrected.
      this.seen = {};
      this.render(this.doc, this.doc);
    }
    this.counted = from;
  }
}

define("good-deeds-since", Since);
