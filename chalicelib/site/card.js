/** The frame of a scene that fills the picture: whose numbers they are above, what is told below, marks at its foot. */

/** @import { Language } from "./documents.js" */
/** @import { Air, View } from "./on-air.js" */

import { captionOf } from "./caption.js";
import { say } from "./live.js";
import { element, settings } from "./on-air.js";
import { onName } from "./own-name.js";
import { qrTile } from "./qr.js";

/**
 * Lay a card with `content` into the safe area.
 *
 * @param {HTMLElement} safe
 * @param {HTMLElement} content
 * @param {(view: View) => void} show shows another view in the content
 * @param {(lang: Language) => string} nameOf says what stands above
 * @returns {Air}
 */
export function card(safe, content, show, nameOf = captionOf) {
  const caption = element("p", { class: "caption" });
  const sun = element("img", { class: "sun", src: "/widget/sun.svg", alt: "" });
  const head = element("header", { class: "head" }, sun, caption);
  if (settings.qr) head.append(qrTile());
  const body = element("div", { class: "card-body" }, content);
  const laid = element("div", { class: "card on-air", id: "card" }, head, body);
  safe.append(laid);
  /** @type {Language} */
  let lang;
  onName(() => say(caption, nameOf(lang)));
  /** @param {View} view */
  const showView = (view) => {
    lang = view.lang;
    say(caption, nameOf(lang));
    show(view);
  };
  return { show: showView, fading: laid, fits: laid };
}
