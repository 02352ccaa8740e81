/** `<good-deeds-since>`: what has come since a time, a date or in the last while, from the timelines of its days. */

import { Counter } from "./counter.js";
import { define, feedOf, now } from "./live.js";
import { measure } from "./numbers.js";
import { daysBetween, inKazakhstan, startOf } from "./since-when.js";

/** Seconds between requests for a day that is over. */
const SELDOM = 360;

const present = () => inKazakhstan(now());
const today = () => new Date(present()).toISOString().slice(0, 10);

const isAbsent = ({ doc, status }) => !doc && /40[34]/.test(status);

class Since extends Counter {
  static observedAttributes = [...Counter.observedAttributes, "since"];
  days = [];

  get file() {
    return `timeline/${today()}.json`;
  }

  get from() {
    return startOf(this.getAttribute("since"), present());
  }

  get span() {
    return daysBetween(this.from, present()).join();
  }

  async start() {
    await super.start();
    if (!this.feed) return;
    this.follow();
    this.aged();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.forget();
  }

  /** Hear of all days before today too, from the first one on. */
  follow() {
    this.forget();
    this.followed = this.span;
    const base = this.feed.url.slice(0, -"YYYY-MM-DD.json".length);
    const before = this.followed.split(",").slice(0, -1);
    this.days = before.map((day) => Object.assign(feedOf(`${base}${day}.json`), { seldom: SELDOM, next: 60 }));
    const hear = () => this.doc && this.render(this.doc, this.doc);
    this.hearing = { receive: hear, emit: hear, aged() {} };
    this.days.forEach((feed) => feed.join(this.hearing));
    hear();
  }

  forget() {
    this.days.forEach((feed) => feed.leave(this.hearing));
    this.days = [];
    this.followed = "";
  }

  /** Only what a timeline counts can be told by its time. */
  read(doc) {
    const { metric } = this;
    const start = new Date(this.from).toISOString().slice(0, 16);
    const told = new Map([...this.days.map((feed) => feed.doc), doc].filter(Boolean).map((day) => [day.date, day.minutes]));
    const minutes = [...told].flatMap(([date, minutes]) => minutes.map((minute) => ({ ...minute, at: `${date}T${minute.at}` })));
    if (minutes.some((minute) => measure(minute, metric) === null)) return null;
    const counted = minutes.filter(({ at }) => at >= start);
    return counted.reduce((sum, minute) => sum + measure(minute, metric), 0);
  }

  /** What is shown stays until all days are known. */
  render(doc, ...rest) {
    const isKnown = this.followed && this.days.every((feed) => feed.doc || isAbsent(feed));
    if (doc && !isKnown) return;
    super.render(doc, ...rest);
  }

  aged() {
    const { feed } = this;
    if (!feed.url.endsWith(this.file) || (this.followed && this.followed !== this.span)) return this.start();
    feed.missing = "fresh";
    // A day on which nothing has come yet has no document.
    if (isAbsent(feed) && this.doc?.date !== today()) return this.receive({ date: today(), minutes: [] }, true);
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
