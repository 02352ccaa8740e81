/** Names: those that wait, the newest first, each shown or hidden by one key; and those that were decided on. */

import { changeAllNames } from "./console-campaign.js";
import { button, field, fill, node } from "./console-dom.js";
import { NameDecisions } from "./console-name-decisions.js";
import { Rows } from "./console-rows.js";
import { Watch } from "./console-watch.js";
import { NAMES, NOW } from "./console-words.js";

/** @import { Key } from "./console-keys.js" */
/** @import { Overtaken } from "./console-name-decisions.js" */
/** @import { CampaignStatus, Context, Memory, Name, NameState, NamesPage, Token } from "./console-types.js" */
/** @import { View, Visibility } from "./console-types.js" */
/** @import { Language } from "./documents.js" */

/** @typedef {Memory & { state?: NameState, hide?: string, show?: string }} NamesMemory */
/** @typedef {Context<(typeof NAMES)[Language], NamesMemory>} NamesContext */
/** @typedef {Name & { isOld?: boolean }} ListedName old is one that somebody has decided on meanwhile */

const PAGE = 100;
const LIVE_MS = 4_000;
/** Pages that are looked through for a name that is not decided on yet. */
const PAGES_AT_ONCE = 6;
/** Names that one sentence tells of. */
const TOLD = 3;
/** @type {NameState[]} */
const STATES = ["waiting", "shown", "hidden"];

export const id = "names";
export const WORDS = NAMES;
/** Names are those of the whole campaign. */
export const isFor = (/** @type {Token} */ { scopes, region, sandbox }) =>
  scopes.includes("moderate") && !region && !sandbox;
export const waits = (/** @type {CampaignStatus} */ status) => status.names_waiting;
export const waitsMore = (/** @type {CampaignStatus} */ status) => status.names_waiting_more;

/**
 * @param {HTMLElement} root
 * @param {NamesContext} context
 * @returns {View}
 */
export function mount(root, context) {
  const names = new Names(context, root);
  return {
    keys: names.keys(),
    receive: (status) => names.receive(status),
    refresh: () => names.read(),
    close: () => names.close(),
  };
}

class Names {
  /** @type {string | null} where the list goes on; null at its end */
  next = null;
  /** @type {Visibility | null} */
  allNames = "shown";
  /** Which reading is the newest one: what an older one brings is not shown. */
  reading = 0;
  isUnread = true;
  isClosed = false;

  /**
   * @param {NamesContext} context
   * @param {HTMLElement} root
   */
  constructor(context, root) {
    this.context = context;
    const { words, memory, api, base } = context;
    this.decisions = memory.decisions ??= new NameDecisions(api, base);
    this.decisions.changed = () => this.drawState();
    this.decisions.overtaken = (late) => this.tellOvertaken(late);
    /** @type {Rows<ListedName>} */
    this.rows = new Rows(words.title, (name) => this.row(name));
    /** @type {NameState} */
    this.state = memory.state ?? "waiting";
    this.parts = {
      states: node("div", { className: "choices", aria: { role: "group", label: words.lists } }),
      hide: reasonInput(memory.hide ?? words.hideReasons[0], words.hideReasons, "hide-reasons"),
      all: node("span", { className: "buttons" }),
      show: reasonInput(memory.show ?? words.showReasons[0], words.showReasons, "show-reasons"),
      sent: node("p", { className: "hint", aria: { role: "status" } }),
      failed: node("div", { aria: { role: "alert" } }),
      empty: node("p", { className: "card" }, context.said.loading),
      more: button(context.said.more, () => this.readMore(), { key: "m" }),
    };
    fill(root, this.toolbar(), this.parts.failed, this.parts.empty, this.rows.list, this.parts.more);
    this.drawStates();
    this.drawState();
    this.watch = new Watch(() => this.readNewest(), undefined, LIVE_MS);
  }

  toolbar() {
    const { words } = this.context;
    const { states, all, hide, show, sent } = this.parts;
    return node(
      "section",
      { className: "card toolbar" },
      states,
      field(words.hideReason, hide.control),
      field(words.showReason, show.control),
      node(
        "div",
        { className: "buttons" },
        button(words.hideListed, () => this.hideListed(), { key: "H", id: "hide-listed" }),
        all,
      ),
      sent,
    );
  }

  close() {
    const { memory, say, words, texts } = this.context;
    this.isClosed = true;
    this.watch.stop();
    Object.assign(memory, { state: this.state, hide: this.parts.hide.value(), show: this.parts.show.value() });
    // Whoever has gone to another tab is told there.
    const failed = () => this.decisions.failed.flatMap(({ decisions }) => decisions).length;
    this.decisions.changed = () => {
      if (failed()) say(words.failed(texts.number(failed())));
    };
    this.decisions.send();
  }

