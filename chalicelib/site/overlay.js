/** The picture that a broadcast lays over its own: one plate, by the settings of its address. */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import "./counter.js";
import { words as en } from "./en.js";
import { words as kk } from "./kk.js";
import { feedOf, now as serverNow, say } from "./live.js";
import { watchMilestones } from "./milestones.js";
import { format, measure, number } from "./numbers.js";
import { settingsOf } from "./overlay-settings.js";
import { paced } from "./pacing.js";
import { newActs, Queue } from "./queue.js";
import { placeName, places } from "./regions.js";
import { rehearsal } from "./rehearsal.js";
import { reachedBy } from "./round-numbers.js";
import { words as ru } from "./ru.js";
import { inKazakhstan, sinceWords } from "./since-when.js";
import "./since.js";
import { describe } from "./ticker.js";

const WORDS = { kk, ru, en };
const SPARKS = 28;
/** Rems that what may stand above or below the plate takes: its marks in two rows, an alert, the strip of acts. */
const ROOM = { marks: 4.6, alert: 8.2, strip: 6.2 };
const MINUTE = 60_000;
const MOST_NAMES = 3;
/** Milliseconds that an alert takes to fade, before another one can come. */
const FADING = 600;
/** What says how many came together. */
const GATHERED = {
  kk: (noun) => `${noun}, бір минутта`,
  ru: (noun) => `${noun} за минуту`,
  en: (noun) => `${noun} in a minute`,
};

const settings = settingsOf(location.href);
const campaign = decodeURIComponent(location.pathname.split("/")[2]);
const byId = (id) => document.getElementById(id);
const { body, documentElement: root } = document;

function dress() {
  const { theme, align, stale, ticker, preview, font } = settings;
  Object.assign(body.dataset, { theme, align, stale });
  body.classList.toggle("ticker", ticker);
  byId("preview").hidden = preview === null;
  if (font) root.style.setProperty("--font", `"${font}"`);
  addEventListener("resize", fit);
  fit();
}

/** As large as it is asked for, as long as nothing leaves the safe area, whatever is to be marked or announced. */
function fit() {
  const { size, align, alerts, ticker } = settings;
  root.style.setProperty("--scale", size / 100);
  const rem = parseFloat(getComputedStyle(root).fontSize);
  const { offsetWidth, offsetHeight } = byId("plate");
  const { clientWidth, clientHeight } = document.querySelector(".safe");
  const beside = (ROOM.marks + (alerts ? ROOM.alert : 0) + (ticker ? ROOM.strip : 0)) * rem;
  const isMiddle = ["left", "center", "right"].includes(align);
  const height = offsetHeight + (isMiddle ? 2 : 1) * beside;
  const factor = Math.min(1, clientWidth / offsetWidth, clientHeight / height);
  root.style.setProperty("--scale", (size / 100) * factor);
}

/** Before any element is there: all of them read through `fetch`. */
function pace() {
  const { preview, delay, poll, test } = settings;
  if (preview) globalThis.fetch = rehearsal(preview);
  if (delay || poll || test) globalThis.fetch = paced(globalThis.fetch.bind(globalThis), settings);
}

function element(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  return made;
}

/** Every metric in every language, one after another. */
const views = settings.metrics.flatMap((metric) => settings.langs.map((lang) => ({ metric, lang })));

function show(counter, { metric, lang }) {
  root.lang = lang;
  counter.setAttribute("lang", lang);
  counter.setAttribute("metric", metric);
  caption(lang);
  for (const ticker of document.querySelectorAll("good-deeds-ticker")) ticker.setAttribute("lang", lang);
}

function caption(lang) {
  const { place, since } = settings;
  const from = since && sinceWords(since, inKazakhstan(serverNow()), lang);
  const words = [place ? placeName(place, lang) : CAMPAIGN_NAME[lang], from];
  say(byId("caption"), words.filter(Boolean).join(" · "));
}

async function rotate(counter, turn = 0) {
  const { finished } = byId("plate")
    .querySelector(".number")
    .animate({ opacity: [1, 0] }, { duration: 350, fill: "forwards" });
  await finished;
  show(counter, views[turn % views.length]);
  byId("plate")
    .querySelector(".number")
    .animate({ opacity: [0, 1] }, { duration: 350, fill: "forwards" });
  setTimeout(rotate, settings.rotate * 1000, counter, turn + 1);
}

/** Whichever milestone it is, and whatever the plate shows at the moment. */
function celebrate({ title, metric, at }) {
  const { lang } = root;
  const text = title?.[lang] || `${format(metric, at, WORDS[lang])} ${WORDS[lang].label(metric, at)}`;
  const celebrated = byId("celebrated");
  celebrated.textContent = text;
  celebrated.style.fontSize = `min(5.2rem, ${250 / text.length}vw, 13vh)`;
  const { doc } = feedOf(`${base}/${settings.place ? "places" : "live"}.json`);
  say(byId("celebrated-state"), WORDS[lang][doc?.state] ?? "");
  const plate = byId("plate").getBoundingClientRect();
  body.classList.toggle("covered", plate.top < innerHeight * 0.7 && plate.bottom > innerHeight * 0.3);
  byId("celebration").hidden = false;
  byId("celebration").append(...Array.from({ length: SPARKS }, () => spark()));
}

