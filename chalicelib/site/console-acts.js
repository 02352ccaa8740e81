/** Acts: what waits for a moderator, alone and in groups, and every act; one and many decided on. */

import { decideOnMany, decideOnOne } from "./console-act-decisions.js";
import { ActFilter } from "./console-act-filter.js";
import { changeVisibility, isHidden, showAct } from "./console-act-history.js";
import { groupSummary, origin, summary } from "./console-act-rows.js";
import { button, fill, node } from "./console-dom.js";
import { Rows } from "./console-rows.js";
import { Follower, Watch } from "./console-watch.js";
import { ACTS } from "./console-words.js";

/** @import { Kind } from "./console-act-decisions.js" */
/** @import { Words } from "./console-act-rows.js" */
/** @import { Key } from "./console-keys.js" */
/** @import { ActFilterRequest, ActPage, CampaignStatus, Context, ListedAct, Memory } from "./console-types.js" */
/** @import { ReviewGroup, ReviewGroups, ReviewPage, Token, View } from "./console-types.js" */

/** @typedef {"groups" | "review" | "acts"} ListView */
/** @typedef {Memory & { view?: ListView, filter?: ActFilterRequest }} ActsMemory */
/** @typedef {Context<Words, ActsMemory>} ActsContext */
/** @typedef {ReviewGroup & { id: string }} Group */
/** @typedef {ListedAct | Group} Item */

/** @type {ListView[]} */
const VIEWS = ["groups", "review", "acts"];
const PAGE = 50;
/** A page may be short, as filters apply while acts are read: so many are asked for before somebody has to. */
const PAGES_AT_ONCE = 6;
/** Acts that one request names by their ids. */
const MAX_MARKED = 500;
const LIVE_MS = 10_000;
/** @type {Record<Kind, string>} decisions with their keys; with Shift they are on all that the filter finds */
const DECISIONS = { approve: "a", reject: "r", withdraw: "w" };
const KINDS = /** @type {Kind[]} */ (Object.keys(DECISIONS));
/** @type {Record<Kind, string[]>} which acts each is for */
const DECIDABLE = { approve: ["in_review"], reject: ["in_review"], withdraw: ["counted", "in_review"] };

export const id = "acts";
export const WORDS = ACTS;
export const isFor = (/** @type {Token} */ { scopes }) => scopes.includes("moderate");
export const waits = (/** @type {CampaignStatus} */ status) => status.in_review;
export const waitsMore = (/** @type {CampaignStatus} */ status) => status.in_review_more;

/**
 * @param {HTMLElement} root
 * @param {ActsContext} context
 * @returns {View}
 */
export function mount(root, context) {
  const acts = new Acts(context, root);
  return {
    keys: acts.keys(),
    receive: (status) => acts.receive(status),
    refresh: () => acts.read(),
    close: () => acts.close(),
  };
}

/** @type {(item: Item) => item is Group} */
const isGroup = (item) => "filter" in item;

class Acts {
  /** @type {string | null} where the list goes on; null at its end */
  next = null;
  /** @type {Set<string>} */
  marked = new Set();
  /** Which reading is the newest one: what an older one brings is not shown. */
  reading = 0;
  isClosed = false;

  /**
   * @param {ActsContext} context
   * @param {HTMLElement} root
   */
  constructor(context, root) {
    this.context = context;
    const { words, memory, said } = context;
    /** @type {Follower<number | null | undefined>} */
    this.waiting = new Follower(context.status()?.in_review);
    this.view = memory.view ?? "groups";
    this.filter = new ActFilter(context, memory.filter ?? {}, () => this.choose(this.view));
    /** @type {Rows<Item>} */
    this.rows = new Rows(words.title, (item) => (isGroup(item) ? this.groupRow(item) : this.actRow(item)));
    this.parts = {
      views: node("div", { className: "choices", aria: { role: "group", label: words.lists } }),
      marked: node("div", { className: "buttons marked", aria: { role: "status" } }),
      empty: node("p", { className: "card" }, said.loading),
      more: button(said.more, () => this.readMore(), { key: "m" }),
    };
    fill(
      root,
      node("section", { className: "card toolbar" }, this.parts.views, this.parts.marked),
      this.filter.element,
      this.parts.empty,
      this.rows.list,
      this.parts.more,
    );
    this.watch = new Watch(() => this.follow(), undefined, LIVE_MS);
    this.drawViews();
    this.drawMarked();
    this.read();
  }

  close() {
    this.isClosed = true;
    this.watch.stop();
    Object.assign(this.context.memory, { view: this.view, filter: this.filter.filter });
  }

