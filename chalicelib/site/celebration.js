/** The celebration of a milestone: for some seconds over the whole picture, whichever scene is on air. */

/** @import { Language, LiveDocument, Translations } from "./documents.js" */
/** @import { Celebrated } from "./queue.js" */

import { feedOf, node, say } from "./live.js";
import { watchMilestones } from "./milestones.js";
import { format, measure } from "./numbers.js";
import { base, element, settings, spoken, WORDS } from "./on-air.js";
import { qrTile } from "./qr.js";
import { placeName } from "./regions.js";
import { reachedBy } from "./round-numbers.js";

const SPARKS = 28;

const celebrated = node("p", { id: "celebrated" });
const state = node("p", { id: "celebrated-state", className: "state" });
const celebration = element(
  "div",
  { class: "celebration", id: "celebration", hidden: "" },
  element("div", { class: "rays" }, element("img", { src: "/widget/sun.svg", alt: "" })),
  celebrated,
  state,
);
if (settings.qr) celebration.append(qrTile());
document.body.append(celebration);

/** Whichever milestone it is, and whatever the scene shows at the moment. @param {Celebrated} milestone */
export function celebrate(milestone) {
  const lang = spoken();
  const text = milestone.title?.[lang] || reachedText(milestone, lang);
  celebrated.textContent = text;
  celebrated.style.fontSize = `min(5.2rem, ${(settings.qr ? 180 : 250) / text.length}vw, 13vh)`;
  const { doc } = feedOf(`${base}/${settings.place ? "places" : "live"}.json`);
  say(state, (doc && WORDS[lang][doc.state]) ?? "");
  document.body.classList.toggle("covered", isCovered());
  celebration.hidden = false;
  celebration.append(...Array.from({ length: SPARKS }, spark));
}

/** @param {Celebrated} milestone @param {Language} lang */
const reachedText = ({ metric, at }, lang) => `${format(metric, at, WORDS[lang])} ${WORDS[lang].label(metric, at)}`;

/** Whether the band that is read stands over what is on air. */
function isCovered() {
  const covered = document.querySelector("[data-covered]")?.getBoundingClientRect();
  return covered !== undefined && covered.top < innerHeight * 0.7 && covered.bottom > innerHeight * 0.3;
}

export function endCelebration() {
  celebration.hidden = true;
  document.body.classList.remove("covered");
  for (const piece of document.querySelectorAll(".spark")) piece.remove();
}

/** One that falls through the safe area from its top to its foot, and is seen nowhere else. */
function spark() {
  const piece = element("img", { src: "/widget/sun.svg", alt: "", class: "spark" });
  piece.style.setProperty("--across", String(Math.random()));
  const fall = [
    { transform: "none", opacity: 0 },
    { opacity: 1, offset: 0.15 },
    { opacity: 0.4, offset: 0.9 },
    { transform: `translateY(calc(90vh - 100%)) rotate(${Math.random() * 720 - 360}deg)`, opacity: 0 },
  ];
  piece.animate(fall, {
    duration: 3500 + Math.random() * 3500,
    delay: Math.random() * 2500,
    easing: "ease-in",
    fill: "both",
  });
  return piece;
}

/**
 * Tell each milestone that is reached from now on: of the campaign, or of the place that the scene is of.
 *
 * @param {(milestone: Celebrated) => void} celebrateLater
 */
export function watch(celebrateLater) {
  const { place } = settings;
  if (place) watchPlace(place, celebrateLater);
  else watchMilestones(`${base}/live.json`, celebrateLater);
}

/**
 * A place has no milestones of its own in the campaign: it celebrates its round numbers, and the goal it was given.
 *
 * @param {string} place
 * @param {(milestone: Celebrated) => void} celebrateLater
 */
function watchPlace(place, celebrateLater) {
  const { metrics, goal } = settings;
  /** @type {Record<string, number>} the most that there was, by metric */
  const highest = {};
  /** @param {LiveDocument} doc @param {boolean} backlog */
  const receive = ({ places = {} }, backlog) => {
    for (const metric of metrics) {
      const value = measure(places[place], metric);
      if (value === null) continue;
      const at = metric in highest && !backlog ? reachedBy(highest[metric], value, metric, Number(goal)) : null;
      highest[metric] = Math.max(value, highest[metric] ?? 0);
      if (at) celebrateLater({ metric, at, title: titles(place, { metric, at }) });
    }
  };
  feedOf(`${base}/places.json`).join({ receive });
}

/** @param {string} place @param {Celebrated} milestone @returns {Translations} */
function titles(place, milestone) {
  /** @param {Language} lang */
  const title = (lang) => `${placeName(place, lang)}: ${reachedText(milestone, lang)}`;
  return { kk: title("kk"), ru: title("ru"), en: title("en") };
}
