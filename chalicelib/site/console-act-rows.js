/** Acts, and groups of them, as they stand in lists. */

import { node } from "./console-dom.js";
import { wordFor } from "./console-texts.js";

/** @import { Context, ListedAct, Money, ReviewGroup, SharedWords, Texts } from "./console-types.js" */
/** @import { ACTS } from "./console-words.js" */
/** @import { Amounts, Language } from "./documents.js" */

/** @typedef {(typeof ACTS)[Language]} Words */
/** @typedef {Pick<Context<Words>, "words" | "said" | "texts">} Said how something is said */

/**
 * What an act is about, in one line: what, by whom, where, how much.
 * @param {Said} context
 * @param {ListedAct} act
 */
export function summary({ texts, said }, act) {
  const place = act.place.region ?? act.place.country ?? "";
  const who = act.organisation
    ? node("bdi", { className: "name" }, act.organisation)
    : wordFor(said.participantTypes, act.participant_type);
  return node(
    "span",
    {},
    node("b", {}, texts.kind(act.kind)),
    " · ",
    who,
    ` · ${texts.place(place)} · ${amounts(texts, act)}`,
  );
}

/**
 * People, hours and money of an act or of many.
 * @param {Texts} texts
 * @param {{ people: number, hours: number, amount: Money | Amounts | null }} measures
 */
function amounts(texts, { people, hours, amount }) {
  const told = [
    `${texts.metric("people")}: ${texts.number(people)}`,
    hours ? `${texts.metric("hours")}: ${texts.hours(hours)}` : "",
    ...moneys(amount).map((each) => texts.money(each)),
  ];
  return told.filter(Boolean).join(" · ");
}

/**
 * @param {Money | Amounts | null} amount
 * @returns {Money[]}
 */
function moneys(amount) {
  if (amount === null) return [];
  if (isMoney(amount)) return [amount];
  return Object.entries(amount).map(([currency, value]) => ({ currency, value }));
}

/**
 * @param {Money | Amounts} amount
 * @returns {amount is Money}
 */
const isMoney = (amount) => "currency" in amount;

/**
 * When an act came, by what, and what it is now.
 * @param {Said} context
 * @param {ListedAct} act
 */
export function origin({ texts, said, words }, act) {
  const reasons = act.review_reasons.map((reason) => wordFor(said.reviewReasons, reason));
  return node(
    "p",
    { className: "hint" },
    node("span", { className: `status ${act.status}` }, said.statuses[act.status]),
    ` ${texts.time(act.recorded_at)} · ${sourceText(said, act.source)} · `,
    node("bdi", {}, act.form ?? `${words.token} ${act.token}`),
    reasons.length ? ` · ${words.because}: ${reasons.join(", ")}` : "",
    act.approvals_missing > 1 ? ` · ${words.twoNeeded}` : "",
  );
}

/**
 * By what an act came: providers of forms have names of their own.
 * @param {SharedWords} said
 * @param {string} source
 */
const sourceText = (said, source) => wordFor(said.sources, source);

/**
 * What a group of acts that wait has in common.
 * @param {Said} context
 * @param {ReviewGroup} group
 */
export function groupSummary({ texts, said, words }, group) {
  const { filter } = group;
  const reasons = filter.reasons ? filter.reasons.split(",").map((reason) => wordFor(said.reviewReasons, reason)) : [];
  const time = (/** @type {string | undefined} */ moment) => (moment ? texts.time(moment) : "");
  return [
    node("p", {}, node("b", {}, words.acts(texts.number(group.acts))), ` · ${amounts(texts, group)}`),
    node(
      "p",
      { className: "hint" },
      `${filter.source ? sourceText(said, filter.source) : ""} · `,
      node("bdi", {}, filter.form ?? `${words.token} ${filter.token}`),
      ` · ${time(filter.from)} – ${time(filter.until)}`,
      reasons.length ? ` · ${words.because}: ${reasons.join(", ")}` : "",
    ),
  ];
}
