/** Decisions on acts: on one, on those that are marked, on all that a filter finds. */

import { kindOf, Refused } from "./console-api.js";
import { Settled } from "./console-dialogs.js";
import { node } from "./console-dom.js";
import { wordFor } from "./console-texts.js";
import { METRICS } from "./metrics.js";

/** @import { Said, Words } from "./console-act-rows.js" */
/** @import { Tell } from "./console-dialogs.js" */
/** @import { ActFilterRequest, Context, Decisions, History, ListedAct, Participation } from "./console-types.js" */
/** @import { RefusedAct } from "./console-types.js" */
/** @import { Amounts } from "./documents.js" */

/** @typedef {"approve" | "reject" | "withdraw"} Kind what is decided */

/**
 * Acts by their ids, or all that a filter finds, no more than were expected; `after` is where an answer ended.
 * @typedef {{ ids?: string[], filter?: ActFilterRequest, expected?: number, after?: string }} Selection
 */

/** @typedef {Selection & { reason: string, dry_run?: boolean }} Request */

/** @typedef {"decided" | "endorsed" | "already" | "refused"} Counted */

/**
 * What answers come to: by how much each total changes, amounts by their currencies.
 * @typedef {Record<Counted | "found", number> & { refusals: RefusedAct[] } & Change} Sums
 * @typedef {{ change: Record<string, number>, amount: Amounts }} Change
 */

/** @type {Record<Kind, { one: string, many: string }>} the last part of the paths of one act and of many */
const PATHS = {
  approve: { one: "approval", many: "approvals" },
  reject: { one: "rejection", many: "rejections" },
  withdraw: { one: "withdrawal", many: "withdrawals" },
};
/** @type {Counted[]} */
const COUNTED = ["decided", "endorsed", "already", "refused"];

/**
 * Decide on one act; whoever comes second is told what the first has decided.
 * @param {Context<Words>} context
 * @param {Kind} kind
 * @param {ListedAct} act
 * @param {Node} about
 */
export function decideOnOne(context, kind, act, about) {
  const many = new ManyActs(context, kind, { ids: [act.id] });
  const { api, words, said } = context;
  return ask(context, kind, about, many, async (reason) => {
    try {
      /** @type {Participation} */
      const done = await api.post(`/v1/participations/${act.id}/${PATHS[kind].one}`, { reason });
      context.say(done.approvals_missing ? words.oneMore : words.doneOne(said.statuses[done.status]));
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409) throw error;
      throw new Settled(`${error.text} ${await whatHappened(context, act.id)}`.trim());
    }
  });
}

/**
 * Decide on many acts.
 * @param {Context<Words>} context
 * @param {Kind} kind
 * @param {Selection} selection
 * @param {Node | string} about
 */
export function decideOnMany(context, kind, selection, about) {
  const many = new ManyActs(context, kind, selection);
  return ask(context, kind, about, many, async (reason, tell) => {
    await many.decide(reason, tell);
    many.tellResult();
  });
}

/**
 * @param {Context<Words>} context
 * @param {Kind} kind
 * @param {Node | string} about
 * @param {ManyActs} many
 * @param {(reason: string, tell: Tell) => Promise<void>} run
 */
function ask(context, kind, about, many, run) {
  const { words } = context;
  return context.decide({
    title: words.ask[kind],
    consequences: [about, words.means[kind]],
    action: words.actions[kind],
    reasons: words.reasons[kind],
    isFinal: kind !== "approve",
    isGrave: kind !== "approve",
    prepare: async (tell) => {
      await many.count(tell);
      return many.found();
    },
    run: async (reason, tell) => {
      await run(reason, tell);
      context.look();
      return true;
    },
  });
}

/**
 * What was decided last on an act, and by whom; empty where nobody has.
 * @param {Context<Words>} context
 * @param {string} id
 */
async function whatHappened({ api, words, texts, said, labels }, id) {
  /** @type {History} */
  const { history } = await api.get(`/v1/participations/${id}/history`);
  const last = history.at(-1);
  if (!last?.by) return "";
  const { at, status, by, reason = "" } = last;
  return words.decidedBefore(said.statuses[status], texts.time(at), await labels.of(by), reason);
}

class ManyActs {
  /** @type {Selection | null} what is still to be sent of a decision that was cut short */
  #rest = null;
  #sums = none();
  /** What there is to decide on. */
  counted = none();

  /**
   * @param {Context<Words>} context
   * @param {Kind} kind
   * @param {Selection} selection
   */
  constructor(context, kind, selection) {
    this.context = context;
    this.selection = selection;
    this.path = `${context.base}/acts/${PATHS[kind].many}`;
  }

