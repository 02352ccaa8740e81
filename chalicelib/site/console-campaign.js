/** What steers a campaign: each change says what follows from it, and can be taken back. */

import { kindOf, Refused } from "./console-api.js";
import { Settled, Told } from "./console-dialogs.js";
import { button, field, fill, node, select } from "./console-dom.js";
import { METRICS } from "./metrics.js";
import { places } from "./regions.js";

/** @import { Answer } from "./console-api.js" */
/** @import { Campaign, CampaignGoal, CampaignMilestone, Context, NamesPage } from "./console-types.js" */
/** @import { Texts, Visibility, AllNames } from "./console-types.js" */
/** @import { NOW } from "./console-words.js" */
/** @import { Language, Translations } from "./documents.js" */

/** @typedef {(typeof NOW)[Language]} Words */

/** @type {Language[]} */
const LANGUAGES = ["kk", "ru", "en"];

/**
 * @typedef {object} Known a campaign as it was read
 * @property {Campaign} campaign
 * @property {string} tag its ETag
 */

/** @typedef {(known: Known) => void} Take is given the campaign as it is then */

/** @typedef {Partial<Pick<Campaign, "state" | "poll_seconds" | "goals" | "milestones">>} Patch */

/**
 * @typedef {object} Steering
 * @property {Context<Words>} context
 * @property {Known} known the campaign that a change is of; the newest where somebody else was there before
 * @property {Take} told
 */

/**
 * @typedef {object} Sayings
 * @property {string} done says that it is changed
 * @property {string} undone says that it is as it was
 * @property {(newest: Campaign) => Error} overtaken says that somebody else was there before, who left it so
 */

/** @param {Context<Words>} context */
export async function readCampaign({ api, base }) {
  return knownBy(await api.ask("GET", base));
}

/**
 * @param {Answer<Campaign>} answer
 * @returns {Known}
 */
const knownBy = ({ body, headers }) => ({ campaign: body, tag: headers.get("ETag") ?? "" });

/**
 * Change some of a campaign. Where somebody else has changed another part of it meanwhile, that stays; where it was this
 * part, `overtaken` is given the campaign as it is now.
 * @param {Context<Words>} context
 * @param {Known} known
 * @param {Patch} patch
 * @param {string} [reason]
 * @param {Take} [overtaken]
 * @returns {Promise<Known>}
 */
async function change(context, known, patch, reason, overtaken = () => {}) {
  try {
    return await send(context, known.tag, patch, reason);
  } catch (error) {
    if (kindOf(error) !== "precondition-failed") throw error;
    const newest = await readCampaign(context);
    if (!namesOf(patch).every((name) => isSame(newest.campaign[name], known.campaign[name]))) {
      overtaken(newest);
      throw error;
    }
    return send(context, newest.tag, patch, reason);
  }
}

/**
 * @param {Context<Words>} context
 * @param {string} tag
 * @param {Patch} patch
 * @param {string} [reason]
 */
async function send({ api, base }, tag, patch, reason) {
  return knownBy(await api.ask("PATCH", base, { body: patch, headers: { "If-Match": tag }, query: { reason } }));
}

const namesOf = (/** @type {Patch} */ patch) => /** @type {(keyof Patch)[]} */ (Object.keys(patch));

/** @type {(one: unknown, other: unknown) => boolean} */
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * Change what was read, say so, and offer to take just that back. Where somebody else was there before nothing is
 * changed, and the next try is on what they made of it.
 * @param {Steering} steering
 * @param {string} reason why, empty where nobody says it
 * @param {Patch} patch
 * @param {Sayings} sayings
 */
