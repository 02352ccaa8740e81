/** Now: what viewers see, what waits, what is wrong, and what steers the campaign. */

import { changeAllNames, changeGoals, changePoll, freeze, goalText, openUp, readCampaign } from "./console-campaign.js";
import { button, fill, node } from "./console-dom.js";
import { Watch } from "./console-watch.js";
import { NOW } from "./console-words.js";
import { METRICS } from "./metrics.js";
import { measure } from "./numbers.js";

const EVENT_KINDS = ["class_hour", "online_training", "master_class"];
const SVG = "http://www.w3.org/2000/svg";
const DOCUMENT_MS = 5_000;
/** What others change of the campaign comes by itself, too. */
const CAMPAIGN_MS = 30_000;

export const id = "now";
export const WORDS = NOW;
export const isFor = () => true;

export function mount(root, context) {
  const { words, token } = context;
  const parts = {
    alarms: node("ul", { className: "alarms", aria: { live: "polite" } }),
    totals: node("dl", { className: "figures" }),
    source: node("p", { className: "source" }),
    flow: node("dl", { className: "figures" }),
    chart: node("div", { className: "chart" }),
    goals: node("ul", { className: "goals" }),
    controls: node("div", { className: "controls-list" }),
  };
  const knowsStatus = context.may("moderate");
  const ofRegion = token.region && words.ofRegion(context.texts.place(token.region));
  fill(
    root,
    column(
      knowsStatus && card(words.alarms, parts.alarms),
      ofRegion ? node("p", { className: "note" }, ofRegion) : card(words.controls, parts.controls),
      card(words.goals, parts.goals),
    ),
    column(card(words.totals, parts.totals, parts.source), knowsStatus && card(words.flow, parts.flow, parts.chart)),
  );
  const now = new Now(context, parts);
  return {
    keys: now.keys(),
    receive: (status) => now.receive(status),
    refuse: (error) => now.refuse(error),
    refresh: () => now.refresh(),
    close: () => now.close(),
  };
}

const column = (...cards) => node("div", { className: "column" }, ...cards);
const card = (title, ...content) => node("section", { className: "card" }, node("h2", {}, title), ...content);

/** A figure of a list: what it is called, and what it is. */
const figure = (name, value, more = null) =>
  node("div", {}, node("dt", {}, name), node("dd", {}, value, more && node("small", {}, more)));

class Now {
  /** What the public document says, or in its place the API. */
  live = null;
  /** Where that is from: `document`, `api`, or `nowhere`. */
  source = null;
  status = null;
  /** The campaign with its tag, for whoever may change it. */
  known = null;

  constructor(context, parts) {
    Object.assign(this, { context, parts });
    const { token } = context;
    this.isWhole = !token.region && !token.sandbox;
    fill(parts.alarms, node("li", {}, context.words.notYet));
    this.watch = new Watch(() => this.readTotals());
    this.campaignWatch = this.mayKnow && new Watch(() => this.readKnown(), undefined, CAMPAIGN_MS);
    this.draw();
  }

  close() {
    this.watch.stop();
    if (this.campaignWatch) this.campaignWatch.stop();
  }

  refresh() {
    this.watch.now();
    if (this.campaignWatch) this.campaignWatch.now();
  }

  receive(status) {
    const hasChanged = this.status && this.status.state !== status.state;
    this.status = status;
    if (hasChanged && this.campaignWatch) this.campaignWatch.now();
    this.draw();
  }

  /** Before anything is known of the campaign, why it is not. */
  refuse(error) {
    if (!this.status) fill(this.parts.alarms, node("li", {}, this.context.unread(error)));
  }

  keys() {
    const { words } = this.context;
    if (!this.isWhole) return [];
    return [
      { key: "f", does: words.freezeKey, run: () => this.canChangeState && this.steer(freeze) },
      { key: "o", does: words.openKey, run: () => this.canChangeState && this.steer(openUp) },
      { key: "0", does: words.hideAll, run: () => this.canHideNames && this.decideOnNames("hidden") },
      { key: "9", does: words.showAll, run: () => this.canHideNames && this.decideOnNames("shown") },
    ];
  }

  get state() {
    return this.status?.state ?? this.known?.campaign.state;
  }

  /** A rehearsal is ended by `go-live`, and what has ended stays so. */
  get canChangeState() {
    return ["live", "frozen"].includes(this.known?.campaign.state);
  }

  /** Before the first status, too: it may be in haste. */
  get canHideNames() {
    return this.isWhole && this.context.may("moderate");
  }

