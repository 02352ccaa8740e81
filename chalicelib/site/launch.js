/** The launch page: its language, its state, its campaign, and the milestones it celebrates. */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { preferred, remember } from "./language.js";
import { WORDS } from "./launch-words.js";
import { feedOf, node } from "./live.js";
import { watchMilestones } from "./milestones.js";
import { format } from "./numbers.js";

const CELEBRATION = 9_000;
const campaign = document.querySelector("meta[name=campaign]").content;
const byId = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const elements = all("main *").filter(({ localName }) => localName.startsWith("good-deeds-"));
const feed = feedOf(`${location.origin}/v1/campaigns/${campaign}/page.json`);
const page = { lang: "kk", paused: false };

async function speak(lang) {
  page.words = (await import(`./${lang}.js`)).words;
  page.lang = document.documentElement.lang = lang;
  for (const place of all("[data-word]")) place.textContent = WORDS[lang][place.dataset.word];
  for (const element of elements) element.setAttribute("lang", lang);
  for (const button of all("[data-lang]")) press(button, button.dataset.lang === lang);
  showCampaign();
  showState();
}

const press = (button, pressed) => button.setAttribute("aria-pressed", pressed);

/** Until the campaign's own name is known, ours stands. */
function showCampaign() {
  const { names, links = [], milestones = [], goals } = feed.doc ?? {};
  byId("name").textContent = document.title = names?.[page.lang] || CAMPAIGN_NAME[page.lang];
  list("links", links.filter(({ url }) => /^https?:/.test(url)).map(linkItem));
  list("milestones", milestones.map(milestoneItem));
  const headline = byId("headline");
  const metric = goals?.[0]?.metric;
  if (metric && metric !== headline.metric) headline.setAttribute("metric", metric);
}

/** What says the same is left alone: somebody may be on a link. */
function list(id, items) {
  const made = byId(id).cloneNode();
  made.append(...items);
  if (!made.isEqualNode(byId(id))) byId(id).replaceWith(made);
}

function linkItem({ url, title }) {
  return node("li", {}, node("a", { href: url }, title?.[page.lang] || url));
}

function milestoneItem({ metric, at, reached_at: reachedAt, title }) {
  const text = `${format(metric, at, page.words)} ${page.words.label(metric, at)}`;
  return node("li", { className: reachedAt ? "reached" : "", title: title?.[page.lang] ?? "" }, text);
}

function showState() {
  const words = WORDS[page.lang];
  const { doc, age } = feed;
  const state = page.paused ? "paused" : !doc ? "waiting" : age > 120 ? "offline" : age > 30 ? "stale" : doc.state;
  byId("test").hidden = doc?.state !== "test";
  byId("pulse").dataset.state = state;
  byId("state").textContent = words[state] ?? words.states[doc.state];
  byId("age").textContent = doc && !page.paused ? words.updated(Math.floor(age)) : "";
}

function celebrate({ title }) {
  if (page.paused) return;
  byId("celebrated").textContent = title?.[page.lang] || "";
  byId("celebration").hidden = false;
  clearTimeout(page.celebration);
  page.celebration = setTimeout(() => (byId("celebration").hidden = true), CELEBRATION);
}

for (const element of elements) {
  // Before it is upgraded: one document is for all but the timeline.
  if (element.localName !== "good-deeds-timeline") Object.defineProperty(element, "file", { value: "page.json" });
  element.setAttribute("campaign", campaign);
}

for (const button of all("[data-lang]")) {
  button.onclick = () => {
    remember(button.dataset.lang);
    speak(button.dataset.lang);
  };
}

const choices = all("[data-metric]");
for (const button of choices) {
  button.onclick = () => {
    choices.forEach((choice) => press(choice, choice === button));
    byId("map").setAttribute("metric", button.dataset.metric);
  };
}

byId("pause").onclick = ({ target }) => {
  page.paused = !page.paused;
  for (const element of elements) page.paused ? element.pause() : element.resume();
  press(target, page.paused);
  target.textContent = WORDS[page.lang][(target.dataset.word = page.paused ? "resume" : "pause")];
  showState();
};

watchMilestones(feed.url, celebrate);
feed.join({
  receive() {
    if (page.words && !page.paused) showCampaign();
    showState();
  },
  aged: showState,
  emit() {},
});
speak(preferred());