  /**
   * Find out how many there are and what it changes; nothing is changed by that.
   * @param {Tell} tell
   */
  async count(tell) {
    const { words, texts } = this.context;
    const dry = { reason: words.counting, dry_run: true };
    const sums = none();
    /** @type {ActFilterRequest | null} */
    let filter = null;
    /** @type {Selection | null} */
    let rest = this.selection;
    tell(words.countingNow(texts.number(0)));
    while (rest) {
      /** @type {Decisions} */
      const answer = await this.#send({ ...rest, ...dry });
      add(sums, answer);
      filter ??= answer.filter;
      rest = following(filter ? { ...rest, filter } : rest, answer);
      tell(words.countingNow(texts.number(sums.found)));
    }
    this.counted = sums;
    this.#rest = filter ? { filter, expected: sums.found } : this.selection;
    this.#sums = none();
  }

  /**
   * Decide until all are done; called again it goes on where it was cut short.
   * @param {string} reason
   * @param {Tell} tell
   */
  async decide(reason, tell) {
    const { words, texts } = this.context;
    while (this.#rest) {
      /** @type {Decisions} */
      const answer = await this.#sendOrCountAgain({ ...this.#rest, reason }, tell);
      add(this.#sums, answer);
      this.#rest = following(this.#rest, answer);
      tell(words.decidingNow(texts.number(this.#sums.decided), texts.number(this.counted.found)));
    }
  }

  /** What was found, and by how much each total changes. */
  found() {
    const { words, texts } = this.context;
    const { found, decided, endorsed, refusals, refused } = this.counted;
    return [
      node("p", {}, node("b", {}, words.found(texts.number(found), texts.number(decided)))),
      endorsed ? node("p", {}, words.endorsed(texts.number(endorsed))) : "",
      changeTable(this.context, this.counted),
      refused ? refusedList(this.context, refusals, refused) : "",
    ];
  }

  tellResult() {
    const { words, texts } = this.context;
    const { decided, already, endorsed, refused, refusals } = this.#sums;
    this.context.say(words.doneMany(texts.number(decided), texts.number(already), texts.number(refused)));
    if (endorsed) this.context.say(words.endorsed(texts.number(endorsed)));
    if (refused) this.context.show(words.notAll, refusedList(this.context, refusals, refused));
  }

  /**
   * Where more were found than were seen nothing was done: what there is now is told before anything is.
   * @param {Request} request
   * @param {Tell} tell
   */
  async #sendOrCountAgain(request, tell) {
    try {
      return await this.#send(request);
    } catch (error) {
      if (kindOf(error) === "more-acts-than-expected") await this.count(tell);
      throw error;
    }
  }

  /**
   * @param {Request} request
   * @returns {Promise<Decisions>}
   */
  #send(request) {
    return this.context.api.post(this.path, request);
  }
}

/** @returns {Sums} */
const none = () => ({ found: 0, decided: 0, endorsed: 0, already: 0, refused: 0, refusals: [], change: {}, amount: {} });

/**
 * @param {Sums} sums
 * @param {Decisions} answer
 */
function add(sums, answer) {
  for (const name of COUNTED) sums[name] += answer[name];
  // What an answer found and had no time for is found again by the next one.
  sums.found = sums.decided + sums.already + sums.refused;
  sums.refusals.push(...answer.refusals);
  const { amount, ...change } = answer.change;
  sums.change = added(sums.change, change);
  sums.amount = added(sums.amount, amount);
}

/**
 * The numbers of two tables together.
 * @param {Record<string, number>} one
 * @param {Record<string, number>} other
 */
function added(one, other) {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries([...names].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}

/**
 * What goes on where an answer ended, null where all is done.
 * @param {Selection} request
 * @param {Decisions} answer
 * @returns {Selection | null}
 */
function following(request, { next, left }) {
  if (left.length) return { ...request, ids: left };
  return next ? { ...request, after: next } : null;
}

/**
 * @param {Said} context
 * @param {Change} change
 */
function changeTable({ words, texts }, { change, amount }) {
  const rows = METRICS.filter((metric) => change[metric]).map((metric) => [
    texts.metric(metric),
    texts.change(change[metric]),
  ]);
  const money = Object.entries(amount).filter(([, value]) => value);
  rows.push(...money.map(([currency, value]) => [texts.metric("amount"), texts.moneyChange(value, currency)]));
  if (change.in_review) rows.push([words.inReview, texts.change(change.in_review)]);
  if (!rows.length) return node("p", {}, words.changesNothing);
  return node(
    "table",
    { className: "change" },
    node("caption", {}, words.change),
    node(
      "tbody",
      {},
      ...rows.map(([name, text]) => node("tr", {}, node("th", { scope: "row" }, name), node("td", {}, text))),
    ),
  );
}

/**
 * @param {Said} context
 * @param {RefusedAct[]} refusals some of them
 * @param {number} refused how many there are
 */
function refusedList({ words, texts, said }, refusals, refused) {
  const told = (/** @type {RefusedAct} */ { id, problem, participation_status: status }) =>
    node(
      "li",
      {},
      node("code", {}, id),
      ` ${wordFor(words.problems, problem)}`,
      status ? ` (${said.statuses[status]})` : "",
    );
  return node(
    "details",
    {},
    node("summary", {}, words.refusedMany(texts.number(refused))),
    node("ul", { className: "some" }, ...refusals.slice(0, 20).map(told)),
  );
}