  get mayKnow() {
    return this.isWhole && this.context.may("admin");
  }

  /** Where it cannot be read, what was read before stands, and the line above says that nothing answers. */
  async readKnown() {
    const before = this.known;
    const read = await readCampaign(this.context);
    // What was changed here meanwhile is newer.
    if (this.known === before) this.known = read;
    this.draw();
  }

  async readTotals() {
    const { base } = this.context;
    try {
      this.live = await readDocument(`${base}/live.json`);
      this.source = "document";
    } catch {
      await this.readTotalsOfApi();
    }
    this.draw();
  }

  async readTotalsOfApi() {
    const { api, base } = this.context;
    this.source = "nowhere";
    if (!this.isWhole || !this.context.may("moderate")) return;
    try {
      const parts = await api.get(`${base}/breakdown`);
      this.live = { ...this.live, as_of: parts.as_of, totals: totalsOf(parts) };
      this.source = "api";
    } catch {
      // Then nobody knows them.
    }
  }

  steer(change) {
    return this.tried(
      change(this.context, this.known, (known) => {
        this.known = known;
        this.draw();
        this.context.look();
      }),
    );
  }

  decideOnNames(wanted) {
    return this.tried(changeAllNames(this.context, this.context.words, wanted));
  }

  /** What fails before anything is asked is told. */
  async tried(change) {
    try {
      await change;
    } catch (error) {
      this.context.tell(this.context.unread(error));
    }
  }

  draw() {
    this.drawTotals();
    if (this.status) this.drawStatus(this.status);
    fill(this.parts.goals, ...this.goals());
    keepFocus(this.parts.controls, () => fill(this.parts.controls, ...this.controls()));
  }

  drawTotals() {
    const { words, texts } = this.context;
    const { live, source } = this;
    const told = (metric) => {
      const value = measure(live.totals, metric);
      return figure(texts.metric(metric), value === null ? "–" : texts.measure(metric, value));
    };
    fill(this.parts.totals, ...(live ? METRICS.map(told) : []));
    const sources = {
      document: () => words.fromDocument(texts.time(live.as_of), texts.number(live.rev)),
      api: () => words.fromApi(texts.time(live.as_of)),
      nowhere: () => (live ? words.fromBefore(texts.time(live.as_of)) : words.fromNowhere),
    };
    fill(this.parts.source, source ? sources[source]() : "");
    this.parts.source.classList.toggle("late", source !== null && source !== "document");
  }

  drawStatus(status) {
    const { words, texts, said } = this.context;
    const alarms = status.warnings.map((warning) => this.alarm(warning));
    const list = node("ul", {}, ...(alarms.length ? alarms : [node("li", { className: "calm" }, words.calm)]));
    // What is said already is not read out again.
    if (list.textContent !== this.parts.alarms.textContent) fill(this.parts.alarms, ...list.childNodes);
    const { rate, unshown_seconds: unshown, parked } = status;
    fill(
      this.parts.flow,
      figure(words.perMinute, texts.count(rate?.per_minute)),
      figure(words.lag, unshown === null ? texts.count(null) : unshown ? said.duration(unshown) : words.noLag),
      figure(words.inReview, texts.count(status.in_review, status.in_review_more)),
      ...(this.isWhole ? this.figuresOfWhole(status, parked) : []),
    );
    fill(this.parts.chart, rate && chart(rate.minutes, words, texts));
  }

  figuresOfWhole(status, parked) {
    const { words, texts } = this.context;
    return [
      figure(words.namesWaiting, texts.count(status.names_waiting, status.names_waiting_more)),
      figure(
        words.parked,
        texts.count(parked?.count, parked?.more),
        parked?.oldest && words.oldest(texts.time(parked.oldest)),
      ),
      figure(words.setAside, texts.count(status.set_aside)),
    ];
  }

  alarm({ code, level, count, seconds, part }) {
    const { words, texts, said } = this.context;
    const told = {
      code,
      amount: count === undefined ? "" : texts.number(count),
      duration: seconds === undefined ? "" : said.duration(seconds),
      part: words.parts[part] ?? part,
    };
    const text = (words.warnings[code] ?? words.warnings.other)(told);
    return node("li", { className: level }, node("b", {}, words.levels[level] ?? level), " ", text);
  }

