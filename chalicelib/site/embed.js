/** The counter as a page of its own, for frames: the address says what it shows. */

/** @import { Translations } from "./documents.js" */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { listed } from "./campaigns.js";
import { LANGUAGES } from "./language.js";
import { metricsOf } from "./overlay-settings.js";
import { placeName, places } from "./regions.js";

const MISSING = { kk: "Мұндай науқан жоқ", ru: "Такой кампании нет", en: "There is no such campaign" };

const root = document.documentElement;
/** @param {string} selector */
const find = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
const main = find("main");
const counter = find("good-deeds-counter");
const link = /** @type {HTMLAnchorElement} */ (find("#name"));

const asked = new URLSearchParams(location.search);
const lang = LANGUAGES.find((one) => one === asked.get("lang")) ?? LANGUAGES[0];
const campaign = decodeURIComponent(location.pathname.split("/")[2]);
const place = places.find((code) => code === asked.get("place"));
/** What can be shown: a place has no participants and no organisations. */
const metric = metricsOf({ place }).find((name) => name === asked.get("metric"));

root.lang = lang;
root.dataset.theme = asked.get("theme") ?? "night";
link.href = `/?lang=${lang}`;
for (const name of ["view", "goal", "motion"]) {
  const value = asked.get(name);
  if (value !== null) counter.setAttribute(name, value);
}
if (place) counter.setAttribute("place", place);
if (metric) counter.setAttribute("metric", metric);

/** Until the campaign's name is known, ours stands. @param {Translations} [names] */
function showName(names) {
  document.title = find("#name span").textContent = names?.[lang] || CAMPAIGN_NAME[lang];
}

/** The page is the same for every campaign, also for one that is not there, or not yet. @param {boolean} isThere */
function show(isThere) {
  main.classList.toggle("missing", !isThere);
  find("#place").textContent = isThere ? (place ? placeName(place, lang) : "") : MISSING[lang];
}

showName();
listed(campaign).then((found) => showName(found?.names));
show(true);
let isKnown = false;
counter.addEventListener("gooddeeds:error", ({ detail: { status = 0 } }) => {
  if ([403, 404].includes(status) && !isKnown) show(false);
});
counter.addEventListener("gooddeeds:update", () => {
  isKnown = true;
  show(true);
});
counter.setAttribute("lang", lang);
counter.setAttribute("campaign", campaign);

/** Tell a page with `frame-height.js` how high this one is, now and whenever that changes. */
function tellHeight() {
  root.dataset.height = "auto";
  const tell = () => parent.postMessage({ type: "gooddeeds:height", height: Math.ceil(main.offsetHeight) }, "*");
  new ResizeObserver(tell).observe(main);
  addEventListener("message", ({ source, data }) => {
    if (source === parent && data === "gooddeeds:measure") tell();
  });
}

if (asked.get("height") === "auto") tellHeight();
