/** The counter as a page of its own, for frames: the address says what it shows. */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { listed } from "./campaigns.js";
import { metricsOf } from "./overlay-settings.js";
import { placeName, places } from "./regions.js";

const MISSING = { kk: "Мұндай науқан жоқ", ru: "Такой кампании нет", en: "There is no such campaign" };
const asked = new URLSearchParams(location.search);
const lang = Object.hasOwn(CAMPAIGN_NAME, asked.get("lang")) ? asked.get("lang") : "kk";
const campaign = decodeURIComponent(location.pathname.split("/")[2]);
const counter = document.querySelector("good-deeds-counter");
const place = places.find((code) => code === asked.get("place"));
/** What can be shown: a place has no participants and no organisations. */
const metric = metricsOf({ place }).find((name) => name === asked.get("metric"));

document.documentElement.lang = lang;
document.documentElement.dataset.theme = asked.get("theme") ?? "night";
document.getElementById("name").href = `/?lang=${lang}`;
for (const name of ["view", "goal", "motion"]) {
  if (asked.has(name)) counter.setAttribute(name, asked.get(name));
}
if (place) counter.setAttribute("place", place);
if (metric) counter.setAttribute("metric", metric);

/** Until the campaign's name is known, ours stands. */
function showName(names) {
  document.title = document.querySelector("#name span").textContent = names?.[lang] || CAMPAIGN_NAME[lang];
}

/** The page is the same for every campaign, also for one that is not there, or not yet. */
function show(isThere) {
  document.querySelector("main").classList.toggle("missing", !isThere);
  document.getElementById("place").textContent = isThere ? place && placeName(place, lang) : MISSING[lang];
}

showName();
listed(campaign).then((found) => showName(found?.names));
show(true);
let isKnown = false;
counter.addEventListener("gooddeeds:error", ({ detail }) => {
  if ([403, 404].includes(detail.status) && !isKnown) show(false);
});
counter.addEventListener("gooddeeds:update", () => show((isKnown = true)));
counter.setAttribute("lang", lang);
counter.setAttribute("campaign", campaign);

/** A page with `frame-height.js` is told how high this one is, where the address says that it wants to be. */
if (asked.get("height") === "auto") {
  const { dataset } = document.documentElement;
  dataset.height = "auto";
  const main = document.querySelector("main");
  const tell = () => parent.postMessage({ type: "gooddeeds:height", height: Math.ceil(main.offsetHeight) }, "*");
  new ResizeObserver(tell).observe(main);
  addEventListener("message", ({ source, data }) => source === parent && data === "gooddeeds:measure" && tell());
}