  /** @returns {Key[]} */
  keys() {
    const { words, said } = this.context;
    const { keys } = words;
    return [
      { key: "j", does: keys.next, run: () => this.rows.move(1), repeats: true },
      { key: "k", does: keys.previous, run: () => this.rows.move(-1), repeats: true },
      { key: "Enter", does: keys.open, run: () => this.open() },
      { key: "a", does: words.actions.approve, run: () => this.decide("approve") },
      { key: "r", does: words.actions.reject, run: () => this.decide("reject") },
      { key: "w", does: words.actions.withdraw, run: () => this.decide("withdraw") },
      { key: "x", does: keys.mark, run: () => this.mark() },
      { key: "X", does: keys.markAll, run: () => this.markAll() },
      { key: "A", does: keys.approveAll, run: () => this.decideOnAll("approve") },
      { key: "R", does: keys.rejectAll, run: () => this.decideOnAll("reject") },
      { key: "W", does: keys.withdrawAll, run: () => this.decideOnAll("withdraw") },
      { key: "h", does: keys.hide, run: () => this.hide() },
      { key: "p", does: keys.participant, run: () => this.showParticipant() },
      { key: "l", does: keys.list, run: () => this.choose(VIEWS[(VIEWS.indexOf(this.view) + 1) % VIEWS.length]) },
      { key: "/", does: keys.filter, run: () => this.filter.open() },
      { key: "m", does: said.more, run: () => this.goOn() },
    ];
  }

  get current() {
    return this.rows.current;
  }

  /** @param {ListView} view */
  choose(view) {
    this.view = view;
    this.marked.clear();
    this.next = null;
    this.rows.show([]);
    this.drawViews();
    this.drawMarked();
    this.read();
  }

  /**
   * What waits is read again when it is another number than it was.
   * @param {CampaignStatus} status
   */
  receive(status) {
    const isOld = this.waiting.isOld(status.in_review);
    if (isOld && this.view !== "acts" && this.marked.size === 0) this.read();
  }

  /** While nobody is further down or has marked anything, the newest acts come by themselves. */
  async follow() {
    const isAtWork = this.marked.size > 0 || this.rows.items.length > PAGE || document.querySelector("dialog[open]");
    if (this.view === "acts" && !isAtWork && this.reading > 0) await this.read();
  }

  async read() {
    const reading = ++this.reading;
    await this.readPages(reading, null, (items) => this.rows.show(items));
    if (document.activeElement === document.body) this.rows.focus();
  }

  goOn() {
    if (this.next) this.readMore();
  }

  readMore() {
    return this.readPages(++this.reading, this.next, (items) => this.rows.show([...this.rows.items, ...items]));
  }

  /**
   * @param {number} reading
   * @param {string | null} from
   * @param {(items: Item[]) => void} show
   */
  async readPages(reading, from, show) {
    let cursor = from;
    /** @type {Item[]} */
    let items = [];
    try {
      for (let page = 0; page < PAGES_AT_ONCE; page++) {
        const answer = await this.readPage(cursor);
        if (this.isClosed || reading !== this.reading) return;
        items = [...items, ...answer.items];
        cursor = answer.next;
        if (!cursor || items.length >= PAGE) break;
      }
      this.next = cursor;
      show(items);
      this.drawList();
    } catch (error) {
      if (this.isClosed || reading !== this.reading) return;
      this.parts.empty.hidden = false;
      fill(this.parts.empty, this.context.unread(error));
    }
  }

  /**
   * @param {string | null} cursor
   * @returns {Promise<{ items: Item[], next: string | null }>}
   */
  async readPage(cursor) {
    const { api, base } = this.context;
    const query = { ...this.shownFilter(), cursor };
    if (this.view === "acts") {
      /** @type {ActPage} */
      const { acts, next } = await api.get(`${base}/acts`, { ...query, limit: PAGE });
      return { items: acts, next };
    }
    if (this.view === "review") {
      /** @type {ReviewPage} */
      const { participations, next } = await api.get(`${base}/review`, { ...query, limit: PAGE });
      return { items: participations, next };
    }
    /** @type {ReviewGroups} */
    const { groups, next } = await api.get(`${base}/review/groups`, query);
    return { items: groups.map((group) => ({ ...group, id: JSON.stringify(group.filter) })), next };
  }

  /** Of what waits the status is known. */
  shownFilter() {
    const { status, ...others } = this.filter.filter;
    return this.view === "acts" ? this.filter.filter : others;
  }

  /**
   * On what is marked, or on the current one: an act, or all acts of a group.
   * @param {Kind} kind
   */
  async decide(kind) {
    const { current } = this;
    const { words, texts } = this.context;
    if (this.marked.size) {
      const about = words.acts(texts.number(this.marked.size));
      return this.decided(await decideOnMany(this.context, kind, { ids: [...this.marked] }, about));
    }
    if (!current) return;
    return isGroup(current) ? this.decideOnGroup(kind, current) : this.decideOnAct(kind, current);
  }

  /**
   * @param {Kind} kind
   * @param {ListedAct} act
   */
  async decideOnAct(kind, act) {
    if (!DECIDABLE[kind].includes(act.status)) return;
    // Whoever comes second closes it with nothing done: then too, what is listed is old.
    await decideOnOne(this.context, kind, act, node("p", {}, summary(this.context, act)));
    this.decided(true);
  }

  /**
   * @param {Kind} kind
   * @param {Group} group
   */
  async decideOnGroup(kind, group) {
    const about = node("div", {}, ...groupSummary(this.context, group));
    this.decided(await decideOnMany(this.context, kind, { filter: group.filter }, about));
  }

