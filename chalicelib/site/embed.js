/** The counter as a page of its own, for frames: the address says what it shows. */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { placeName } from "./regions.js";

const asked = new URLSearchParams(location.search);
const lang = Object.hasOwn(CAMPAIGN_NAME, asked.get("lang")) ? asked.get("lang") : "kk";
const counter = document.querySelector("good-deeds-counter");
const place = asked.get("place");

document.documentElement.lang = lang;
document.documentElement.dataset.theme = asked.get("theme") ?? "night";
document.title = document.querySelector("#name span").textContent = CAMPAIGN_NAME[lang];
document.getElementById("name").href = `/?lang=${lang}`;
if (place) document.getElementById("place").textContent = placeName(place, lang);
for (const name of ["metric", "place", "view", "goal", "motion"]) {
  if (asked.has(name)) counter.setAttribute(name, asked.get(name));
}
counter.setAttribute("lang", lang);
counter.setAttribute("campaign", decodeURIComponent(location.pathname.split("/")[2]));
