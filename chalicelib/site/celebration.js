/** The celebration of a milestone: for some seconds over the whole picture, whichever scene is on air. */

import { feedOf, node, say } from "./live.js";
import { watchMilestones } from "./milestones.js";
import { format, measure } from "./numbers.js";
import { base, element, settings, WORDS } from "./on-air.js";
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

/** Whichever milestone it is, and whatever the scene shows at the moment. */
export function celebrate({ title, metric, at }) {
  const { lang } = document.documentElement;
  const text = title?.[lang] || `${format(metric, at, WORDS[lang])} ${WORDS[lang].label(metric, at)}`;
  celebrated.textContent = text;
  celebrated.style.fontSize = `min(5.2rem, ${(settings.qr ? 180 : 250) / text.length}vw, 13vh)`;
  const { doc } = feedOf(`${base}/${settings.place ? "places" : "live"}.json`);
  say(state, WORDS[lang][doc?.state] ?? "");
  const covered = document.querySelector("[data-covered]")?.getBoundingClientRect();
  const isCovered = covered && covered.top < innerHeight * 0.7 && covered.bottom > innerHeight * 0.3;
  document.body.classList.toggle("covered", Boolean(isCovered));
  celebration.hidden = false;
  celebration.append(...Array.from({ length: SPARKS }, () => spark()));
}

export function endCelebration() {
  celebration.hidden = true;
  document.body.classList.remove("covered");
  for (const piece of document.querySelectorAll(".spark")) piece.remove();
}

function spark() {
  const piece = element("img", { src: "/widget/sun.svg", alt: "", class: "spark" });
  piece.style.left = `${Math.random() * 100}vw`;
  const fall = [
    { transform: "none", opacity: 1 },
    { transform: `translateY(115vh) rotate(${Math.random() * 720 - 360}deg)`, opacity: 0.2 },
  ];
  piece.animate(fall, {
    duration: 3500 + Math.random() * 3500,
    delay: Math.random() * 2500,
    easing: "ease-in",
    fill: "both",
  });
  return piece;
}

/** Tell each milestone that is reached from now on: of the campaign, or of the place that the scene is of. */
export function watch(celebrateLater) {
  if (settings.place) watchPlace(celebrateLater);
  else watchMilestones(`${base}/live.json`, celebrateLater);
}

/** A place has no milestones of its own in the campaign: it celebrates its round numbers, and the goal it was given. */
function watchPlace(celebrateLater) {
  const { place, metrics, goal } = settings;
  const most = {};
  const receive = ({ places: known = {} }, backlog) => {
    for (const metric of metrics) {
      const value = measure(known[place], metric);
      if (value === null) continue;
      const at = metric in most && !backlog ? reachedBy(most[metric], value, metric, +goal) : null;
      most[metric] = Math.max(value, most[metric] ?? 0);
      if (at) celebrateLater({ metric, at, title: titles(place, metric, at) });
    }
  };
  feedOf(`${base}/places.json`).join({ receive });
}

function titles(place, metric, at) {
  const title = ([lang, words]) =>
    `${placeName(place, lang)}: ${format(metric, at, words)} ${words.label(metric, at)}`;
  return Object.fromEntries(Object.entries(WORDS).map((entry) => [entry[0], title(entry)]));
}