  goals() {
    const { words, texts, lang, said } = this.context;
    const isNewest = this.source === "document" || !this.known;
    const campaign = isNewest && this.live?.goals ? this.live : this.known?.campaign;
    if (!campaign) return [node("li", {}, this.source ? words.goalsUnread : said.loading)];
    const { goals = [], milestones = [] } = campaign;
    const told = (metric, value) => `${texts.metric(metric)}: ${texts.measure(metric, value)}`;
    // The document of the counter has no goals of regions.
    const regional = (this.known?.campaign.goals ?? []).filter(({ region }) => region);
    const hasReached = campaign === this.live;
    const items = [
      ...[...goals.filter(({ region }) => !region), ...regional].map((goal) =>
        node("li", {}, node("b", {}, words.goal), " ", goalText(texts, goal)),
      ),
      ...milestones.map(({ metric, at, title, reached_at: reached }) =>
        node(
          "li",
          {},
          node("b", {}, words.milestone),
          ` ${told(metric, at)} · ${title[lang]}`,
          hasReached && ` · ${reached ? words.reached(texts.time(reached)) : words.ahead}`,
        ),
      ),
    ];
    return items.length ? items : [node("li", {}, words.noGoals)];
  }

  controls() {
    const { words, said } = this.context;
    const { known, status } = this;
    const isHidden = status?.all_names === "hidden";
    const poll = known?.campaign.poll_seconds;
    return [
      this.state &&
        control(
          words.state,
          said.states[this.state],
          this.canChangeState &&
            (known.campaign.state === "live"
              ? button(words.freeze, () => this.steer(freeze), { key: "f", id: "change-state" })
              : button(words.openUp, () => this.steer(openUp), { key: "o", id: "change-state" })),
        ),
      this.canHideNames &&
        control(
          words.names,
          status ? (isHidden ? words.namesHidden : words.namesShown) : "",
          isHidden
            ? button(words.showAll, () => this.decideOnNames("shown"), { key: "9", id: "change-names" })
            : button(words.hideAll, () => this.decideOnNames("hidden"), { key: "0", id: "change-names" }),
        ),
      known &&
        control(
          words.poll,
          poll ? words.pollEvery(poll) : words.pollUsual,
          button(words.pollChange, () => this.steer(changePoll), { id: "change-poll" }),
        ),
      known &&
        control(
          words.goals,
          "",
          button(words.goalsChange, () => this.steer(changeGoals), { id: "change-goals" }),
        ),
    ];
  }
}

const control = (name, value, action) =>
  node("div", { className: "control" }, node("span", {}, node("b", {}, name), " ", value), action || null);

/** Draw again what somebody may be at. */
function keepFocus(place, draw) {
  const { id: focused } = place.contains(document.activeElement) ? document.activeElement : {};
  draw();
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function readDocument(path) {
  const response = await fetch(path, {
    cache: "no-cache",
    credentials: "omit",
    signal: AbortSignal.timeout(DOCUMENT_MS),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/** The totals by what the API tells of their parts; `docs/api.md` says what each counts. */
export function totalsOf({ kinds, participant_types: types }) {
  const shares = Object.values(kinds);
  const sum = (values) => values.reduce((one, other) => one + other, 0);
  const participants = Object.entries(types);
  return {
    participants: sum(participants.map(([, share]) => share.participants)),
    participations: sum(shares.map((share) => share.participations)),
    people: sum(shares.map((share) => share.people)),
    hours: Math.floor(sum(shares.map((share) => share.hours))),
    amount: { KZT: sum(shares.map((share) => share.amount.KZT ?? 0)) },
    volunteers: kinds.volunteering.people,
    good_deeds: kinds.good_deed.participations,
    events_held: sum(EVENT_KINDS.map((kind) => kinds[kind].participations)),
    organisations: sum(participants.map(([type, share]) => (type === "citizen" ? 0 : share.participants))),
  };
}

/** A bar for each minute. */
function chart(minutes, words, texts) {
  const most = Math.max(1, ...minutes.map(({ participations }) => participations));
  const image = svg("svg", { viewBox: `0 0 ${minutes.length * 10} 40`, role: "img", preserveAspectRatio: "none" });
  image.setAttribute(
    "aria-label",
    `${words.chart(minutes.length)}: ${minutes.map((one) => one.participations).join(", ")}`,
  );
  minutes.forEach(({ participations, at }, index) => {
    const height = Math.max(1, (Math.max(0, participations) * 38) / most);
    const bar = svg("rect", { x: index * 10 + 1, y: 40 - height, width: 8, height });
    bar.append(svg("title", {}, `${at.includes("T") ? texts.time(at) : at}: ${texts.number(participations)}`));
    image.append(bar);
  });
  return image;
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