  /**
   * On all that the filter finds, however many are listed.
   * @param {Kind} kind
   */
  async decideOnAll(kind) {
    const { words } = this.context;
    const filter = this.view === "acts" ? this.filter.filter : { ...this.shownFilter(), status: "in_review" };
    const about = node("p", {}, `${words.allOf} `, node("b", {}, this.filter.summary() || words.noFilter));
    this.decided(await decideOnMany(this.context, kind, { filter }, about));
  }

  /** @param {boolean | null | undefined} isDone undefined where it was given up */
  decided(isDone) {
    if (isDone === undefined) return;
    this.marked.clear();
    this.drawMarked();
    this.read();
  }

  async hide() {
    const act = this.current;
    if (!act || isGroup(act) || act.status !== "counted") return;
    try {
      await changeVisibility(this.context, act, await isHidden(this.context, act));
    } catch (error) {
      this.context.tell(this.context.unread(error));
    }
  }

  /** @param {Item} [act] */
  mark(act = this.current) {
    if (!act || isGroup(act)) return;
    if (this.marked.has(act.id)) this.marked.delete(act.id);
    else if (this.marked.size < MAX_MARKED) this.marked.add(act.id);
    this.rows.redraw(act.id);
    this.drawMarked();
  }

  markAll() {
    const acts = this.rows.items.filter((item) => !isGroup(item)).slice(0, MAX_MARKED);
    const isAllMarked = acts.every((act) => this.marked.has(act.id));
    this.marked = new Set(isAllMarked ? [] : acts.map((act) => act.id));
    for (const act of acts) this.rows.redraw(act.id);
    this.drawMarked();
  }

  open() {
    const { current } = this;
    if (!current) return;
    if (isGroup(current)) this.showGroup(current);
    else this.openAct(current);
  }

  /** @param {ListedAct} act */
  openAct(act) {
    return showAct(this.context, act, (then) =>
      this.offers(act, (kind) => then(() => this.decideOnAct(kind, act)), false),
    );
  }

  /** @param {Group} group */
  showGroup(group) {
    this.view = "review";
    this.filter.choose(group.filter);
  }

  showParticipant() {
    const { current } = this;
    if (!current || isGroup(current)) return;
    this.view = "acts";
    this.filter.choose({ participant_of: current.id });
  }

  drawViews() {
    const { words } = this.context;
    const views = VIEWS.map((view) =>
      button(words.views[view], () => this.choose(view), { aria: { pressed: String(view === this.view) } }),
    );
    fill(this.parts.views, ...views);
    fill(this.parts.empty, this.context.said.loading);
    this.parts.empty.hidden = false;
    this.parts.more.hidden = true;
  }

  drawList() {
    const isEmpty = this.rows.items.length === 0;
    this.parts.empty.hidden = !isEmpty;
    fill(this.parts.empty, this.next ? this.context.words.emptyPage : this.context.words.empty[this.view]);
    this.parts.more.hidden = !this.next;
  }

  drawMarked() {
    const { words, texts } = this.context;
    const { size } = this.marked;
    const buttons = KINDS.map((kind) =>
      size
        ? button(words.actions[kind], () => this.decide(kind), { key: DECISIONS[kind] })
        : button(words.actions[kind], () => this.decideOnAll(kind), { key: DECISIONS[kind].toUpperCase() }),
    );
    fill(this.parts.marked, node("span", {}, size ? words.marked(texts.number(size)) : words.allFound), ...buttons);
  }

  /**
   * Buttons for what can be decided on an act; keys do nothing while a dialog is open.
   * @param {ListedAct} act
   * @param {(kind: Kind) => () => void} run
   */
  offers(act, run, hasKeys = true) {
    const { words } = this.context;
    const kinds = KINDS.filter((kind) => DECIDABLE[kind].includes(act.status));
    return kinds.map((kind) => button(words.actions[kind], run(kind), hasKeys ? { key: DECISIONS[kind] } : {}));
  }

  /** @param {ListedAct} act */
  actRow(act) {
    const { words } = this.context;
    const mark = node("input", {
      type: "checkbox",
      checked: this.marked.has(act.id),
      ariaLabel: words.mark,
      onchange: () => this.mark(act),
    });
    return [
      node("label", { className: "mark" }, mark),
      node("div", { className: "about" }, node("p", {}, summary(this.context, act)), origin(this.context, act)),
      node(
        "div",
        { className: "buttons" },
        ...this.offers(act, (kind) => () => this.decideOnAct(kind, act)),
        button(words.open, () => this.openAct(act), { key: "Enter", className: "quiet" }),
      ),
    ];
  }

  /** @param {Group} group */
  groupRow(group) {
    const { words } = this.context;
    return [
      node("div", { className: "about" }, ...groupSummary(this.context, group)),
      node(
        "div",
        { className: "buttons" },
        button(words.actions.approve, () => this.decideOnGroup("approve", group), { key: "a" }),
        button(words.actions.reject, () => this.decideOnGroup("reject", group), { key: "r" }),
        button(words.look, () => this.showGroup(group), { key: "Enter", className: "quiet" }),
      ),
    ];
  }
}
