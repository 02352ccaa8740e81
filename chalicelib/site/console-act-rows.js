/** Acts, and groups of them, as they stand in lists. */

import { node } from "./console-dom.js";

/** What an act is about, in one line: what, by whom, where, how much. */
export function summary({ texts, said }, act) {
  const place = act.place.region ?? act.place.country;
  const who = act.organisation
    ? node("bdi", { className: "name" }, act.organisation)
    : said.participantTypes[act.participant_type];
  return node(
    "span",
    {},
    node("b", {}, texts.kind(act.kind)),
    " · ",
    who,
    ` · ${texts.place(place)} · ${amounts(texts, act)}`,
  );
}

/** People, hours and money of an act or of many. */
export function amounts(texts, { people, hours, amount }) {
  const money = amount === null ? [] : "currency" in amount ? [amount] : moneys(amount);
  return [
    `${texts.metric("people")}: ${texts.number(people)}`,
    hours ? `${texts.metric("hours")}: ${texts.hours(hours)}` : "",
    ...money.map((each) => texts.money(each)),
  ]
    .filter(Boolean)
    .join(" · ");
}

const moneys = (table) => Object.entries(table).map(([currency, value]) => ({ currency, value }));

/** When an act came, by what, and what it is now. */
export function origin({ texts, said, words }, act) {
  const reasons = act.review_reasons.map((reason) => said.reviewReasons[reason] ?? reason);
  return node(
    "p",
    { className: "hint" },
    node("span", { className: `status ${act.status}` }, said.statuses[act.status]),
    ` ${texts.time(act.recorded_at)} · ${sourceText(said, act.source)} · `,
    node("bdi", {}, act.form ?? `${words.token} ${act.token}`),
    reasons.length ? ` · ${words.because}: ${reasons.join(", ")}` : "",
    act.approvals_missing > 1 ? ` · ${words.twoWanted}` : "",
  );
}

/** By what an act came: providers of forms have names of their own. */
const sourceText = (said, source) => said.sources[source] ?? source;

/** What a group of acts that wait has in common. */
export function groupSummary({ texts, said, words }, group) {
  const { filter } = group;
  const reasons = filter.reasons ? filter.reasons.split(",").map((reason) => said.reviewReasons[reason] ?? reason) : [];
  return [
    node("p", {}, node("b", {}, words.acts(texts.number(group.acts))), ` · ${amounts(texts, group)}`),
    node(
      "p",
      { className: "hint" },
      `${filter.source ? sourceText(said, filter.source) : ""} · `,
      node("bdi", {}, filter.form ?? `${words.token} ${filter.token}`),
      ` · ${texts.time(filter.from)} – ${texts.time(filter.until)}`,
      reasons.length ? ` · ${words.because}: ${reasons.join(", ")}` : "",
    ),
  ];
}