async function changeAndOffer(steering, reason, patch, { done, undone, overtaken }) {
  const { context, known, told } = steering;
  const before = Object.fromEntries(namesOf(patch).map((name) => [name, known.campaign[name]]));
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

/**
 * Take over what a campaign is now, before it is changed; where nobody answers, what was known stands.
 * @param {Steering} steering
 */
async function readAgain(steering) {
  try {
    steering.known = await readCampaign(steering.context);
    steering.told(steering.known);
  } catch (error) {
    if (error instanceof Refused) throw error;
  }
}

/** @typedef {(context: Context<Words>, known: Known, told: Take) => Promise<unknown>} Steer */

/** @type {Steer} freezes a campaign that is live; a second one who does it opens nothing */
export const freeze = (context, known, told) => changeState({ context, known, told }, "frozen");

/** @type {Steer} opens a campaign that is frozen */
export const openUp = (context, known, told) => changeState({ context, known, told }, "live");

/**
 * @param {Steering} steering
 * @param {"frozen" | "live"} requested
 * @returns {Promise<unknown>}
 */
async function changeState(steering, requested) {
  const { context, known, told } = steering;
  const { words, said } = context;
  const isFreezing = requested === "frozen";
  const done = isFreezing ? words.frozenNow : words.openNow;
  if (known.campaign.state === requested) {
    const newest = await readCampaign(context);
    told(newest);
    if (newest.campaign.state === requested) return context.tell(`${said.already} ${done}`);
    return changeState({ ...steering, known: newest }, requested);
  }
  return context.decide({
    title: isFreezing ? words.freezeAsk : words.openAsk,
    consequences: [isFreezing ? words.freezeMeans : words.openMeans],
    action: isFreezing ? words.freeze : words.openUp,
    isGrave: isFreezing,
    mayHaveReason: true,
    run: (reason) =>
      changeAndOffer({ context, known, told }, reason, { state: requested }, {
        done,
        undone: words.backTo(said.states[known.campaign.state]),
        overtaken: ({ state }) => new Settled(words.stateBefore(said.states[state])),
      }),
  });
}

/** @type {Steer} lets viewers' pages ask more often or more rarely */
export function changePoll(context, known, told) {
  const { words } = context;
  /** @type {Steering} */
  const steering = { context, known, told };
  const seconds = node("input", { type: "number", min: 1, max: 600 });
  const now = (/** @type {Pick<Campaign, "poll_seconds">} */ { poll_seconds: value }) =>
    words.pollNow(value ? words.pollEvery(value) : words.pollUsual);
  return context.decide({
    title: words.pollAsk,
    consequences: [words.pollMeans],
    action: words.pollChange,
    mayHaveReason: true,
    prepare: async () => {
      await readAgain(steering);
      seconds.value = String(steering.known.campaign.poll_seconds ?? "");
      return [field(words.pollSeconds, seconds)];
    },
    run: (reason) => {
      const patch = { poll_seconds: seconds.value ? Number(seconds.value) : null };
      return changeAndOffer(steering, reason, patch, {
        done: now(patch),
        undone: now(steering.known.campaign),
        overtaken: (newest) => new Told(words.changedBefore(now(newest))),
      });
    },
  });
}

/**
 * Hide all names of a campaign (`hidden`), or show again those that may be shown; it is said where that is so already.
 * @param {Omit<Context, "words" | "memory">} context
 * @param {Words} words
 * @param {Visibility} requested
 * @returns {Promise<unknown>}
 */
export async function changeAllNames(context, words, requested) {
  const { api, base, token, said } = context;
  /** @type {(state: Visibility, reason: string) => Promise<AllNames>} */
  const decided = (state, reason) => api.put(`${base}/names`, { state, reason });
  const isHiding = requested === "hidden";
  const [done, undone] = isHiding ? [words.hiddenNow, words.shownNow] : [words.shownNow, words.hiddenNow];
  if (context.status()?.all_names === requested) {
    /** @type {NamesPage} */
    const newest = await api.get(`${base}/names`, { limit: 1 });
    if (newest.all_names === requested) return context.tell(`${said.already} ${done}`);
  }
  return context.decide({
    title: isHiding ? words.hideAllAsk : words.showAllAsk,
    consequences: [isHiding ? words.hideAllMeans : words.showAllMeans],
    action: isHiding ? words.hideAll : words.showAll,
    isGrave: isHiding,
    reasons: isHiding ? words.hideAllReasons : words.showAllReasons,
    run: async (reason) => {
      const { decision } = await decided(requested, reason);
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

/** @typedef {Omit<CampaignGoal, "target"> & { target: number | "" }} TypedGoal nothing is typed in yet */
/** @typedef {Omit<CampaignMilestone, "at"> & { at: number | "" }} TypedMilestone */

/** @type {Steer} replaces goals and milestones by what is typed in */
export function changeGoals(context, known, told) {
  const { words } = context;
  /** @type {Steering} */
  const steering = { context, known, told };
  const goals = rows((/** @type {TypedGoal} */ goal) => goalRow(context, goal));
  const milestones = rows((/** @type {TypedMilestone} */ milestone) => milestoneRow(context, milestone));
  /** @returns {TypedMilestone} */
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
      return changeAndOffer(steering, reason, patch, {
        done: words.goalsNow,
        undone: words.goalsBack,
        overtaken: (newest) => new Told(words.changedBefore(goalsText(context, newest))),
      });
    },
  });
}

/**
 * Goals and milestones in a sentence.
 * @param {Pick<Context<Words>, "words" | "texts" | "lang">} context
 * @param {Pick<Patch, "goals" | "milestones">} campaign
 */
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

/**
 * A goal in words, with its region where it has one.
 * @param {Texts} texts
 * @param {CampaignGoal} goal
 */
export function goalText(texts, { metric, target, region }) {
  const text = `${texts.metric(metric)}: ${texts.measure(metric, target)}`;
  return region ? `${texts.place(region)} – ${text}` : text;
}

/**
 * @template Value
 * @typedef {{ element: HTMLElement, read: () => Value }} Row
 */

/**
 * Rows that can be added to and removed.
 * @template Given
 * @template Value
 * @param {(given: Given) => Row<Value>} make
 */
function rows(make) {
  const list = node("div", { className: "rows" });
  /** @type {Map<Element, () => Value>} */
  const reads = new Map();
  const made = (/** @type {Given} */ given) => {
    const { element, read } = make(given);
    reads.set(element, read);
    return element;
  };
  return {
    list,
    show: (/** @type {Given[]} */ all) => fill(list, ...all.map(made)),
    add(/** @type {Given} */ given) {
      const element = made(given);
      list.append(element);
      element.querySelector("input")?.focus();
    },
    values: () => [...list.children].flatMap((element) => reads.get(element)?.() ?? []),
  };
}

/**
 * @param {Context<Words>} context
 * @param {TypedGoal} goal
 * @returns {Row<CampaignGoal>}
 */
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

/**
 * @param {Context<Words>} context
 * @param {TypedMilestone} milestone
 * @returns {Row<CampaignMilestone>}
 */
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
    title: /** @type {Translations} */ (Object.fromEntries(titles.map(({ lang, value }) => [lang, value]))),
  });
  return row(words.milestone, words.remove, [field(words.metric, metric), field(words.target, at), ...fields], read);
}

/**
 * @template Value
 * @param {string} legend
 * @param {string} remove
 * @param {Node[]} fields
 * @param {() => Value} read
 * @returns {Row<Value>}
 */
function row(legend, remove, fields, read) {
  const element = node("fieldset", {}, node("legend", {}, legend), ...fields);
  element.append(button(remove, () => element.remove(), { className: "quiet" }));
  return { element, read };
}

/** @param {Context<Words>} context @param {string} [value] */
function regionChoice({ words, texts }, value = "") {
  const regions = places.filter((code) => code !== "abroad").map((code) => [code, texts.place(code)]);
  return select([["", words.wholeCountry], ...regions], value);
}

/** @param {Context<Words>} context @param {string} value */
const metricChoice = ({ texts }, value) =>
  select(
    METRICS.map((metric) => [metric, texts.metric(metric)]),
    value,
  );
