/** The launch page: its language, state and campaign, and the milestones it celebrates. */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { preferred, remember } from "./language.js";
import { WORDS } from "./launch-words.js";
import { fill } from "./lists.js";
import { feedOf, node, say } from "./live.js";
import { watchMilestones } from "./milestones.js";
import { format } from "./numbers.js";

const CELEBRATION = 9_000;
const campaign = document.querySelector("meta[name=campaign]").content;
const byId = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const elements = all("main *").filter(({ localName }) => localName.startsWith("good-deeds-"));
const feed = feedOf(`${location.origin}/v1/campaigns/${campaign}/page.json`);
let lang = "kk";
let paused = false;
let words;
let celebration;

async function speak(wanted) {
  ({ words } = await import(`./${wanted}.js`));
  lang = document.documentElement.lang = wanted;
  for (const place of all("[data-word]")) say(place, WORDS[lang][place.dataset.word]);
  for (const link of all("[data-speaks]")) link.search = `lang=${lang}`;
  for (const element of elements) element.setAttribute("lang", lang);
  for (const button of all("[data-lang]")) press(button, button.dataset.lang === lang);
  showCampaign();
  showState();
}

const press = (button, pressed) => button.setAttribute("aria-pressed", pressed);

/** Until the campaign's name is known, ours stands. */
function showCampaign() {
  const { names, links = [], milestones = [], goals } = feed.doc ?? {};
  document.title = names?.[lang] || CAMPAIGN_NAME[lang];
  say(byId("name"), document.title);
  fill(byId("links"), links.filter(({ url }) => /^https?:/.test(url)).map(linkItem));
  fill(byId("milestones"), milestones.map(milestoneItem));
  const headline = byId("headline");
  const metric = goals?.[0]?.metric;
  if (metric && metric !== headline.metric) headline.setAttribute("metric", metric);
}

function linkItem({ url, title }) {
  return node("li", {}, node("a", { href: url }, title?.[lang] || url));
}

function milestoneItem({ metric, at, reached_at: reachedAt, title }) {
  const text = `${format(metric, at, words)} ${words.label(metric, at)}`;
  return node("li", { className: reachedAt ? "reached" : "", title: title?.[lang] ?? "" }, text);
}

function set(object, name, value) {
  if (object[name] !== value) object[name] = value;
}

/** On air is what is answered and confirmed, and of a campaign that is. */
function showState() {
  const said = WORDS[lang];
  const { doc, age } = feed;
  const state = paused ? "paused" : feed.state === "fresh" ? doc.state : feed.state;
  set(byId("test"), "hidden", doc?.state !== "test");
  set(byId("pulse").dataset, "state", state);
  say(byId("state"), said.states[state] ?? said[state] ?? "");
  say(byId("age"), doc && !paused ? said.updated(Math.floor(age)) : "");
}

function celebrate({ title }) {
  if (paused) return;
  byId("celebrated").textContent = title?.[lang] || "";
  byId("celebration").hidden = false;
  clearTimeout(celebration);
  celebration = setTimeout(() => (byId("celebration").hidden = true), CELEBRATION);
}

for (const element of elements) {
  // Not upgraded yet: one document has all but the timeline.
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
  paused = !paused;
  for (const element of elements) paused ? element.pause() : element.resume();
  press(target, paused);
  target.textContent = WORDS[lang][(target.dataset.word = paused ? "resume" : "pause")];
  showState();
};

watchMilestones(feed.url, celebrate);
feed.join({
  receive() {
    if (words && !paused) showCampaign();
    showState();
  },
  aged: showState,
  emit() {},
});
speak(preferred());