function endCelebration() {
  byId("celebration").hidden = true;
  body.classList.remove("covered");
  for (const piece of document.querySelectorAll(".spark")) piece.remove();
}

function spark() {
  const piece = element("img", { src: "/widget/sun.svg", alt: "", class: "spark" });
  piece.style.left = `${Math.random() * 100}vw`;
  const fall = [
    { transform: "none", opacity: 1 },
    { transform: `translateY(115vh) rotate(${Math.random() * 720 - 360}deg)`, opacity: 0.2 },
  ];
  piece.animate(fall, {
    duration: 3500 + Math.random() * 3500,
    delay: Math.random() * 2500,
    easing: "ease-in",
    fill: "both",
  });
  return piece;
}

/** Acts as they come, gathered where many do; what is gone, or may be named no longer, is off air at once. */
function watchActs(queue) {
  const { place } = settings;
  const isOurs = (act) => !place || (places.includes(act.place) ? act.place : "abroad") === place;
  let seen;
  feedOf(`${base}/recent.json`).join({
    receive(doc, backlog) {
      acts = (doc.acts ?? []).filter(isOurs);
      const come = seen && !backlog ? newActs(seen, acts) : [];
      seen = new Set([...(seen ?? []), ...acts.map(({ id }) => id)]);
      queue.keepActs((id) => acts.some((act) => act.id === id));
      if (come.length) queue.addActs(come);
    },
    aged() {},
    emit() {},
  });
}

/** How many came within the last minute, by the totals: not all of them may be among the last acts. */
function watchPace() {
  const { place } = settings;
  const history = [];
  feedOf(`${base}/${place ? "places" : "live"}.json`).join({
    receive(doc) {
      const count = place ? doc.places?.[place]?.participations : doc.totals?.participations;
      if (Number.isFinite(count)) history.push({ at: Date.now(), count });
      while (history.length > 1 && history[1].at <= Date.now() - MINUTE) history.shift();
      inLastMinute = count - history[0]?.count;
    },
    aged() {},
    emit() {},
  });
}

function announce(thing) {
  const { lang } = root;
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
  byId("alert").classList.toggle("gathered", thing.count > 1);
  byId("alert").classList.add("on");
}

function write(what, much, who) {
  say(byId("alert-what"), what);
  say(byId("alert-much"), much);
  say(byId("alert-who"), who);
}

/** What is taken down is not even there while it fades. */
function endAlert({ ids }) {
  byId("alert").classList.remove("on");
  if (ids.length) setTimeout(write, FADING, "", "", "");
  else write("", "", "");
}

/** A place has no milestones of its own in the campaign: it celebrates its round numbers, and the goal it was given. */
function watchPlace(celebrateLater) {
  const { place, metrics, goal } = settings;
  const most = {};
  feedOf(`${base}/places.json`).join({
    receive({ places: known = {} }, backlog) {
      for (const metric of metrics) {
        const value = measure(known[place], metric);
        if (value === null) continue;
        const at = metric in most && !backlog ? reachedBy(most[metric], value, metric, +goal) : null;
        most[metric] = Math.max(value, most[metric] ?? 0);
        if (at) celebrateLater({ metric, at, title: titles(place, metric, at) });
      }
    },
    aged() {},
    emit() {},
  });
}

function titles(place, metric, at) {
  const title = ([lang, words]) =>
    `${placeName(place, lang)}: ${format(metric, at, words)} ${words.label(metric, at)}`;
  return Object.fromEntries(Object.entries(WORDS).map((entry) => [entry[0], title(entry)]));
}

function start() {
  const { place, goal, since, milestones, alerts, ticker } = settings;
  const counter = element(since ? "good-deeds-since" : "good-deeds-counter", {
    campaign,
    place,
    goal,
    since,
    motion: "full",
    announce: "off",
  });
  show(counter, views[0]);
  counter.addEventListener("gooddeeds:update", () => {
    byId("plate").classList.add("ready");
    if (since) caption(root.lang);
    fit();
  });
  counter.addEventListener("gooddeeds:state", ({ detail }) =>
    byId("plate").classList.toggle("offline", ["old", "offline"].includes(detail.state)),
  );
  byId("counter").append(counter);
  if (views.length > 1) setTimeout(rotate, settings.rotate * 1000, counter, 1);
  if (ticker)
    byId("strip").append(element("good-deeds-ticker", { campaign, limit: 3, motion: "full", lang: views[0].lang }));

  const isMilestone = ({ kind }) => kind === "milestone";
  const queue = new Queue({
    show: (thing) => (isMilestone(thing) ? celebrate(thing.milestone) : announce(thing)),
    hide: (thing) => (isMilestone(thing) ? endCelebration() : endAlert(thing)),
  });
  document.addEventListener("visibilitychange", () => document.hidden && queue.clear());
  if (alerts) watchPace();
  if (alerts) watchActs(queue);
  if (milestones && place) watchPlace((milestone) => queue.addMilestone(milestone));
  if (milestones && !place) watchMilestones(`${base}/live.json`, (milestone) => queue.addMilestone(milestone));
}

const base = `${location.origin}/v1/campaigns/${campaign}`;
let acts = [];
let inLastMinute = 0;
dress();
pace();
start();
