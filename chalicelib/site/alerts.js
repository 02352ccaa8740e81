/** Acts as they come, gathered where many do; what is gone, or may be named no longer, is off air at once. */

import { feedOf, say } from "./live.js";
import { number } from "./numbers.js";
import { base, element, isOurs, settings, WORDS } from "./on-air.js";
import { newActs } from "./queue.js";
import { describe } from "./ticker.js";

const MINUTE = 60_000;
/** By how many milliseconds the minute may be longer, as totals are told from time to time. */
const SLACK = 15_000;
const MOST_NAMES = 3;
/** Milliseconds that an alert takes to fade, before another one can come. */
const FADING = 600;
/** What says how many came together. */
const GATHERED = {
  kk: (noun) => `${noun}, бір минутта`,
  ru: (noun) => `${noun} за минуту`,
  en: (noun) => `${noun} in a minute`,
};

const { place } = settings;
const what = element("b", { id: "alert-what" });
const much = element("span", { id: "alert-much" });
const who = element("span", { id: "alert-who" });
export const alertBox = element("div", { class: "alert", id: "alert" }, what, much, who);

let acts = [];
let inLastMinute = 0;

/** Put acts into a queue as they come. */
export function watch(queue) {
  let seen;
  const receive = (doc, backlog) => {
    acts = (doc.acts ?? []).filter(isOurs);
    const come = seen && !backlog ? newActs(seen, acts) : [];
    seen = new Set([...(seen ?? []), ...acts.map(({ id }) => id)]);
    queue.keepActs((id) => acts.some((act) => act.id === id));
    if (come.length) queue.addActs(come);
  };
  feedOf(`${base}/recent.json`).join({ receive });
  watchPace();
}

/** How many came within the last minute, by the totals: not all of them may be among the last acts. */
function watchPace() {
  const history = [];
  const receive = (doc) => {
    const count = place ? doc.places?.[place]?.participations : doc.totals?.participations;
    if (Number.isFinite(count)) history.push({ at: Date.now(), count });
    while (history.length > 1 && history[1].at <= Date.now() - MINUTE) history.shift();
    // After an outage it is not known how many of those that are new came within the minute.
    const isKnown = history.length > 0 && history[0].at > Date.now() - MINUTE - SLACK;
    inLastMinute = isKnown ? count - history[0].count : 0;
  };
  feedOf(`${base}/${place ? "places" : "live"}.json`).join({ receive });
}

export function announce(thing) {
  const { lang } = document.documentElement;
  const words = WORDS[lang];
  const told = acts.filter(({ id }) => thing.ids.includes(id));
  thing.count ??= thing.ids.length > 1 ? Math.max(inLastMinute || 0, thing.ids.length) : 1;
  if (thing.count === 1) {
    const { name, measures, where } = describe(told[0], words, lang);
    write(name, measures, where);
  } else {
    const names = [...new Set(told.map(({ organisation }) => organisation).filter(Boolean))];
    const count = `+${number(thing.count, words)}`;
    write(GATHERED[lang](words.label("participations", thing.count)), count, names.slice(0, MOST_NAMES).join(" · "));
  }
  alertBox.classList.toggle("gathered", thing.count > 1);
  alertBox.classList.add("on");
}

function write(...texts) {
  [what, much, who].forEach((part, i) => say(part, texts[i]));
}

/** What is taken down is not even there while it fades. */
export function endAlert({ ids }) {
  alertBox.classList.remove("on");
  if (ids.length) setTimeout(write, FADING, "", "", "");
  else write("", "", "");
}
