/** The launch page: its language, its state, the campaign's links, and the milestones it celebrates. */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { preferred, remember } from "./language.js";
import { WORDS } from "./launch-words.js";
import { feedOf } from "./live.js";
import { watchMilestones } from "./milestones.js";
import { format } from "./numbers.js";

const CELEBRATION = 9_000;
const campaign = document.querySelector("meta[name=campaign]").content;
const base = `/v1/campaigns/${encodeURIComponent(campaign)}`;
const byId = (id) => document.getElementById(id);
const elements = [...document.querySelectorAll("main *")].filter(({ localName }) =>
  localName.startsWith("good-deeds-"),
);
const page = { lang: "kk", paused: false, known: null, live: null, age: 0 };

async function speak(lang) {
  page.words = (await import(`./${lang}.js`)).words;
  page.lang = document.documentElement.lang = lang;
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = WORDS[lang][place.dataset.word];
  for (const element of elements) element.setAttribute("lang", lang);
  for (const button of document.querySelectorAll("[data-lang]")) press(button, button.dataset.lang === lang);
  showPause();
  showCampaign();
  showState();
  showMilestones();
}

const press = (button, pressed) => button.setAttribute("aria-pressed", pressed);

function showPause() {
  byId("pause").textContent = WORDS[page.lang][page.paused ? "resume" : "pause"];
}

/** The campaign's own names and links; until they are known, or where they cannot be, ours stand. */
function showCampaign() {
  const name = page.known?.names?.[page.lang] || CAMPAIGN_NAME[page.lang];
  byId("name").textContent = document.title = name;
  const links = (page.known?.links ?? []).filter(({ url }) => /^https?:/.test(url));
  byId("links").replaceChildren(...links.map(linkItem));
}

function linkItem({ url, title }) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = title?.[page.lang] || url;
  const item = document.createElement("li");
  item.append(link);
  return item;
}

function showMilestones() {
  byId("milestones").replaceChildren(...(page.live?.milestones ?? []).map(milestoneItem));
}

function milestoneItem({ metric, at, reached_at: reachedAt, title }) {
  const item = document.createElement("li");
  item.className = reachedAt ? "reached" : "";
  item.textContent = `${format(metric, at, page.words)} ${page.words.label(metric, at)}`;
  item.title = title?.[page.lang] ?? "";
  return item;
}

function showState() {
  const words = WORDS[page.lang];
  const { live, age, paused } = page;
  byId("test").hidden = live?.state !== "test";
  byId("pulse").dataset.state = paused ? "paused" : !live || age > 120 ? "offline" : age > 30 ? "stale" : live.state;
  byId("state").textContent = paused
    ? words.paused
    : !live
      ? words.waiting
      : age > 120
        ? words.offline
        : words.states[live.state];
  byId("age").textContent = live && !paused ? words.updated(Math.floor(age)) : "";
}

function celebrate({ title }) {
  if (page.paused) return;
  byId("celebrated").textContent = title?.[page.lang] || "";
  byId("celebration").hidden = false;
  clearTimeout(page.celebration);
  page.celebration = setTimeout(() => (byId("celebration").hidden = true), CELEBRATION);
}

async function readCampaign() {
  try {
    const { campaigns } = await (await fetch("/v1/campaigns.json")).json();
    page.known = campaigns.find(({ id }) => id === campaign);
  } catch {
    return;
  }
  const metric = page.known?.goals?.[0]?.metric;
  if (metric) byId("headline").setAttribute("metric", metric);
  showCampaign();
}

for (const element of elements) element.setAttribute("campaign", campaign);
byId("csv").href = `${base}/totals.csv`;

for (const button of document.querySelectorAll("[data-lang]")) {
  button.onclick = () => {
    remember(button.dataset.lang);
    speak(button.dataset.lang);
  };
}

const choices = [...document.querySelectorAll("[data-metric]")];
for (const button of choices) {
  button.onclick = () => {
    choices.forEach((choice) => press(choice, choice === button));
    byId("map").setAttribute("metric", button.dataset.metric);
  };
}

byId("pause").onclick = () => {
  page.paused = !page.paused;
  for (const element of elements) page.paused ? element.pause() : element.resume();
  press(byId("pause"), page.paused);
  showPause();
  showState();
};

watchMilestones(`${location.origin}${base}/live.json`, celebrate);
feedOf(`${location.origin}${base}/live.json`).join({
  receive(doc) {
    if (page.paused) return;
    page.live = doc;
    if (page.words) showMilestones();
    this.aged(0);
  },
  aged(age) {
    page.age = age;
    showState();
  },
  emit() {},
});
speak(preferred());
readCampaign();
