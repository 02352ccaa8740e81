/** What steers a campaign: each change says what follows from it, and can be taken back. */

import { button, field, node, select } from "./console-dom.js";
import { METRICS } from "./metrics.js";

const LANGUAGES = ["kk", "ru", "en"];

/**
 * @typedef {object} Known a campaign as it was read
 * @property {object} campaign as `GET /v1/campaigns/{campaign}` tells it
 * @property {string} tag its ETag
 */

/** @returns {Promise<Known>} */
export async function readCampaign({ api, base }) {
  const { body, headers } = await api.ask("GET", base);
  return { campaign: body, tag: headers.get("ETag") };
}

/**
 * Change some of a campaign. Where somebody else has changed another part of it meanwhile, that stays.
 * @returns {Promise<Known>}
 */
async function change(context, known, patch, reason) {
  try {
    return await send(context, known.tag, patch, reason);
  } catch (error) {
    if (error.kind !== "precondition-failed") throw error;
    const newest = await readCampaign(context);
    if (!Object.keys(patch).every((name) => isSame(newest.campaign[name], known.campaign[name]))) throw error;
    return send(context, newest.tag, patch, reason);
  }
}

async function send({ api, base }, tag, patch, reason) {
  const { body, headers } = await api.patch(base, patch, { "If-Match": tag }, { reason });
  return { campaign: body, tag: headers.get("ETag") };
}

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Change what was read, say so, and offer to take just that back; `told` is given the campaign as it is then. `reason`
 * is why, empty where nobody says it.
 */
async function changeAndOffer({ context, known, told }, reason, patch, done, undone) {
  const before = Object.fromEntries(Object.keys(patch).map((name) => [name, known.campaign[name]]));
  const changed = await change(context, known, patch, reason);
  told(changed);
  context.say(done, {
    does: context.said.undo,
    run: async () => {
      told(await change(context, changed, before));
      return undone;
    },
  });
}

/** Freeze a campaign that is live, or open one that is frozen. */
export function changeState(context, known, told) {
  const { words, said } = context;
  const isLive = known.campaign.state === "live";
  return context.decide({
    title: isLive ? words.freezeAsk : words.openAsk,
    consequences: [isLive ? words.freezeMeans : words.openMeans],
    action: isLive ? words.freeze : words.openUp,
    isGrave: isLive,
    mayHaveReason: true,
    run: (reason) =>
      changeAndOffer(
        { context, known, told },
        reason,
        { state: isLive ? "frozen" : "live" },
        isLive ? words.frozenNow : words.openNow,
        words.backTo(said.states[known.campaign.state]),
      ),
  });
}

/** Let viewers' pages ask more often or more rarely. */
export function changePoll(context, known, told) {
  const { words } = context;
  const seconds = node("input", { type: "number", min: 1, max: 600, value: known.campaign.poll_seconds ?? "" });
  const every = (value) => (value ? words.pollEvery(value) : words.pollUsual);
  return context.decide({
    title: words.pollAsk,
    consequences: [words.pollMeans, field(words.pollSeconds, seconds)],
    action: words.pollChange,
    mayHaveReason: true,
    run: (reason) => {
      const wanted = seconds.value ? Number(seconds.value) : null;
      const before = words.pollNow(every(known.campaign.poll_seconds));
      const done = words.pollNow(every(wanted));
      return changeAndOffer({ context, known, told }, reason, { poll_seconds: wanted }, done, before);
    },
  });
}

/** Hide all names of a campaign, or show again those that may be shown. */
export function changeAllNames(context, words, isHidden) {
  const decided = (state, reason) => context.api.put(`${context.base}/names`, { state, reason });
  return context.decide({
    title: isHidden ? words.showAllAsk : words.hideAllAsk,
    consequences: [isHidden ? words.showAllMeans : words.hideAllMeans],
    action: isHidden ? words.showAll : words.hideAll,
    isGrave: !isHidden,
    reasons: isHidden ? words.showAllReasons : words.hideAllReasons,
    run: async (reason) => {
      await decided(isHidden ? "shown" : "hidden", reason);
      context.look();
      context.say(isHidden ? words.shownNow : words.hiddenNow, {
        does: context.said.undo,
        run: async () => {
          await decided(isHidden ? "hidden" : "shown", reason);
          context.look();
          return isHidden ? words.hiddenNow : words.shownNow;
        },
      });
    },
  });
}

/** Replace goals and milestones by what is typed in. */
export function changeGoals(context, known, told) {
  const { words } = context;
  const goals = rows(known.campaign.goals, (goal) => goalRow(context, goal));
  const milestones = rows(known.campaign.milestones, (milestone) => milestoneRow(context, milestone));
  const newMilestone = () => ({ id: `m${Date.now().toString(36)}`, metric: METRICS[0], at: "", title: {} });
  return context.decide({
    title: words.goalsChange,
    consequences: [
      words.goalsMeans,
      goals.list,
      button(words.addGoal, () => goals.add({ metric: METRICS[0], target: "" }), { className: "quiet" }),
      milestones.list,
      button(words.addMilestone, () => milestones.add(newMilestone()), { className: "quiet" }),
    ],
    action: words.goalsSave,
    mayHaveReason: true,
    run: (reason) => {
      const patch = { goals: goals.values(), milestones: milestones.values() };
      return changeAndOffer({ context, known, told }, reason, patch, words.goalsNow, words.goalsBack);
    },
  });
}

/** Rows that can be added to and removed; each is a fieldset with a function `read`. */
function rows(values, make) {
  const list = node("div", { className: "rows" }, ...values.map(make));
  return {
    list,
    add(value) {
      list.append(make(value));
      list.lastElementChild.querySelector("input").focus();
    },
    values: () => [...list.children].map((row) => row.read()),
  };
}

function goalRow(context, goal) {
  const { words } = context;
  const metric = metricChoice(context, goal.metric);
  const target = node("input", { type: "number", min: 1, required: true, value: goal.target });
  return row(words.goal, words.remove, [field(words.metric, metric), field(words.target, target)], () => ({
    metric: metric.value,
    target: Number(target.value),
  }));
}

function milestoneRow(context, milestone) {
  const { words } = context;
  const metric = metricChoice(context, milestone.metric);
  const at = node("input", { type: "number", min: 1, required: true, value: milestone.at });
  const titles = LANGUAGES.map((lang) =>
    node("input", { type: "text", required: true, maxLength: 200, lang, value: milestone.title[lang] ?? "" }),
  );
  const fields = titles.map((input, index) => field(words.titleIn[LANGUAGES[index]], input));
  const read = () => ({
    id: milestone.id,
    metric: metric.value,
    at: Number(at.value),
    title: Object.fromEntries(titles.map((input, index) => [LANGUAGES[index], input.value])),
  });
  return row(words.milestone, words.remove, [field(words.metric, metric), field(words.target, at), ...fields], read);
}

function row(legend, remove, fields, read) {
  const element = node("fieldset", {}, node("legend", {}, legend), ...fields);
  element.append(button(remove, () => element.remove(), { className: "quiet" }));
  return Object.assign(element, { read });
}

const metricChoice = ({ texts }, value) =>
  select(
    METRICS.map((metric) => [metric, texts.metric(metric)]),
    value,
  );
