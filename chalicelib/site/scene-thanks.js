/** The roll of organisations that are thanked: only those whose names may air, by their board. */

/** @import { LiveDocument } from "./documents.js" */
/** @import { Passing } from "./conveyor.js" */
/** @import { Air } from "./on-air.js" */

import { card } from "./card.js";
import { Conveyor } from "./conveyor.js";
import { define, feedOf, node, say } from "./live.js";
import { base, settings } from "./on-air.js";
import { SceneElement, sceneElement, shows } from "./scene-element.js";
import { SCENE_WORDS } from "./scene-words.js";

const board = `${base}/${settings.place ? `organisations/${settings.place}` : "organisations"}.json`;

class Thanks extends SceneElement {
  static css = `
:host{display:flex;flex-direction:column;text-align:center}
:host>div{flex:1;display:flex;flex-direction:column;min-height:0}
h2{margin:0;font-size:5.4rem;font-weight:850;letter-spacing:-.025em;line-height:1.05;color:var(--noun)}
.thanked{margin:.7rem 0 1.6rem;font-size:2rem;color:var(--aside)}
.window{position:relative;flex:1;overflow:hidden;mask-image:linear-gradient(#0000,#000 12%,#000 88%,#0000)}
.name{position:absolute;left:0;right:0;top:0;padding:0 4rem;font-size:2.7rem;font-weight:650;line-height:1.25;text-wrap:balance;overflow-wrap:anywhere;will-change:transform}
.end{height:6rem}
.end img{height:5rem}
.invitation{margin:7rem 0 0;font-size:3.4rem;font-weight:700}
`;
  /** @type {string[]} */
  #names = [];
  /** Which of the names comes next. */
  #at = 0;
  #heading = node("h2", {});
  #thanked = node("p", { className: "thanked" });
  #invitation = node("p", { className: "invitation", hidden: true });
  #window = node("div", { className: "window" });
  #conveyor = new Conveyor(this.#window, { along: "y", speed: 4.5, gap: 1.5, next: () => this.#item() });

  content() {
    this.#listen();
    return [this.#heading, this.#thanked, this.#invitation, this.#window];
  }

  /** Of the board it is told later when it was confirmed: how old the scene is, the totals say. */
  get file() {
    return "live.json";
  }

  /** Hear of the board, too, for as long as the scene is on air. */
  #listen() {
    /** @param {LiveDocument} doc */
    const receive = ({ organisations = [] }) => {
      this.#names = organisations.map(({ name }) => name);
      this.#conveyor.keep(({ key }) => !key || this.#names.includes(key));
      if (this.doc) this.render(this.doc);
    };
    feedOf(board).join({ receive });
  }

  /** @param {LiveDocument} [doc] */
  render(doc) {
    if (!doc) return;
    const told = SCENE_WORDS[this.base.lang];
    say(this.#heading, told.thanks);
    say(this.#thanked, told.thanked);
    say(this.#invitation, told.join);
    this.#invitation.hidden = this.#names.length > 0;
    if (this.#names.length) this.#conveyor.resume();
  }

  /** After the last name the sun comes up, and the first one follows. @returns {Passing | null} */
  #item() {
    if (!this.#names.length) return null;
    const name = this.#names[this.#at++];
    if (name) return Object.assign(node("div", { className: "name" }, name), { key: name });
    this.#at = 0;
    return node("div", { className: "name end" }, node("img", { src: "/widget/sun.svg", alt: "" }));
  }
}

define("on-air-thanks", Thanks);

/** @param {HTMLElement} safe @returns {Air} */
export function air(safe) {
  const thanks = sceneElement("on-air-thanks");
  return card(safe, thanks, shows(thanks));
}
