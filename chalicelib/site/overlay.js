/** The picture that a broadcast lays over its own: one plate, by the settings of its address. */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { settingsOf } from "./overlay-settings.js";
import { paced } from "./pacing.js";
import { placeName } from "./regions.js";
import { rehearsal } from "./rehearsal.js";

const CELEBRATION = 8_000;
const ALERT = 6_000;
const SPARKS = 28;
const SINCE = {
  kk: (time) => `бүгін ${time} →`,
  ru: (time) => `сегодня с ${time}`,
  en: (time) => `today since ${time}`,
};

const settings = settingsOf(location.href);
const campaign = decodeURIComponent(location.pathname.split("/")[2]);
const byId = (id) => document.getElementById(id);
const { body } = document;

function dress() {
  const { theme, align, stale, test, ticker, preview, size, font } = settings;
  Object.assign(body.dataset, { theme, align, stale });
  body.classList.toggle("test", test || preview !== null);
  body.classList.toggle("ticker", ticker);
  byId("preview").hidden = preview === null;
  document.documentElement.style.setProperty("--scale", size / 100);
  if (font) document.documentElement.style.setProperty("--font", `"${font}"`);
}

/** Before any element is there: all of them read through `fetch`. */
function pace() {
  if (settings.preview) globalThis.fetch = rehearsal(settings.preview);
  if (settings.delay || settings.poll) globalThis.fetch = paced(globalThis.fetch.bind(globalThis), settings);
}

function element(name, attributes) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null) made.setAttribute(key, value);
  return made;
}

/** Every metric in every language, one after another. */
const views = settings.metrics.flatMap((metric) => settings.langs.map((lang) => ({ metric, lang })));

function show(counter, { metric, lang }) {
  document.documentElement.lang = lang;
  counter.setAttribute("lang", lang);
  counter.setAttribute("metric", metric);
  const time = settings.since && SINCE[lang](settings.since);
  byId("caption").textContent = [settings.place ? placeName(settings.place, lang) : CAMPAIGN_NAME[lang], time]
    .filter(Boolean)
    .join(" · ");
  for (const ticker of document.querySelectorAll("good-deeds-ticker")) ticker.setAttribute("lang", lang);
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
function celebrate({ title }) {
  const stage = byId("celebration");
  const text = title?.[document.documentElement.lang];
  if (!text) return;
  byId("celebrated").textContent = text;
  stage.hidden = false;
  const sparks = Array.from({ length: SPARKS }, () => spark());
  stage.append(...sparks);
  setTimeout(() => {
    stage.hidden = true;
    sparks.forEach((piece) => piece.remove());
  }, CELEBRATION);
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

/** A plate for each new act, gone after some seconds, and at once where the act is gone. */
function watchActs(feed) {
  let known;
  let alerted;
  let gone;
  const show = (on) => byId("alert").classList.toggle("on", on);
  feed.join({
    receive(doc, backlog) {
      const ids = (doc.acts ?? []).map(({ id }) => id);
      if (!ids.includes(alerted)) show(false);
      if (known && ids.length && !known.includes(ids[0]) && !backlog) {
        alerted = ids[0];
        show(true);
        clearTimeout(gone);
        gone = setTimeout(show, ALERT, false);
      }
      known = ids;
    },
    aged() {},
    emit() {},
  });
}

async function start() {
  dress();
  pace();
  const [{ feedOf }, { watchMilestones }] = await Promise.all(
    ["live", "milestones", "counter", "since", "ticker", "kk", "ru", "en"].map((name) => import(`./${name}.js`)),
  );
  const { place, goal, since, milestones, alerts, ticker } = settings;
  const base = `${location.origin}/v1/campaigns/${campaign}`;
  const counter = element(since ? "good-deeds-since" : "good-deeds-counter", {
    campaign,
    place,
    goal,
    since,
    motion: "full",
    announce: "off",
  });
  show(counter, views[0]);
  counter.addEventListener("gooddeeds:update", () => byId("plate").classList.add("ready"));
  counter.addEventListener("gooddeeds:state", ({ detail }) =>
    byId("plate").classList.toggle("offline", detail.state === "offline"),
  );
  byId("counter").append(counter);
  if (views.length > 1) setTimeout(rotate, settings.rotate * 1000, counter, 1);
  if (ticker)
    byId("strip").append(element("good-deeds-ticker", { campaign, limit: 3, motion: "full", lang: views[0].lang }));
  if (alerts)
    byId("alert").append(element("good-deeds-ticker", { campaign, limit: 1, motion: "full", lang: views[0].lang }));
  if (alerts) watchActs(feedOf(`${base}/recent.json`));
  if (milestones) watchMilestones(`${base}/live.json`, celebrate);
}

start();