  /** @returns {Key[]} */
  keys() {
    const { words } = this.context;
    return [
      { key: "j", does: words.keys.next, run: () => this.rows.move(1), repeats: true },
      { key: "k", does: words.keys.previous, run: () => this.rows.move(-1), repeats: true },
      { key: "h", does: words.keys.hide, run: () => this.decide("hidden") },
      { key: "s", does: words.keys.show, run: () => this.decide("shown") },
      { key: "H", does: words.keys.hideListed, run: () => this.hideListed() },
      { key: "0", does: this.ofAll.hideAll, run: () => this.decideOnAll("hidden") },
      { key: "9", does: this.ofAll.showAll, run: () => this.decideOnAll("shown") },
      { key: "r", does: words.keys.again, run: () => this.decisions.sendAgain() },
      { key: "e", does: words.keys.acts, run: () => this.showActs() },
      {
        key: "l",
        does: words.keys.list,
        run: () => this.choose(STATES[(STATES.indexOf(this.state) + 1) % STATES.length]),
      },
      { key: "m", does: this.context.said.more, run: () => this.goOn() },
    ];
  }

  /** What is said of all names on the first tab. */
  get ofAll() {
    return NOW[this.context.lang];
  }

  /** @param {CampaignStatus} status */
  receive(status) {
    if (this.allNames !== status.all_names) {
      this.allNames = status.all_names;
      this.drawStates();
    }
    this.drawList();
  }

  /** Read the newest names; what fails stands in place of the list. */
  async read() {
    await this.readNewest().catch(() => {});
  }

  async readNewest() {
    const page = await this.readPages(null);
    if (!page) return;
    const older = page.next ? this.olderThan(page.names) : [];
    if (!older.length) this.next = page.next;
    this.isUnread = false;
    this.rows.show(this.withCurrent([...page.names, ...older]));
    this.drawList();
    if (!document.activeElement || document.activeElement === document.body) this.rows.focus();
  }

  goOn() {
    if (this.next) this.readMore();
  }

  async readMore() {
    const page = await this.readPages(this.next).catch(() => null);
    if (!page) return;
    const listed = new Set(this.rows.items.map(({ id: nameId }) => nameId));
    this.next = page.next;
    this.rows.show([...this.rows.items, ...page.names.filter(({ id: nameId }) => !listed.has(nameId))]);
    this.drawList();
  }

  /**
   * Read on from a cursor until there is a name that nobody has decided on here; null where it is of no use any more.
   * @param {string | null} from
   */
  async readPages(from) {
    const { api, base } = this.context;
    const { state } = this;
    const reading = ++this.reading;
    let cursor = from;
    /** @type {ListedName[]} */
    let names = [];
    try {
      for (let page = 0; page < PAGES_AT_ONCE; page++) {
        const asked = performance.now();
        /** @type {NamesPage} */
        const answer = await api.get(`${base}/names`, { state, cursor, limit: PAGE, order: "newest" });
        if (this.isClosed || reading !== this.reading) return null;
        names = answer.names.filter((name) => !this.decisions.isNewerThan(name.id, asked));
        cursor = answer.next;
        if (names.length || !cursor) break;
      }
      return { names, next: cursor };
    } catch (error) {
      if (this.isClosed || reading !== this.reading) return null;
      this.parts.empty.hidden = false;
      fill(this.parts.empty, this.context.unread(error));
      throw error;
    }
  }

  /**
   * Those that are listed and stand after the newest ones.
   * @param {ListedName[]} names
   */
  olderThan(names) {
    const known = new Set(names.map(({ id: nameId }) => nameId));
    const last = names.at(-1)?.given_at ?? "";
    return this.rows.items.filter((item) => item.given_at <= last && !known.has(item.id));
  }

  /**
   * The row that somebody is at stays where it is, whoever has decided on it: the next key must not hit another one.
   * @param {ListedName[]} names
   */
  withCurrent(names) {
    const { items, current } = this.rows;
    if (!current || this.decisions.has(current.id) || names.some(({ id: nameId }) => nameId === current.id)) return names;
    const at = items.indexOf(current);
    const decided = { ...current, isOld: current.state === this.state };
    return [...names.slice(0, at), decided, ...names.slice(at)];
  }

  /** @param {NameState} state */
  choose(state) {
    this.state = state;
    this.next = null;
    this.isUnread = true;
    this.rows.show([]);
    this.drawStates();
    this.drawList();
    this.read();
  }

  /**
   * @param {Visibility} state
   * @param {ListedName} [name]
   */
  decide(state, name = this.rows.current) {
    if (!name || name.state === state) return;
    if (name.isOld) this.tellAgain(name);
    else this.take([name], state);
  }

