/** One act with all that happened to it, and whether it is on the ticker. */

import { button, fill, node } from "./console-dom.js";
import { origin, summary } from "./console-act-rows.js";

/** Show an act; `offers` makes its buttons, given what closes the dialog before they do something. */
export async function showAct(context, act, offers) {
  const { words, said } = context;
  const history = node("ol", { className: "history" }, node("li", {}, said.loading));
  const visibility = node("div", { className: "control", hidden: act.status !== "counted" });
  const dialog = context.show(
    words.act,
    node("p", {}, summary(context, act)),
    origin(context, act),
    act.note ? node("blockquote", {}, act.note) : "",
    node("p", { className: "hint" }, node("code", {}, act.id)),
    visibility,
    node("h3", {}, words.history),
    history,
    node("div", { className: "buttons" }, ...offers((run) => () => (dialog.close(), run()))),
  );
  await Promise.all([readHistory(context, act, history), readVisibility(context, act, visibility)]);
}

async function readHistory(context, act, place) {
  try {
    const { history } = await context.api.get(`/v1/participations/${act.id}/history`);
    const entries = await Promise.all(history.map((entry) => entryItem(context, entry)));
    fill(place, ...entries);
  } catch (error) {
    fill(place, node("li", { className: "fault" }, context.unread(error)));
  }
}

async function entryItem(context, entry) {
  const { words, texts, labels } = context;
  const who = entry.by && (await labels.of(entry.by));
  return node(
    "li",
    {},
    node("b", {}, words.what[entry.what] ?? entry.what),
    ` ${texts.time(entry.at)}`,
    who && " · ",
    who && node("bdi", {}, who),
    entry.reason && ": ",
    entry.reason && node("bdi", {}, entry.reason),
    entry.before && changes(context, entry),
  );
}

function changes(context, { before, after }) {
  const told = (parts, name) => (parts[name] === undefined ? "" : partText(context, name, parts[name]));
  const names = Object.keys(after).filter((name) => name !== "name");
  return node(
    "ul",
    {},
    ...names.map((name) =>
      node(
        "li",
        {},
        `${context.words.parts[name] ?? name}: `,
        node("bdi", {}, told(before, name)),
        " → ",
        node("bdi", {}, told(after, name)),
      ),
    ),
  );
}

function partText({ texts }, name, value) {
  if (value === null) return "–";
  if (name === "place") return texts.place(value.region ?? value.country);
  if (name === "amount") return texts.money(value);
  if (name === "kind") return texts.kind(value);
  return String(value);
}

async function readVisibility(context, act, place) {
  if (act.status !== "counted") return;
  try {
    drawVisibility(context, act, place, await isHidden(context, act));
  } catch (error) {
    fill(place, node("p", { className: "fault" }, context.unread(error)));
  }
}

/** Whether an act is hidden from ticker and alerts. */
export async function isHidden({ api, base }, act) {
  return (await api.get(`${base}/acts/${act.id}/visibility`)).state === "hidden";
}

function drawVisibility(context, act, place, wasHidden) {
  const { words } = context;
  const change = button(wasHidden ? words.showAct : words.hideAct, async () => {
    const changed = await changeVisibility(context, act, wasHidden);
    if (changed) drawVisibility(context, act, place, changed === "hidden");
  });
  fill(place, node("span", {}, wasHidden ? words.actHidden : words.actShown), change);
}

/** Hide an act from ticker and alerts though it counts, or show it again; what it is then, if it was decided. */
export async function changeVisibility(context, act, wasHidden) {
  const { api, base, words, said } = context;
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
