/** What elements of scenes have in common: a document of the campaign, the marks of every state, and moving pictures. */

import { LiveElement } from "./live.js";
import { campaign, element, settings } from "./on-air.js";

export class SceneElement extends LiveElement {
  get metric() {
    return this.getAttribute("metric");
  }

  get place() {
    return this.getAttribute("place");
  }

  receive(...details) {
    super.receive(...details);
    this.emit("update", {});
  }
}

/** Make an element of a scene, of what the address asks for. */
export const sceneElement = (name) =>
  element(name, { class: "marked fills", campaign, place: settings.place, metric: settings.metrics[0], motion: "full" });

/** Let an element show another metric in another language. */
export const shows =
  (made) =>
  ({ metric, lang }) => {
    made.setAttribute("lang", lang);
    made.setAttribute("metric", metric);
  };