  /**
   * Somebody has decided on a name that is listed as it was: the key does nothing but say so.
   * @param {ListedName} old
   */
  async tellAgain({ id: nameId, text }) {
    const { context } = this;
    const { api, base } = context;
    try {
      /** @type {Name} */
      const name = await api.get(`${base}/names/${nameId}`);
      if (this.isClosed) return;
      this.rows.show(this.rows.items.map((item) => (item.id === nameId ? name : item)));
      context.tell(await this.decidedText(name.text, name.state, name.decision?.by));
    } catch (error) {
      context.tell(`${text}: ${context.unread(error)}`);
    }
  }

  /**
   * @param {string} text the name itself
   * @param {NameState} state
   * @param {string | null} [by]
   */
  async decidedText(text, state, by) {
    const { words, labels } = this.context;
    return `${text}: ${words.decidedBefore(words.are[state], by ? await labels.of(by) : "")}`;
  }

  /** @param {Overtaken[]} late */
  async tellOvertaken(late) {
    const told = late.slice(0, TOLD).map(({ name, now }) => this.decidedText(name.text, now.state, now.by));
    const more = late.length > TOLD ? ` + ${late.length - TOLD}` : "";
    this.context.tell((await Promise.all(told)).join(" ") + more);
    if (!this.isClosed) this.read();
  }

  /**
   * @param {ListedName[]} names
   * @param {Visibility} state
   */
  take(names, state) {
    const reason = state === "hidden" ? this.parts.hide.value() : this.parts.show.value();
    // What was done before something else is not taken back any more.
    if (!this.context.did(this.decisions, () => this.takeBack())) this.decisions.sent = [];
    this.decisions.add(names.map((name) => ({ name, state, reason })));
    this.rows.remove(names.map(({ id: nameId }) => nameId));
    this.rows.focus();
    this.drawList();
    if (!this.rows.items.length && this.next) this.read();
  }

  /** Take back the last decision: before it is sent, or by another one. */
  async takeBack() {
    const { words, said, texts, tell, failure } = this.context;
    const unsent = this.decisions.takeBack();
    if (unsent) return this.putBack(unsent.name);
    if (this.decisions.sending.length) return tell(words.onItsWay);
    const last = this.decisions.sent.pop();
    if (!last) return tell(said.notUndone);
    const { name, state } = last;
    if (name.state === "waiting") {
      this.putBack({ ...name, state });
      return tell(`${name.text}: ${words.notBack[state]}`);
    }
    try {
      const isBack = await this.decisions.setBack([last]);
      if (isBack) this.putBack(name);
      tell(isBack ? `${name.text}: ${words.are[name.state]}.` : words.listedBack(texts.number(0), texts.number(1)));
    } catch (error) {
      this.decisions.sent.push(last);
      tell(failure(error));
    }
  }

  /** @param {ListedName} name */
  putBack(name) {
    if (this.isClosed) return;
    this.rows.show([name, ...this.rows.items.filter(({ id: nameId }) => nameId !== name.id)]);
    this.rows.goTo(name.id);
    this.drawList();
  }

  hideListed() {
    const names = this.rows.items.filter(({ state, isOld }) => state !== "hidden" && !isOld);
    const { words, texts } = this.context;
    if (!names.length) return;
    this.context.decide({
      title: words.hideListedAsk(texts.number(names.length)),
      consequences: [
        words.hideListedMeans,
        node("ul", { className: "some" }, ...names.slice(0, 8).map(asItem), rest(names)),
      ],
      action: words.hideListed,
      isGrave: true,
      run: async () => {
        this.take(names, "hidden");
        await this.decisions.send();
        this.tellHidden(new Set(names.map(({ id: nameId }) => nameId)));
      },
    });
  }

  /**
   * Say how many were hidden, and offer to show again those that were on air: none is made to wait again.
   * @param {Set<string>} ids
   */
  tellHidden(ids) {
    const { context, decisions } = this;
    const { words, texts, said } = context;
    const hidden = decisions.sent.filter(({ name, state }) => state === "hidden" && ids.has(name.id));
    decisions.sent = [];
    if (!hidden.length) return;
    const shown = hidden.filter(({ name }) => name.state === "shown");
    const waited = hidden.length - shown.length;
    const done = words.listedHidden(texts.number(hidden.length));
    const undo = {
      does: said.undo,
      run: async () => {
        const count = await decisions.setBack(shown);
        if (!this.isClosed) this.read();
        return words.listedBack(texts.number(count), texts.number(hidden.length - count));
      },
    };
    const text = waited ? `${done} ${words.noneWaitsAgain(texts.number(waited))}` : done;
    context.say(text, shown.length ? undo : undefined);
  }

