/** Names: those that wait, the newest first, each shown or hidden by one key; and those that were decided on. */

import { changeAllNames } from "./console-campaign.js";
import { button, field, fill, node } from "./console-dom.js";
import { NameDecisions } from "./console-name-decisions.js";
import { Rows } from "./console-rows.js";
import { Follower } from "./console-watch.js";
import { NAMES, NOW } from "./console-words.js";

const PAGE = 100;
const STATES = ["waiting", "shown", "hidden"];

export const id = "names";
export const WORDS = NAMES;
/** Names are those of the whole campaign. */
export const isFor = ({ scopes, region, sandbox }) => scopes.includes("moderate") && !region && !sandbox;
export const waits = (status) => status.names_waiting;

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
  /** Where the list goes on; null at its end. */
  next = null;
  allNames = "shown";

  constructor(context, root) {
    this.context = context;
    const { words, memory, api, base } = context;
    this.waiting = new Follower(context.status()?.names_waiting);
    this.decisions = memory.decisions ??= new NameDecisions(api, base);
    this.decisions.changed = () => this.drawState();
    this.rows = new Rows(words.title, (name) => this.row(name));
    this.state = memory.state ?? "waiting";
    this.parts = {
      states: node("div", { className: "choices", aria: { role: "group", label: words.lists } }),
      hide: reasonInput(memory.hide ?? words.hideReasons[0], words.hideReasons, "hide-reasons"),
      show: reasonInput(memory.show ?? words.showReasons[0], words.showReasons, "show-reasons"),
      sent: node("p", { className: "hint", aria: { role: "status" } }),
      failed: node("div", { aria: { role: "alert" } }),
      empty: node("p", { className: "card" }, context.said.loading),
      more: button(context.said.more, () => this.readMore(), { key: "m" }),
    };
    fill(root, this.toolbar(), this.parts.failed, this.parts.empty, this.rows.list, this.parts.more);
    this.drawStates();
    this.drawState();
    this.read();
  }

  toolbar() {
    const { words } = this.context;
    const { states, hide, show, sent } = this.parts;
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
        button(words.hideAll, () => this.hideAll(), { key: "0" }),
      ),
      sent,
    );
  }

  close() {
    const { memory, say, words, texts } = this.context;
    this.isClosed = true;
    Object.assign(memory, { state: this.state, hide: this.parts.hide.value(), show: this.parts.show.value() });
    // Whoever has gone to another tab is told there.
    const failed = () => this.decisions.failed.flatMap(({ decisions }) => decisions).length;
    this.decisions.changed = () => failed() && say(words.failed(texts.number(failed())));
    this.decisions.send();
  }

  keys() {
    const { words } = this.context;
    return [
      { key: "j", does: words.keys.next, run: () => this.rows.move(1), repeats: true },
      { key: "k", does: words.keys.previous, run: () => this.rows.move(-1), repeats: true },
      { key: "h", does: words.keys.hide, run: () => this.decide("hidden") },
      { key: "s", does: words.keys.show, run: () => this.decide("shown") },
      { key: "H", does: words.keys.hideListed, run: () => this.hideListed() },
      { key: "0", does: words.hideAll, run: () => this.hideAll() },
      { key: "u", does: words.keys.takeBack, run: () => this.takeBack() },
      { key: "r", does: words.keys.again, run: () => this.decisions.sendAgain() },
      { key: "e", does: words.keys.acts, run: () => this.rows.current && this.showActs(this.rows.current) },
      {
        key: "l",
        does: words.keys.list,
        run: () => this.choose(STATES[(STATES.indexOf(this.state) + 1) % STATES.length]),
      },
      { key: "m", does: this.context.said.more, run: () => this.next && this.readMore() },
    ];
  }

  /** What waits is read again when it is another number than it was. */
  receive(status) {
    if (this.allNames !== status.all_names) {
      this.allNames = status.all_names;
      this.drawStates();
    }
    const isOld = this.waiting.isOld(status.names_waiting);
    if (isOld && this.state === "waiting" && !this.decisions.isUnsent) this.read();
  }

  async read() {
    const { state } = this;
    await this.readPage(state, null, (names) => this.rows.show(names));
    if (!document.activeElement || document.activeElement === document.body) this.rows.focus();
  }

  readMore() {
    return this.readPage(this.state, this.next, (names) => this.rows.show([...this.rows.items, ...names]));
  }

  async readPage(state, cursor, show) {
    const { api, base } = this.context;
    try {
      const page = await api.get(`${base}/names`, { state, cursor, limit: PAGE, order: "newest" });
      if (this.isClosed || state !== this.state) return;
      this.next = page.next;
      show(page.names.filter((name) => !this.decisions.has(name.id)));
      this.drawList();
    } catch (error) {
      if (this.isClosed) return;
      this.parts.empty.hidden = false;
      fill(this.parts.empty, this.context.unread(error));
    }
  }

  choose(state) {
    this.state = state;
    this.next = null;
    this.rows.show([]);
    fill(this.parts.empty, this.context.said.loading);
    this.drawStates();
    this.drawList();
    this.read();
  }

  decide(state, name = this.rows.current) {
    if (!name || name.state === state) return;
    this.take([name], state);
  }

  take(names, state) {
    const reason = state === "hidden" ? this.parts.hide.value() : this.parts.show.value();
    this.decisions.add(names.map((name) => ({ name, state, reason })));
    this.rows.remove(names.map(({ id: nameId }) => nameId));
    this.rows.focus();
    this.drawList();
  }

  takeBack() {
    if (!this.decisions.waiting.length) return this.context.undo();
    const last = this.decisions.takeBack();
    if (last && last.name.state === this.state) this.rows.show([last.name, ...this.rows.items]);
    this.drawList();
  }

  hideListed() {
    const names = this.rows.items.filter(({ state }) => state !== "hidden");
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
      },
    });
  }

  hideAll() {
    return changeAllNames(this.context, NOW[this.context.lang], this.allNames === "hidden");
  }

  showActs(name) {
    this.context.go("acts", { filter: { name: name.id }, view: "acts" });
  }

  drawStates() {
    const { words } = this.context;
    const choices = STATES.map((state) =>
      button(words.states[state], () => this.choose(state), { aria: { pressed: String(state === this.state) } }),
    );
    const hidden = this.allNames === "hidden" && node("p", { className: "note" }, words.allHidden);
    fill(this.parts.states, ...choices, hidden);
  }

  drawList() {
    const { words } = this.context;
    const isEmpty = this.rows.items.length === 0;
    this.parts.empty.hidden = !isEmpty;
    if (isEmpty) fill(this.parts.empty, words.empty[this.state]);
    this.parts.more.hidden = !this.next;
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

  row(name) {
    const { words, texts } = this.context;
    const { decision } = name;
    return [
      node("bdi", { className: "name" }, name.text),
      node(
        "p",
        { className: "hint" },
        words.given(texts.time(name.given_at)),
        decision && ` · ${words.decided(texts.time(decision.at), decision.by)}: `,
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
}

/** A reason that stays until another is typed, with the usual ones to choose from. */
function reasonInput(value, usual, listId) {
  const input = node("input", { type: "text", maxLength: 200, value, autocomplete: "off" });
  input.setAttribute("list", listId);
  input.addEventListener("keydown", ({ key }) => key === "Enter" && input.blur());
  const options = node("datalist", { id: listId }, ...usual.map((text) => node("option", { value: text })));
  return { control: node("span", {}, input, options), value: () => input.value.trim() || usual[0] };
}

const asItem = ({ text }) => node("li", {}, node("bdi", {}, text));
const rest = (all) => all.length > 8 && node("li", {}, `+ ${all.length - 8}`);
