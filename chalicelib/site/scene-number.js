/** One number that fills the picture, with its goal. */

/** @import { Air } from "./on-air.js" */

import { card } from "./card.js";
import { celebrate, endCelebration, watch } from "./celebration.js";
import "./counter.js";
import { campaign, element, settings } from "./on-air.js";
import { Queue } from "./queue.js";
import { SCENE_WORDS } from "./scene-words.js";
import "./since.js";

/** @param {HTMLElement} safe @returns {Air} */
export function air(safe) {
  const { place, goal, since, milestones } = settings;
  const counter = element(since ? "good-deeds-since" : "good-deeds-counter", {
    class: "marked huge",
    campaign,
    place,
    goal,
    since,
    motion: "full",
    announce: "off",
  });
  const invitation = element("p", { class: "invitation" });
  counter.addEventListener("gooddeeds:update", ({ detail: { value = 0 } }) => {
    invitation.hidden = value > 0;
  });
  const made = card(safe, element("div", { class: "huge-number" }, counter, invitation), ({ metric, lang }) => {
    counter.setAttribute("lang", lang);
    counter.setAttribute("metric", metric);
    invitation.textContent = SCENE_WORDS[lang].invitation;
  });
  const queue = new Queue({
    show: (thing) => {
      if (thing.kind === "milestone") celebrate(thing.milestone);
    },
    hide: endCelebration,
  });
  if (milestones) watch((milestone) => queue.addMilestone(milestone));
  return { ...made, queue };
}