  /** @param {Visibility} requested */
  async decideOnAll(requested) {
    try {
      await changeAllNames(this.context, this.ofAll, requested);
    } catch (error) {
      this.context.tell(this.context.unread(error));
    }
  }

  showActs(name = this.rows.current) {
    if (name) this.context.go("acts", { filter: { name: name.id }, view: "acts" });
  }

  drawStates() {
    const { words } = this.context;
    const choices = STATES.map((state) =>
      button(words.states[state], () => this.choose(state), { aria: { pressed: String(state === this.state) } }),
    );
    const hidden = this.allNames === "hidden" && node("p", { className: "note" }, words.allHidden);
    fill(this.parts.states, ...choices, hidden);
    const { hideAll, showAll } = this.ofAll;
    fill(
      this.parts.all,
      this.allNames === "hidden"
        ? button(showAll, () => this.decideOnAll("shown"), { key: "9" })
        : button(hideAll, () => this.decideOnAll("hidden"), { key: "0" }),
    );
  }

  drawList() {
    const { words, said } = this.context;
    const isEmpty = this.rows.items.length === 0;
    this.parts.empty.hidden = !isEmpty;
    if (isEmpty) fill(this.parts.empty, this.mayHaveMore ? said.loading : words.empty[this.state]);
    this.parts.more.hidden = !this.next;
  }

  /** Nothing is called empty before it has been read to its end, and as long as the status knows of more. */
  get mayHaveMore() {
    const waiting = this.state === "waiting" && this.context.status()?.names_waiting;
    return Boolean(this.next || waiting || this.isUnread);
  }

  drawState() {
    const { words, texts, failure, said } = this.context;
    const { waiting, sending, failed, done } = this.decisions;
    const under = waiting.length + sending.length;
    fill(
      this.parts.sent,
      under ? words.sending(texts.number(under)) : "",
      " ",
      done.hidden + done.shown ? words.sent(texts.number(done.hidden), texts.number(done.shown)) : "",
    );
    const boxes = failed.map(({ decisions, error }) =>
      node(
        "section",
        { className: "card failed" },
        node("p", { className: "fault" }, words.failed(texts.number(decisions.length)), " ", failure(error)),
        node("ul", { className: "some" }, ...decisions.slice(0, 8).map(({ name }) => asItem(name)), rest(decisions)),
        button(said.again, () => this.decisions.sendAgain(), { key: "r", className: "main" }),
        " ",
        button(words.giveUp, () => this.giveUp()),
      ),
    );
    fill(this.parts.failed, ...boxes);
  }

  giveUp() {
    this.decisions.forget();
    this.read();
  }

  /** @param {ListedName} name */
  row(name) {
    const { words, texts } = this.context;
    const { decision } = name;
    return [
      node("bdi", { className: "name" }, name.text),
      name.isOld && node("p", { className: "note" }, words.decidedMeanwhile),
      node(
        "p",
        { className: "hint" },
        words.given(texts.time(name.given_at)),
        name.state !== this.state && ` · ${words.are[name.state]}`,
        decision && ` · ${words.decided(texts.time(decision.at))} `,
        decision && this.label(decision.by),
        decision && ": ",
        decision && node("bdi", {}, decision.reason),
      ),
      node(
        "div",
        { className: "buttons" },
        name.state !== "hidden" && button(words.hide, () => this.decide("hidden", name), { key: "h" }),
        name.state !== "shown" && button(words.show, () => this.decide("shown", name), { key: "s" }),
        button(words.acts, () => this.showActs(name), { key: "e", className: "quiet" }),
      ),
    ];
  }

  /**
   * Whose a token is, as soon as that is known.
   * @param {string} token
   */
  label(token) {
    const place = node("bdi", {}, token);
    this.context.labels.of(token).then((label) => fill(place, label));
    return place;
  }
}

/**
 * A reason that stays until another is typed, with the usual ones to choose from.
 * @param {string} value
 * @param {string[]} usual
 * @param {string} listId
 */
function reasonInput(value, usual, listId) {
  const input = node("input", { type: "text", maxLength: 200, value, autocomplete: "off" });
  input.setAttribute("list", listId);
  input.addEventListener("keydown", ({ key }) => {
    if (key === "Enter") input.blur();
  });
  const options = node("datalist", { id: listId }, ...usual.map((text) => node("option", { value: text })));
  return { control: node("span", {}, input, options), value: () => input.value.trim() || usual[0] };
}

const asItem = (/** @type {Name} */ { text }) => node("li", {}, node("bdi", {}, text));
const rest = (/** @type {unknown[]} */ all) => all.length > 8 && node("li", {}, `+ ${all.length - 8}`);
