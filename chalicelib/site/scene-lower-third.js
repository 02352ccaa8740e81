/** The lower third: one plate with a number, its marks, alerts of new acts and the strip of the last ones. */

/** @import { Air, View } from "./on-air.js" */

import { alertBox, announce, endAlert, watch as watchActs } from "./alerts.js";
import { captionOf } from "./caption.js";
import { celebrate, endCelebration, watch as watchMilestones } from "./celebration.js";
import "./counter.js";
import { say } from "./live.js";
import { campaign, element, settings, spoken } from "./on-air.js";
import { onName } from "./own-name.js";
import { qrTile } from "./qr.js";
import { Queue } from "./queue.js";
import "./since.js";
import "./ticker.js";

/** Rems that what may stand above or below the plate takes: its marks in two rows, an alert, the strip of acts. */
const ROOM = { marks: 4.6, alert: 8.2, strip: 6.2 };

/** @param {HTMLElement} safe @returns {Air} */
export function air(safe) {
  const { place, goal, since, alerts, ticker, align, qr } = settings;
  const caption = element("p", { class: "caption", id: "caption" });
  const counter = element(since ? "good-deeds-since" : "good-deeds-counter", {
    class: "marked",
    campaign,
    place,
    goal,
    since,
    motion: "full",
    announce: "off",
  });
  const number = element("div", { class: "number" }, caption, element("div", { id: "counter" }, counter));
  const sun = element("img", { class: "sun", src: "/widget/sun.svg", alt: "" });
  const plate = element("div", { class: "plate on-air", id: "plate", "data-covered": "" }, sun, number);
  if (qr) plate.append(qrTile());
  const strip = element("div", { class: "strip", id: "strip" });
  const latest = ticker ? element("good-deeds-ticker", { campaign, limit: 3, motion: "full" }) : null;
  if (latest) strip.append(latest);
  safe.append(plate, alertBox, strip);

  /** @param {View} view */
  const show = ({ metric, lang }) => {
    counter.setAttribute("lang", lang);
    counter.setAttribute("metric", metric);
    say(caption, captionOf(lang));
    latest?.setAttribute("lang", lang);
  };
  const sayCaption = () => say(caption, captionOf(spoken()));
  counter.addEventListener("gooddeeds:update", () => {
    if (since) sayCaption();
  });
  onName(sayCaption);
  const beside = ROOM.marks + (alerts ? ROOM.alert : 0) + (ticker ? ROOM.strip : 0);
  const isMiddle = ["left", "center", "right"].includes(align);
  return { show, fading: number, fits: plate, beside: (isMiddle ? 2 : 1) * beside, queue: tell() };
}

/** Milestones and alerts, one after another. */
function tell() {
  const { milestones, alerts } = settings;
  const queue = new Queue({
    show: (thing) => (thing.kind === "milestone" ? celebrate(thing.milestone) : announce(thing)),
    hide: (thing) => (thing.kind === "milestone" ? endCelebration() : endAlert(thing)),
  });
  if (alerts) watchActs(queue);
  if (milestones) watchMilestones((milestone) => queue.addMilestone(milestone));
  return queue;
}
