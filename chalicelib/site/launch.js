/** The launch page: its language, state and campaign, and the milestones it celebrates. */

/** @import { Language, LiveHost, Milestone, Words } from "./documents.js" */
/** @import { Said } from "./launch-words.js" */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { GoalBar } from "./goal-bar.js";
import { preferred, remember } from "./language.js";
import { WORDS } from "./launch-words.js";
import { fill } from "./lists.js";
import { feedOf, say } from "./live.js";
import { watchMilestones } from "./milestones.js";
import { measure } from "./numbers.js";
import { all, byId, linkItems, onChoice, press, set, showPulse, speakPage } from "./page-parts.js";
import { ShareButtons } from "./share.js";

/** Milliseconds that a milestone is celebrated. */
const CELEBRATION = 9_000;

const campaign = /** @type {HTMLMetaElement} */ (document.querySelector("meta[name=campaign]")).content;
const elements = /** @type {LiveHost[]} */ (
  all("main *").filter(({ localName }) => localName.startsWith("good-deeds-"))
);
const headline = byId("headline");
const facts = all(".facts > *");
const goalBar = new GoalBar(byId("course"));
const sharing = new ShareButtons(byId("share"), () => ({
  address: `${location.origin}/?lang=${lang}`,
  title: document.title,
  words: WORDS[lang],
}));
const feed = feedOf(`${location.origin}/v1/campaigns/${campaign}/page.json`);
/** @type {Language} */
let lang = "kk";
let paused = false;
/** @type {Words | undefined} */
let words;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let celebration;

/** @param {Language} chosen */
async function speak(chosen) {
  ({ words } = await import(`./${chosen}.js`));
  lang = chosen;
  speakPage(lang, WORDS[lang]);
  for (const element of elements) element.setAttribute("lang", lang);
  showCampaign();
  showState();
}

/** @param {Element} element */
const metricOf = (element) => element.getAttribute("metric") ?? "";

/** Until the campaign's name is known, ours stands. */
function showCampaign() {
  const { names, links = [] } = feed.doc ?? {};
  document.title = names?.[lang] || CAMPAIGN_NAME[lang];
  say(byId("name"), document.title);
  sharing.show();
  fill(byId("links"), linkItems(links, lang));
  showTotals();
}

function showTotals() {
  const { doc } = feed;
  const metric = doc?.goals?.[0]?.metric ?? metricOf(headline);
  if (metric !== metricOf(headline)) headline.setAttribute("metric", metric);
  if (!doc?.totals || !words) return;
  for (const fact of facts) {
    const isEmpty = !measure(doc.totals, metricOf(fact));
    set(fact, "hidden", isEmpty || metricOf(fact) === metric);
  }
  goalBar.show(doc, metric, { lang, words, said: WORDS[lang] });
}

function showState() {
  showPulse(feed, WORDS[lang], paused);
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

/** Let an element say another of the page's words. @param {HTMLElement} element @param {keyof Said} name */
function word(element, name) {
  set(element.dataset, "word", name);
  say(element, String(WORDS[lang][name]));
}

/** @param {Milestone} milestone */
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
addEventListener("keydown", ({ key }) => {
  if (key === "Escape") endCelebration();
});

for (const element of elements) {
  // Not upgraded yet: one document has all but the timeline.
  if (element.localName !== "good-deeds-timeline") element.dataset.file = "page.json";
  element.setAttribute("campaign", campaign);
}

onChoice((chosen) => {
  remember(chosen);
  speak(chosen);
});

const choices = all("[data-metric]");
for (const button of choices) {
  button.onclick = () => {
    for (const choice of choices) press(choice, choice === button);
    byId("map").setAttribute("metric", button.dataset.metric ?? "");
  };
}

const head = byId("head");
head.onclick = () => {
  const isPerHead = head.getAttribute("aria-pressed") === "false";
  press(head, isPerHead);
  byId("map").setAttribute("by", isPerHead ? "head" : "rank");
};

const pause = byId("pause");
pause.onclick = () => {
  paused = !paused;
  for (const element of elements) {
    if (paused) element.pause();
    else element.resume();
  }
  press(pause, paused);
  word(pause, paused ? "resume" : "pause");
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
