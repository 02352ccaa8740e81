/** `<good-deeds-ticker>`: the latest acts, newest first. */

import { LiveElement, node } from "./live.js";
import { money } from "./money.js";
import { number } from "./numbers.js";
import { placeName } from "./regions.js";

const KINDS = {
  volunteering: ["Волонтёрлік", "Волонтёрство", "Volunteering"],
  good_deed: ["Қайырымды іс", "Доброе дело", "Good deed"],
  donation: ["Қайырмалдық", "Пожертвование", "Donation"],
  class_hour: ["Сынып сағаты", "Классный час", "Class hour"],
  online_training: ["Онлайн-тренинг", "Онлайн-тренинг", "Online training"],
  master_class: ["Шеберлік сабағы", "Мастер-класс", "Master class"],
  initiative: ["Бастама", "Инициатива", "Initiative"],
  media_coverage: ["БАҚ материалы", "Материал СМИ", "Media coverage"],
};

/** HH:MM at UTC+5. */
const timeOf = (at) => new Date(Date.parse(at) + 5 * 3600_000).toISOString().slice(11, 16);

class Ticker extends LiveElement {
  static observedAttributes = [...LiveElement.observedAttributes, "limit"];
  static css = `
ul{margin:0;padding:0;list-style:none;display:grid;gap:.5em}
li{display:grid;grid-template-columns:auto 1fr auto;gap:0 .7em;align-items:baseline;padding:.5em .7em;border-radius:.5em;background:var(--gd-tile,#8882)}
time{font-variant-numeric:tabular-nums;font-size:.8em}
[part=who]{grid-column:2/-1;font-size:.85em;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
[part=what]{font-variant-numeric:tabular-nums;font-weight:700;white-space:nowrap;color:var(--gd-accent,inherit)}
[part=line]{justify-content:end;font-size:.8em}
`;

  content() {
    this.list = node("ul", { part: "list" });
    return [this.list];
  }

  get file() {
    return "recent.json";
  }

  render(doc, previous, backlog) {
    const known = new Set(previous?.acts?.map(({ id }) => id));
    const acts = (doc?.acts ?? []).slice(0, this.getAttribute("limit") ?? 8);
    this.list.replaceChildren(
      ...acts.map((act) => {
        const item = this.item(act);
        if (previous && !backlog && !known.has(act.id) && !this.still) {
          item.animate({ opacity: [0, 1], transform: ["translateY(-60%)", "none"] }, 600);
        }
        return item;
      }),
    );
  }

  item({ at, kind, place, people, hours, amount, organisation }) {
    const { words } = this;
    const { lang } = this.base;
    const name = KINDS[kind]?.[{ kk: 0, ru: 1, en: 2 }[lang]] ?? kind;
    const counted = (metric, value) => `${number(value, words)} ${words.label(metric, value)}`;
    const measures = amount
      ? money(amount.value, amount.currency, words)
      : hours
        ? counted("hours", hours)
        : counted("people", people);
    const where = [placeName(place, lang), organisation].filter(Boolean).join(" · ");
    return node(
      "li",
      { part: "act" },
      node("time", { dateTime: at }, timeOf(at)),
      node("b", {}, name),
      node("span", { part: "what" }, measures),
      node("span", { part: "who" }, where),
    );
  }
}

customElements.define("good-deeds-ticker", Ticker);
