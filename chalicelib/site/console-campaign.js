/** What steers a campaign: each change says what follows from it, and can be taken back. */

import { Refused } from "./console-api.js";
import { Settled, Told } from "./console-dialogs.js";
import { button, field, fill, node, select } from "./console-dom.js";
import { METRICS } from "./metrics.js";
import { places } from "./regions.js";

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
 * @typedef {object} Steering
 * @property {object} context
 * @property {Known} known the campaign that a change is of; the newest where somebody else was there before
 * @property {(known: Known) => void} told is given the campaign as it is then
 */

/**
 * Change some of a campaign. Where somebody else has changed another part of it meanwhile, that stays; where it was this
 * part, `overtaken` is given the campaign as it is now.
 * @returns {Promise<Known>}
 */
async function change(context, known, patch, reason, overtaken = () => {}) {
  try {
    return await send(context, known.tag, patch, reason);
  } catch (error) {
    if (error.kind !== "precondition-failed") throw error;
    const newest = await readCampaign(context);
    if (!Object.keys(patch).every((name) => isSame(newest.campaign[name], known.campaign[name]))) {
      overtaken(newest);
      throw error;
    }
    return send(context, newest.tag, patch, reason);
  }
}

async function send({ api, base }, tag, patch, reason) {
  const { body, headers } = await api.patch(base, patch, { "If-Match": tag }, { reason });
  return { campaign: body, tag: headers.get("ETag") };
}

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Change what was read, say so, and offer to take just that back. `reason` is why, empty where nobody says it. Where
 * somebody else was there before nothing is changed, the next try is on what they made of it, and what `overtaken`
 * throws says what that is.
 */
async function changeAndOffer(/** @type {Steering} */ steering, reason, patch, done, undone, overtaken) {
  const { context, known, told } = steering;
  const before = Object.fromEntries(Object.keys(patch).map((name) => [name, known.campaign[name]]));
  const changed = await change(context, known, patch, reason, (newest) => {
    steering.known = newest;
    told(newest);
    throw overtaken(newest.campaign);
  });
  told(changed);
  context.say(done, {
    does: context.said.undo,
    run: async () => {
      told(await change(context, changed, before));
      return undone;
    },
  });
}

/** Take over what a campaign is now, before it is changed; where nobody answers, what was known stands. */
async function readAgain(steering) {
  try {
    steering.known = await readCampaign(steering.context);
    steering.told(steering.known);
  } catch (error) {
    if (error instanceof Refused) throw error;
  }
}

/** Freeze a campaign that is live; a second one who does it opens nothing. */
export const freeze = (context, known, told) => changeState(context, known, told, "frozen");

/** Open a campaign that is frozen. */
export const openUp = (context, known, told) => changeState(context, known, told, "live");

async function changeState(context, known, told, wanted) {
  const { words, said } = context;
  const isFreezing = wanted === "frozen";
  if (known.campaign.state === wanted) {
    const newest = await readCampaign(context);
    told(newest);
    const done = isFreezing ? words.frozenNow : words.openNow;
    if (newest.campaign.state === wanted) return context.tell(`${said.already} ${done}`);
    return changeState(context, newest, told, wanted);
  }
  return context.decide({
    title: isFreezing ? words.freezeAsk : words.openAsk,
    consequences: [isFreezing ? words.freezeMeans : words.openMeans],
    action: isFreezing ? words.freeze : words.openUp,
    isGrave: isFreezing,
    mayHaveReason: true,
    run: (reason) =>
      changeAndOffer(
        { context, known, told },
        reason,
        { state: wanted },
        isFreezing ? words.frozenNow : words.openNow,
        words.backTo(said.states[known.campaign.state]),
        ({ state }) => new Settled(words.stateBefore(said.states[state])),
      ),
  });
}

/** Let viewers' pages ask more often or more rarely. */
export function changePoll(context, known, told) {
  const { words } = context;
  const steering = { context, known, told };
  const seconds = node("input", { type: "number", min: 1, max: 600 });
  const now = ({ poll_seconds: value }) => words.pollNow(value ? words.pollEvery(value) : words.pollUsual);
  return context.decide({
    title: words.pollAsk,
    consequences: [words.pollMeans],
    action: words.pollChange,
    mayHaveReason: true,
    prepare: async () => {
      await readAgain(steering);
      seconds.value = steering.known.campaign.poll_seconds ?? "";
      return [field(words.pollSeconds, seconds)];
    },
    run: (reason) => {
      const patch = { poll_seconds: seconds.value ? Number(seconds.value) : null };
      const before = now(steering.known.campaign);
      return changeAndOffer(
        steering,
        reason,
        patch,
        now(patch),
        before,
        (newest) => new Told(words.changedBefore(now(newest))),
      );
    },
  });
}

