/** Acts as they come, gathered where many do; what is gone, or may be named no longer, is off air at once. */

/** @import { Act, Language, LiveDocument } from "./documents.js" */
/** @import { ActsOnAir, Queue } from "./queue.js" */

import { feedOf, say } from "./live.js";
import { number } from "./numbers.js";
import { base, element, isOurs, settings, spoken, WORDS } from "./on-air.js";
import { newActs } from "./queue.js";
import { describe } from "./ticker.js";

const MINUTE = 60_000;
/** By how many milliseconds the minute may be longer, as totals are told from time to time. */
const SLACK = 15_000;
const MAX_NAMES = 3;
/** Milliseconds that an alert takes to fade, before another one can come. */
const FADING = 600;
/**
 * What says how many came together.
 *
 * @type {Record<Language, (noun: string) => string>}
 */
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

/** @type {Act[]} */
let acts = [];
let inLastMinute = 0;

/** Put acts into a queue as they come. @param {Queue} queue */
export function watch(queue) {
  /** @type {Set<string> | undefined} */
  let seen;
  /** @param {LiveDocument} doc @param {boolean} backlog */
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
  /** @type {{ at: number, count: number }[]} */
  const history = [];
  /** @param {LiveDocument} doc */
  const receive = (doc) => {
    const count = place ? doc.places?.[place]?.participations : doc.totals?.participations;
    if (count !== undefined) history.push({ at: Date.now(), count });
    while (history.length > 1 && history[1].at <= Date.now() - MINUTE) history.shift();
    // After an outage it is not known how many of those that are new came within the minute.
    const isKnown = count !== undefined && history[0].at > Date.now() - MINUTE - SLACK;
    inLastMinute = isKnown ? count - history[0].count : 0;
  };
  feedOf(`${base}/${place ? "places" : "live"}.json`).join({ receive });
}

/** @param {ActsOnAir} thing */
export function announce(thing) {
  const told = acts.filter(({ id }) => thing.ids.includes(id));
  thing.count ??= thing.ids.length > 1 ? Math.max(inLastMinute, thing.ids.length) : 1;
  if (thing.count === 1) tellOne(told[0]);
  else tellMany(told, thing.count);
  alertBox.classList.toggle("gathered", thing.count > 1);
  alertBox.classList.add("on");
}

/** @param {Act} act */
function tellOne(act) {
  const lang = spoken();
  const { name, measures, where } = describe(act, WORDS[lang], lang);
  write(name, measures, where);
}

/** @param {Act[]} told those of whom it is known who they are of @param {number} count */
function tellMany(told, count) {
  const lang = spoken();
  const words = WORDS[lang];
  const names = [...new Set(told.map(({ organisation }) => organisation).filter(Boolean))];
  const noun = words.label("participations", count);
  write(GATHERED[lang](noun), `+${number(count, words)}`, names.slice(0, MAX_NAMES).join(" · "));
}

/** @param {string} name @param {string} measures @param {string} where */
function write(name, measures, where) {
  say(what, name);
  say(much, measures);
  say(who, where);
}

const erase = () => write("", "", "");

/** What is taken down is not even there while it fades. @param {ActsOnAir} thing */
export function endAlert({ ids }) {
  alertBox.classList.remove("on");
  if (ids.length) setTimeout(erase, FADING);
  else erase();
}
