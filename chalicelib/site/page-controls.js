/** What elements have beside what they show: captions, a link to the campaign, and one pause for the whole page. */

/** @import { LiveElement } from "./live.js" */
/** @import { Language } from "./documents.js" */

import { CAMPAIGN_NAME } from "./campaign-name.js";
import { campaignsOf } from "./campaigns.js";
import { node, say } from "./live.js";
import { METRIC_NAMES } from "./metrics.js";
import { placeName } from "./regions.js";

const CAPTIONS = {
  kk: { regions: "Өңірлер", latest: "Соңғы істер" },
  ru: { regions: "Регионы", latest: "Последние дела" },
  en: { regions: "Regions", latest: "Latest deeds" },
};
const CSS = `
@supports(color:light-dark(#000,#fff)){:host{--fill:light-dark(#007d93,#00afca);
--tile:light-dark(#e3f1f4,#0c3140);--tile-text:light-dark(#04222e,#fff);--lit:light-dark(#22b8cf,#087a91)}}
[part=pause]{width:2em;height:2em;padding:0;font:inherit;font-size:.75em;line-height:1;color:inherit;background:none;border:1px solid;border-radius:9em;cursor:pointer}
[part=pause]:focus-visible,a:focus-visible{outline:3px solid;outline-offset:2px}
.text [part=line]>span::before,.compact [part=line]>span::before{content:" ("}
.text [part=line]>span::after,.compact [part=line]>span::after{content:")"}
[part=caption]{font-size:.85em}
[part=caption] a{color:inherit}
@media print{[part=pause]{display:none}}
`;
const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
const { origin } = new URL(import.meta.url);

/** @type {Record<string, ReturnType<typeof campaignsOf>>} by who publishes them: a page asks for the list once */
const lists = {};
/** @type {Set<LiveElement>} */
const views = new Set();
const button = node("button", { part: "pause", type: "button" });
button.onclick = () => {
  const isPaused = arePaused();
  for (const view of views) isPaused ? view.resume() : view.pause();
};

const arePaused = () => [...views].every(({ paused }) => paused);

/** @type {(one: Node, other: Node) => boolean} */
const isBefore = (one, other) => Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);

/** What stands within a line of the page has nothing beside it. @param {LiveElement} view */
const isSmall = (view) => /compact|text/.test(view.getAttribute("view") ?? "");

/** Give an element its caption, and the page its pause. @param {LiveElement} view */
export function furnish(view) {
  const { shadowRoot } = view;
  views.add(view);
  if (!shadowRoot.adoptedStyleSheets.includes(sheet)) shadowRoot.adoptedStyleSheets.push(sheet);
  drawCaption(view);
  arrange();
}

/** The pause stands in the first element that has room for it; where all are small and the page keeps still, nowhere. */
export function arrange() {
  for (const view of views) if (!view.host.isConnected) views.delete(view);
  const inOrder = [...views].sort((one, other) => (isBefore(one.host, other.host) ? -1 : 1));
  const bearer = inOrder.find((view) => !isSmall(view)) ?? inOrder.find(({ still }) => !still);
  if (!bearer) return button.remove();
  const isPaused = arePaused();
  say(button, isPaused ? "▶" : "❚❚");
  button.ariaLabel = bearer.words[isPaused ? "resume" : "pause"];
  if (button.parentNode !== bearer.line) bearer.line.append(button);
}

/** On our own pages other words say it. @param {LiveElement} view */
function drawCaption(view) {
  view.line.querySelector("[part=caption]")?.remove();
  if (origin === location.origin || isSmall(view)) return;
  const { lang } = view.base;
  const href = `${origin}/?lang=${lang}`;
  const link = node("a", { part: "source", href, target: "_blank", rel: "noopener" }, CAMPAIGN_NAME[lang]);
  const caption = captionOf(view, lang);
  view.line.prepend(node("span", { part: "caption" }, caption && `${caption} · `, link));
  namesOf(view).then((names) => say(link, names?.[lang] || CAMPAIGN_NAME[lang]));
}

/** What the campaign of an element is called, as far as that is known. @param {LiveElement} view */
async function namesOf(view) {
  const source = (view.getAttribute("src") ?? origin).replace(/\/$/, "");
  const campaigns = await (lists[source] ??= campaignsOf(source));
  return campaigns?.find(({ id }) => id === view.getAttribute("campaign"))?.names;
}

/** @param {LiveElement} view @param {Language} lang */
function captionOf(view, lang) {
  const { host } = view;
  const { regions, latest } = CAPTIONS[lang];
  const metric = "metric" in view ? /** @type {keyof typeof METRIC_NAMES} */ (view.metric) : "good_deeds";
  const measure = METRIC_NAMES[metric]?.[["kk", "ru", "en"].indexOf(lang)] ?? "";
  const place = host.getAttribute("place");
  const captions = {
    "good-deeds-counter": place && placeName(place, lang),
    "good-deeds-board": regions,
    "good-deeds-map": `${regions}, ${measure.toLowerCase()}`,
    "good-deeds-ticker": latest,
    "good-deeds-timeline": `${measure}, ${host.getAttribute("date") ?? ""}`.replace(/, $/, ""),
  };
  return captions[/** @type {keyof typeof captions} */ (host.localName)] ?? "";
}
