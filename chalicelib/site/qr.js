/** The way to the campaign for those who watch: a QR code to be photographed, and the address to be typed. */

import { address, element, settings } from "./on-air.js";

/** The page of the place that a scene is of, else the campaign's. */
export function qrTile() {
  const code = element("img", { src: `/qr/${settings.place ?? "home"}.svg`, alt: "" });
  return element("div", { class: "qr" }, code, element("span", {}, settings.address ?? address));
}