/** Hide all names of a campaign (`hidden`), or show again those that may be shown; it is said where that is so already. */
export async function changeAllNames(context, words, wanted) {
  const { api, base, token, said } = context;
  const decided = (state, reason) => api.put(`${base}/names`, { state, reason });
  const isHiding = wanted === "hidden";
  const [done, undone] = isHiding ? [words.hiddenNow, words.shownNow] : [words.shownNow, words.hiddenNow];
  const current = context.status()?.all_names === wanted && (await api.get(`${base}/names`, { limit: 1 })).all_names;
  if (current === wanted) return context.tell(`${said.already} ${done}`);
  return context.decide({
    title: isHiding ? words.hideAllAsk : words.showAllAsk,
    consequences: [isHiding ? words.hideAllMeans : words.showAllMeans],
    action: isHiding ? words.hideAll : words.showAll,
    isGrave: isHiding,
    reasons: isHiding ? words.hideAllReasons : words.showAllReasons,
    run: async (reason) => {
      const { decision } = await decided(wanted, reason);
      context.look();
      // Whoever decided first is told.
      if (decision?.by !== token.id) return context.tell(`${said.already} ${done}`);
      context.say(done, {
        does: said.undo,
        run: async () => {
          await decided(isHiding ? "shown" : "hidden", reason);
          context.look();
          return undone;
        },
      });
    },
  });
}

/** Replace goals and milestones by what is typed in. */
export function changeGoals(context, known, told) {
  const { words } = context;
  const steering = { context, known, told };
  const goals = rows((goal) => goalRow(context, goal));
  const milestones = rows((milestone) => milestoneRow(context, milestone));
  const newMilestone = () => ({ id: `m${Date.now().toString(36)}`, metric: METRICS[0], at: "", title: {} });
  return context.decide({
    title: words.goalsChange,
    consequences: [words.goalsMeans],
    action: words.goalsSave,
    mayHaveReason: true,
    prepare: async () => {
      await readAgain(steering);
      goals.show(steering.known.campaign.goals);
      milestones.show(steering.known.campaign.milestones);
      return [
        goals.list,
        button(words.addGoal, () => goals.add({ metric: METRICS[0], target: "" }), { className: "quiet" }),
        milestones.list,
        button(words.addMilestone, () => milestones.add(newMilestone()), { className: "quiet" }),
      ];
    },
    run: (reason) => {
      const patch = { goals: goals.values(), milestones: milestones.values() };
      return changeAndOffer(
        steering,
        reason,
        patch,
        words.goalsNow,
        words.goalsBack,
        (newest) => new Told(words.changedBefore(goalsText(context, newest))),
      );
    },
  });
}

/** Goals and milestones in a sentence. */
export function goalsText({ words, texts, lang }, { goals = [], milestones = [] }) {
  const told = [
    ...goals.map((goal) => `${words.goal} – ${goalText(texts, goal)}`),
    ...milestones.map(
      ({ metric, at, title }) =>
        `${words.milestone} – ${texts.metric(metric)}: ${texts.measure(metric, at)}, ${title[lang]}`,
    ),
  ];
  return told.length ? `${told.join("; ")}.` : words.noGoals;
}

/** A goal in words, with its region where it has one. */
export function goalText(texts, { metric, target, region }) {
  const text = `${texts.metric(metric)}: ${texts.measure(metric, target)}`;
  return region ? `${texts.place(region)} – ${text}` : text;
}

/** Rows that can be added to and removed; each is a fieldset with a function `read`. */
function rows(make) {
  const list = node("div", { className: "rows" });
  return {
    list,
    show: (values) => fill(list, ...values.map(make)),
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
  const region = regionChoice(context, goal.region);
  const fields = [field(words.metric, metric), field(words.target, target), field(words.goalOf, region)];
  return row(words.goal, words.remove, fields, () => ({
    metric: metric.value,
    target: Number(target.value),
    ...(region.value && { region: region.value }),
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

const regionChoice = ({ words, texts }, value = "") =>
  select(
    ["", ...places.filter((code) => code !== "abroad")].map((code) => [code, code ? texts.place(code) : words.wholeCountry]),
    value,
  );

const metricChoice = ({ texts }, value) =>
  select(
    METRICS.map((metric) => [metric, texts.metric(metric)]),
    value,
  );
