/** The pages `/r` and `/r/<place>`: which one it is, its language, and how the campaign stands. */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { preferred, remember } from "./language.js";
import { fill } from "./lists.js";
import { feedOf, say } from "./live.js";
import { all, byId, linkItems, onChoice, set, showPulse, speakPage } from "./page-parts.js";
import { RegionOverview } from "./region-overview.js";
import { RegionPlace } from "./region-place.js";
import { WORDS } from "./region-words.js";
import { placeName, places } from "./regions.js";
import { ShareButtons } from "./share.js";

const asked = new URLSearchParams(location.search);
const usual = /** @type {HTMLMetaElement} */ (document.querySelector("meta[name=campaign]")).content;
const other = asked.get("campaign") ?? "";
const campaign = /^[a-z0-9][a-z0-9-]{0,31}$/.test(other) ? other : usual;
const base = `${location.origin}/v1/campaigns/${campaign}`;
const code = decodeURIComponent(location.pathname.split("/")[2] ?? "");
const place = places.find((one) => one.toLowerCase() === code.toLowerCase());
const feed = feedOf(`${base}/page.json`);

/** @import { Language } from "./documents.js" */

/**
 * Keep what is looked for in the address, for whoever it is sent to.
 * @param {string} name
 * @param {string} value
 */
function keep(name, value) {
  const address = new URL(location.href);
  if (value) address.searchParams.set(name, value);
  else address.searchParams.delete(name);
  history.replaceState(history.state, "", address);
  sharing.show();
}

/**
 * The address of another page in the same language, of the same campaign.
 * @param {string} path
 */
function leads(path) {
  const query = new URLSearchParams({ lang, ...(campaign === usual ? {} : { campaign }) });
  return `${path}?${query}`;
}

let lang = preferred();
const view = place ? new RegionPlace(place, base, asked, keep) : new RegionOverview(asked, keep, leads);
const sharing = new ShareButtons(byId("share"), () => ({
  address: shared(),
  title: document.title,
  words: WORDS[lang],
}));

/** The address of what is shown: region, language, what is looked for. */
function shared() {
  const address = new URL(location.href);
  address.hash = "";
  address.searchParams.set("lang", lang);
  return address.href;
}

/** @param {Language} chosen */
async function speak(chosen) {
  const { words } = await import(`./${chosen}.js`);
  lang = chosen;
  const said = WORDS[lang];
  speakPage(lang, said);
  for (const link of all("[data-leads]")) link.setAttribute("href", leads((link.getAttribute("href") ?? "/").split("?")[0]));
  byId("csv").setAttribute("href", `${base}/totals.csv`);
  view.speak(lang, words, said);
  showHeading();
  showState();
}

function showHeading() {
  const said = WORDS[lang];
  const isUnknown = code && !place;
  const heading = place ? placeName(place, lang) : isUnknown ? said.unknownRegion : said.regions;
  const { names, links = [] } = feed.doc ?? {};
  const name = names?.[lang] || CAMPAIGN_NAME[lang];
  say(byId("heading"), heading);
  say(byId("name"), name);
  const isMissing = !feed.doc && feed.state === "unknown";
  say(byId("lead"), isMissing ? said.unknown : isUnknown ? said.choose : "");
  set(byId("lead"), "hidden", !isUnknown && !isMissing);
  // Nothing is known of a campaign that there is none of, and a new one may come.
  set(byId(place ? "region" : "overview"), "hidden", isMissing);
  byId("all").hidden = !place;
  document.title = `${heading} · ${name}`;
  fill(byId("links"), linkItems(links, lang));
  sharing.show();
}

const showState = () => showPulse(feed, WORDS[lang]);

onChoice((chosen) => {
  remember(chosen);
  speak(chosen);
});
for (const counter of all("good-deeds-counter")) counter.setAttribute("campaign", campaign);
feed.join({
  receive(doc) {
    view.receive(doc);
    showHeading();
    showState();
  },
  aged: showState,
  emit: showHeading,
});
speak(lang);
