/** The launch page: its language, state and campaign, and the milestones it celebrates. */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { GoalBar } from "./goal-bar.js";
import { preferred, remember } from "./language.js";
import { WORDS } from "./launch-words.js";
import { fill } from "./lists.js";
import { feedOf, node, say } from "./live.js";
import { watchMilestones } from "./milestones.js";
import { measure } from "./numbers.js";
import { ShareButtons } from "./share.js";

const CELEBRATION = 9_000;
const campaign = document.querySelector("meta[name=campaign]").content;
const byId = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const elements = all("main *").filter(({ localName }) => localName.startsWith("good-deeds-"));
const facts = all(".facts > *");
const goalBar = new GoalBar(byId("course"));
const sharing = new ShareButtons(byId("share"), () => ({
  address: `${location.origin}/?lang=${lang}`,
  title: document.title,
  words: WORDS[lang],
}));
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
  const { doc } = feed;
  const { names, links = [], goals } = doc ?? {};
  document.title = names?.[lang] || CAMPAIGN_NAME[lang];
  say(byId("name"), document.title);
  sharing.show();
  fill(byId("links"), links.filter(({ url }) => /^https?:/.test(url)).map(linkItem));
  const headline = byId("headline");
  const metric = goals?.[0]?.metric ?? headline.metric;
  if (metric !== headline.metric) headline.setAttribute("metric", metric);
  if (!doc?.totals) return;
  for (const fact of facts) set(fact, "hidden", !measure(doc.totals, fact.metric) || fact.metric === metric);
  goalBar.show(doc, metric, { lang, words, said: WORDS[lang] });
}

function linkItem({ url, title }) {
  return node("li", {}, node("a", { href: url }, title?.[lang] || url));
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
  showStage();
}

/** Before anything has happened the page invites, and after the end it thanks; what is not known takes no room. */
function showStage() {
  const { doc, state } = feed;
  if (!doc && state === "waiting") return;
  const isEmpty = doc?.totals?.participations === 0;
  set(document.body.dataset, "told", doc ? (isEmpty ? "empty" : doc.state) : "nothing");
  word(byId("title"), doc ? (isEmpty ? "first" : "title") : state);
  word(byId("land"), isEmpty ? "light" : "land");
  word(byId("invite"), doc?.state === "ended" ? "over" : "invite");
}

/** Let an element say another of the page's words. */
function word(element, name) {
  set(element.dataset, "word", name);
  say(element, WORDS[lang][name]);
}

function celebrate({ title }) {
  if (paused) return;
  byId("celebrated").textContent = title?.[lang] || "";
  byId("celebration").hidden = false;
  clearTimeout(celebration);
  celebration = setTimeout(endCelebration, CELEBRATION);
}

function endCelebration() {
  byId("celebration").hidden = true;
}

byId("address").textContent = location.host;
byId("close").onclick = endCelebration;
addEventListener("keydown", ({ key }) => key === "Escape" && endCelebration());

for (const element of elements) {
  // Not upgraded yet: one document has all but the timeline.
  if (element.localName !== "good-deeds-timeline") element.dataset.file = "page.json";
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

byId("head").onclick = ({ target }) => {
  const isPerHead = target.getAttribute("aria-pressed") === "false";
  press(target, isPerHead);
  byId("map").setAttribute("by", isPerHead ? "head" : "rank");
};

byId("pause").onclick = ({ target }) => {
  paused = !paused;
  for (const element of elements) paused ? element.pause() : element.resume();
  press(target, paused);
  target.textContent = WORDS[lang][(target.dataset.word = paused ? "resume" : "pause")];
  showState();
};

document.documentElement.lang = preferred();
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
