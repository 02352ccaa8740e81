/** Decisions on acts: on one, on those that are marked, on all that a filter finds. */

import { Refused } from "./console-api.js";
import { Settled } from "./console-dialogs.js";
import { node } from "./console-dom.js";
import { METRICS } from "./metrics.js";

/** By what is decided: the last part of the paths of one act and of many. */
const PATHS = {
  approve: { one: "approval", many: "approvals" },
  reject: { one: "rejection", many: "rejections" },
  withdraw: { one: "withdrawal", many: "withdrawals" },
};
const COUNTED = ["decided", "endorsed", "already", "refused"];

/** Decide on one act; whoever comes second is told what the first has decided. */
export function decideOnOne(context, kind, act, about) {
  const many = new ManyActs(context, kind, { ids: [act.id] });
  const { api, words, said } = context;
  return ask(context, kind, about, many, async (reason) => {
    try {
      const done = await api.post(`/v1/participations/${act.id}/${PATHS[kind].one}`, { reason });
      context.say(done.approvals_missing ? words.oneMore : words.doneOne(said.statuses[done.status]));
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 409) throw error;
      throw new Settled(`${error.text} ${await whatHappened(context, act.id)}`.trim());
    }
  });
}

/** Decide on many acts: those of `wanted.ids`, or all that `wanted.filter` finds. */
export function decideOnMany(context, kind, wanted, about) {
  const many = new ManyActs(context, kind, wanted);
  return ask(context, kind, about, many, async (reason, tell) => {
    await many.decide(reason, tell);
    many.tellResult();
  });
}

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

/** What was decided last on an act, and by whom; empty where nobody has. */
async function whatHappened({ api, words, texts, said, labels }, id) {
  const { history } = await api.get(`/v1/participations/${id}/history`);
  const { at, status, by, reason } = history.at(-1);
  return by ? words.decidedBefore(said.statuses[status], texts.time(at), await labels.of(by), reason) : "";
}

class ManyActs {
  /** What is still to be sent of a decision that was cut short. */
  #rest = null;
  #sums = none();

  constructor(context, kind, wanted) {
    Object.assign(this, { context, wanted });
    this.path = `${context.base}/acts/${PATHS[kind].many}`;
  }

  /** Find out how many there are and what it changes; nothing is changed by that. */
  async count(tell) {
    const { words, texts } = this.context;
    const sums = none();
    let filter;
    tell(words.countingNow(texts.number(0)));
    let request = { ...this.wanted, reason: words.counting, dry_run: true };
    while (request) {
      const answer = await this.#send(request);
      add(sums, answer);
      filter ??= answer.filter;
      request = following({ ...request, ...(filter && { filter }) }, answer);
      tell(words.countingNow(texts.number(sums.found)));
    }
    this.counted = sums;
    this.#rest = filter ? { filter, expected: sums.found } : this.wanted;
    this.#sums = none();
  }

  /** Decide until all are done; called again it goes on where it was cut short. */
  async decide(reason, tell) {
    const { words, texts } = this.context;
    while (this.#rest) {
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
      changeTable(this.context, this.counted.change),
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

  /** Where more were found than were seen nothing was done: what there is now is told before anything is. */
  async #sendOrCountAgain(request, tell) {
    try {
      return await this.#send(request);
    } catch (error) {
      if (error.kind === "more-acts-than-expected") await this.count(tell);
      throw error;
    }
  }

  #send(request) {
    return this.context.api.post(this.path, request);
  }
}

const none = () => ({ found: 0, decided: 0, endorsed: 0, already: 0, refused: 0, refusals: [], change: {} });

function add(sums, answer) {
  for (const name of COUNTED) sums[name] += answer[name];
  // What an answer found and had no time for is found again by the next one.
  sums.found = sums.decided + sums.already + sums.refused;
  sums.refusals.push(...answer.refusals);
  for (const [name, value] of Object.entries(answer.change)) {
    sums.change[name] = name === "amount" ? added(sums.change.amount ?? {}, value) : (sums.change[name] ?? 0) + value;
  }
}

const added = (one, other) =>
  Object.fromEntries(
    [...new Set([...Object.keys(one), ...Object.keys(other)])].map((key) => [key, (one[key] ?? 0) + (other[key] ?? 0)]),
  );

/** The request that goes on where an answer ended, null where all is done. */
function following(request, { next, left }) {
  if (left.length) return { ...request, ids: left };
  return next ? { ...request, after: next } : null;
}

function changeTable({ words, texts }, change) {
  const rows = METRICS.filter((metric) => metric !== "amount" && change[metric]).map((metric) => [
    texts.metric(metric),
    texts.change(change[metric]),
  ]);
  const money = Object.entries(change.amount ?? {}).filter(([, value]) => value);
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

function refusedList({ words, texts, said }, refusals, refused) {
  const told = ({ id, problem, participation_status: status }) =>
    node(
      "li",
      {},
      node("code", {}, id),
      ` ${words.problems[problem] ?? problem}`,
      status ? ` (${said.statuses[status]})` : "",
    );
  return node(
    "details",
    {},
    node("summary", {}, words.refusedMany(texts.number(refused))),
    node("ul", { className: "some" }, ...refusals.slice(0, 20).map(told)),
  );
}
