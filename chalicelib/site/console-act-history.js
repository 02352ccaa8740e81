/** One act with all that happened to it, and whether it is on the ticker. */

import { button, fill, node } from "./console-dom.js";
import { origin, summary } from "./console-act-rows.js";
import { wordFor } from "./console-texts.js";

/** @import { Words } from "./console-act-rows.js" */
/** @import { ActParts, Context, History, HistoryEntry, ListedAct } from "./console-types.js" */
/** @import { Visibility, ActVisibility } from "./console-types.js" */

/** @typedef {(run: () => void) => () => void} Then closes the dialog before something is done */

/**
 * Show an act.
 * @param {Context<Words>} context
 * @param {ListedAct} act
 * @param {(then: Then) => Node[]} offers makes its buttons
 */
export async function showAct(context, act, offers) {
  const { words, said } = context;
  const history = node("ol", { className: "history" }, node("li", {}, said.loading));
  const visibility = node("div", { className: "control", hidden: act.status !== "counted" });
  /** @type {Then} */
  const then = (run) => () => {
    dialog.close();
    run();
  };
  const dialog = context.show(
    words.act,
    node("p", {}, summary(context, act)),
    origin(context, act),
    act.note ? node("blockquote", {}, act.note) : "",
    node("p", { className: "hint" }, node("code", {}, act.id)),
    visibility,
    node("h3", {}, words.history),
    history,
    node("div", { className: "buttons" }, ...offers(then)),
  );
  await Promise.all([readHistory(context, act, history), readVisibility(context, act, visibility)]);
}

/**
 * @param {Context<Words>} context
 * @param {ListedAct} act
 * @param {HTMLElement} place
 */
async function readHistory(context, act, place) {
  try {
    /** @type {History} */
    const { history } = await context.api.get(`/v1/participations/${act.id}/history`);
    const entries = await Promise.all(history.map((entry) => entryItem(context, entry)));
    fill(place, ...entries);
  } catch (error) {
    fill(place, node("li", { className: "fault" }, context.unread(error)));
  }
}

/**
 * @param {Context<Words>} context
 * @param {HistoryEntry} entry
 */
async function entryItem(context, entry) {
  const { words, texts, labels } = context;
  const who = entry.by && (await labels.of(entry.by));
  return node(
    "li",
    {},
    node("b", {}, wordFor(words.what, entry.what)),
    ` ${texts.time(entry.at)}`,
    who && " · ",
    who && node("bdi", {}, who),
    entry.reason && ": ",
    entry.reason && node("bdi", {}, entry.reason),
    entry.before && entry.after && changes(context, entry.before, entry.after),
  );
}

/**
 * @param {Context<Words>} context
 * @param {ActParts} before
 * @param {ActParts} after
 */
function changes(context, before, after) {
  const names = /** @type {(keyof ActParts)[]} */ (Object.keys(after)).filter((name) => name !== "name");
  return node(
    "ul",
    {},
    ...names.map((name) =>
      node(
        "li",
        {},
        `${wordFor(context.words.parts, name)}: `,
        node("bdi", {}, partText(context, before, name)),
        " → ",
        node("bdi", {}, partText(context, after, name)),
      ),
    ),
  );
}

/**
 * @param {Context<Words>} context
 * @param {ActParts} parts
 * @param {keyof ActParts} name
 */
function partText({ texts }, parts, name) {
  const { place, amount, kind } = parts;
  if (parts[name] === undefined) return "";
  if (parts[name] === null) return "–";
  if (name === "place") return texts.place(place?.region ?? place?.country ?? "");
  if (name === "amount" && amount) return texts.money(amount);
  if (name === "kind" && kind) return texts.kind(kind);
  return String(parts[name]);
}

/**
 * @param {Context<Words>} context
 * @param {ListedAct} act
 * @param {HTMLElement} place
 */
async function readVisibility(context, act, place) {
  if (act.status !== "counted") return;
  try {
    drawVisibility(context, act, place, await isHidden(context, act));
  } catch (error) {
    fill(place, node("p", { className: "fault" }, context.unread(error)));
  }
}

/**
 * Whether an act is hidden from ticker and alerts.
 * @param {Context<Words>} context
 * @param {ListedAct} act
 */
export async function isHidden({ api, base }, act) {
  /** @type {ActVisibility} */
  const { state } = await api.get(`${base}/acts/${act.id}/visibility`);
  return state === "hidden";
}

/**
 * @param {Context<Words>} context
 * @param {ListedAct} act
 * @param {HTMLElement} place
 * @param {boolean} wasHidden
 */
function drawVisibility(context, act, place, wasHidden) {
  const { words } = context;
  const change = button(wasHidden ? words.showAct : words.hideAct, async () => {
    const changed = await changeVisibility(context, act, wasHidden);
    if (changed) drawVisibility(context, act, place, changed === "hidden");
  });
  fill(place, node("span", {}, wasHidden ? words.actHidden : words.actShown), change);
}

/**
 * Hide an act from ticker and alerts though it counts, or show it again; what it is then, if it was decided.
 * @param {Context<Words>} context
 * @param {ListedAct} act
 * @param {boolean} wasHidden
 */
export async function changeVisibility(context, act, wasHidden) {
  const { api, base, words, said } = context;
  /** @type {(state: Visibility, reason: string) => Promise<ActVisibility>} */
  const put = (state, reason) => api.put(`${base}/acts/${act.id}/visibility`, { state, reason });
  return context.decide({
    title: wasHidden ? words.showActAsk : words.hideActAsk,
    consequences: [node("p", {}, summary(context, act)), wasHidden ? words.showActMeans : words.hideActMeans],
    action: wasHidden ? words.showAct : words.hideAct,
    reasons: wasHidden ? words.showActReasons : words.hideActReasons,
    run: async (reason) => {
      const { state } = await put(wasHidden ? "shown" : "hidden", reason);
      context.say(wasHidden ? words.actShownNow : words.actHiddenNow, {
        does: said.undo,
        run: async () => {
          await put(wasHidden ? "hidden" : "shown", reason);
          return wasHidden ? words.actHiddenNow : words.actShownNow;
        },
      });
      return state;
    },
  });
}
