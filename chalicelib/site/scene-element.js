/** What elements of scenes have in common: a document of the campaign, the marks of every state, and moving pictures. */

/** @import { LiveDocument } from "./documents.js" */
/** @import { View } from "./on-air.js" */

import { LiveElement } from "./live.js";
import { campaign, element, settings } from "./on-air.js";

export class SceneElement extends LiveElement {
  get metric() {
    return this.getAttribute("metric") ?? settings.metrics[0];
  }

  get place() {
    return this.getAttribute("place");
  }

  /** @param {LiveDocument} doc @param {boolean} backlog */
  receive(doc, backlog) {
    super.receive(doc, backlog);
    this.emit("update", {});
  }
}

/** Make an element of a scene, of what the address asks for. @param {string} name */
export const sceneElement = (name) =>
  element(name, { class: "marked fills", campaign, place: settings.place, metric: settings.metrics[0], motion: "full" });

/** Let an element show another metric in another language. @param {HTMLElement} made */
export const shows =
  (made) =>
  /** @param {View} view */
  ({ metric, lang }) => {
    made.setAttribute("lang", lang);
    made.setAttribute("metric", metric);
  };
