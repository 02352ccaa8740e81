/** `<good-deeds-since>`: what today has brought since a time of day, from the timeline of the day (UTC+5). */

import { Counter } from "./counter.js";
import { measure } from "./numbers.js";

const today = () => new Date(Date.now() + 5 * 3600_000).toISOString().slice(0, 10);

class Since extends Counter {
  get file() {
    return `timeline/${today()}.json`;
  }

  /** Only what a timeline counts can be told by its time. */
  read({ minutes }) {
    const { metric } = this;
    const counted = minutes.filter(({ at }) => at >= this.getAttribute("since"));
    if (minutes.some((minute) => measure(minute, metric) === null)) return null;
    return counted.reduce((sum, minute) => sum + measure(minute, metric), 0);
  }

  aged(age) {
    if (this.feed.url.endsWith(this.file)) super.aged(age);
    else this.attributeChangedCallback();
  }
}

customElements.define("good-deeds-since", Since);
