/** What a form would make of a sample, and how that is told. */

import { fill, node } from "./console-dom.js";
import { fieldWord, pathOf } from "./console-forms-mapping.js";
import { wordFor } from "./console-texts.js";

/** @import { FormsContext } from "./console-forms-mapping.js" */
/** @import { CheckedRecord, CheckedSubmission, EntryContent, Form } from "./console-types.js" */

/**
 * The body of an entry as a sample; null for one that came with others, or of which no answers are known.
 * @param {EntryContent} content
 * @returns {object | null}
 */
export function sampleOf({ body }) {
  if (!body) return null;
  try {
    const sample = JSON.parse(body);
    if (typeof sample === "object" && sample !== null && !Array.isArray(sample)) return sample;
  } catch {
    // It is of another kind, and goes as it came.
  }
  const bytes = new TextEncoder().encode(body);
  return { body_b64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")) };
}

/**
 * Check a form with a sample, and tell in `place` what comes of it; return the first submission.
 * @param {FormsContext} context
 * @param {Form} form
 * @param {unknown} sample
 * @param {HTMLElement} place
 */
export async function check(context, form, sample, place) {
  const { api, words } = context;
  fill(place, node("p", {}, words.checking));
  try {
    /** @type {{ submissions: CheckedSubmission[] }} */
    const { submissions } = await api.post(`${pathOf(form)}/check`, sample);
    fill(place, ...(submissions.length ? submissions.map((one) => told(context, one)) : [node("p", {}, words.noSubmissions)]));
    return submissions[0] ?? null;
  } catch (error) {
    fill(place, node("p", { className: "fault" }, context.unread(error)));
    return null;
  }
}

/**
 * What is told of a reason: its sentence, and what it is about.
 * @param {FormsContext} context
 * @param {string} reason
 * @param {string[]} about
 */
export function reasonText(context, reason, about) {
  const { words } = context;
  const of = about.map((one) => aboutText(context, one)).join(", ");
  return `${wordFor(words.reasons, reason)}${of ? ` (${of})` : ""}`;
}

/**
 * A field of ours in words; `#/people people`, a place and its fault, as it stands behind the word.
 * @param {FormsContext} context
 * @param {string} about
 */
function aboutText(context, about) {
  const name = about.split(" ")[0].split("/").at(-1) ?? "";
  return about.startsWith("#/") ? `${fieldWord(context, name)}: ${about}` : fieldWord(context, about);
}

/**
 * @param {FormsContext} context
 * @param {CheckedSubmission} checked
 */
function told(context, checked) {
  const { words } = context;
  const names = (/** @type {string[]} */ list) => list.map((name) => `«${name}»`).join(", ");
  const lines = [
    checked.is_of_form === false && words.ofAnotherForm,
    checked.records && recordText(context, checked.records),
    checked.reason && reasonText(context, checked.reason, checked.about),
    checked.unmapped.length > 0 && words.unmappedFields(names(checked.unmapped)),
    checked.absent.length > 0 && words.absentFields(names(checked.absent)),
    checked.left_out.length > 0 && words.leftOutFields(checked.left_out.map((name) => fieldWord(context, name)).join(", ")),
  ];
  return node(
    "div",
    { className: `outcome ${checked.outcome}` },
    node("p", {}, node("b", {}, wordFor(words.would, checked.outcome))),
    ...lines.map((line) => line && node("p", {}, line)),
  );
}

/**
 * @param {FormsContext} context
 * @param {CheckedRecord} record
 */
function recordText({ words, texts, said }, { kind, place, participant, people, hours, amount }) {
  /** @type {Record<string, string>} */
  const knownBy = words.knownBy;
  return [
    texts.kind(kind),
    texts.place(place.region ?? place.country ?? ""),
    `${texts.number(people)} ${words.peopleOf}`,
    hours ? `${texts.hours(hours)} ${words.hoursOf}` : null,
    amount ? texts.money(amount) : null,
    wordFor(said.participantTypes, participant.type),
    participant.organisation,
    knownBy[participant.known_by ?? ""] ?? words.knownByNothing,
  ]
    .filter(Boolean)
    .join(" · ");
}
