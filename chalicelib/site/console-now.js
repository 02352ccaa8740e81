/** Now: what viewers see, what waits, what is wrong, and what steers the campaign. */

import { changeAllNames, changeGoals, changePoll, freeze, goalText, openUp, readCampaign } from "./console-campaign.js";
import { button, fill, node } from "./console-dom.js";
import { wordFor } from "./console-texts.js";
import { Watch } from "./console-watch.js";
import { NOW } from "./console-words.js";
import { METRICS } from "./metrics.js";
import { measure } from "./numbers.js";

/** @import { Known, Steer, Words } from "./console-campaign.js" */
/** @import { Child } from "./console-dom.js" */
/** @import { Key } from "./console-keys.js" */
/** @import { Breakdown, CampaignGoal, CampaignMilestone, CampaignStatus, Context } from "./console-types.js" */
/** @import { MinuteRate, StatusWarning, Texts, View, Visibility } from "./console-types.js" */
/** @import { Alarm } from "./console-words.js" */
/** @import { LiveDocument, Measures, Milestone, Shown } from "./documents.js" */

/** @typedef {"document" | "api" | "nowhere"} Source */
/** @typedef {Milestone | CampaignMilestone & { reached_at?: undefined }} MilestoneReached undefined is unknown */

const EVENT_KINDS = ["class_hour", "online_training", "master_class"];
const SVG = "http://www.w3.org/2000/svg";
const DOCUMENT_MS = 5_000;
/** What others change of the campaign comes by itself, too. */
const CAMPAIGN_MS = 30_000;

export const id = "now";
export const WORDS = NOW;
export const isFor = () => true;

/**
 * @param {HTMLElement} root
 * @param {Context<Words>} context
 * @returns {View}
 */
export function mount(root, context) {
  const { words, token } = context;
  const parts = partsOfTab();
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

const partsOfTab = () => ({
  alarms: node("ul", { className: "alarms", aria: { live: "polite" } }),
  totals: node("dl", { className: "figures" }),
  source: node("p", { className: "source" }),
  flow: node("dl", { className: "figures" }),
  chart: node("div", { className: "chart" }),
  goals: node("ul", { className: "goals" }),
  controls: node("div", { className: "controls-list" }),
});

const column = (/** @type {Child[]} */ ...cards) => node("div", { className: "column" }, ...cards);

/** @type {(title: string, ...content: Child[]) => HTMLElement} */
const card = (title, ...content) => node("section", { className: "card" }, node("h2", {}, title), ...content);

/**
 * A figure of a list: what it is called, and what it is.
 * @param {string} name
 * @param {string} value
 * @param {string | null} [more]
 */
const figure = (name, value, more = null) =>
  node("div", {}, node("dt", {}, name), node("dd", {}, value, more && node("small", {}, more)));

class Now {
  /** @type {Shown | null} what the public document says, or in its place the API */
  live = null;
  /** @type {Source | null} where that is from */
  source = null;
  /** @type {CampaignStatus | null} */
  status = null;
  /** @type {Known | null} the campaign with its tag, for whoever may change it */
  known = null;

  /**
   * @param {Context<Words>} context
   * @param {ReturnType<typeof partsOfTab>} parts
   */
  constructor(context, parts) {
    this.context = context;
    this.parts = parts;
    const { token } = context;
    this.isWhole = !token.region && !token.sandbox;
    fill(parts.alarms, node("li", {}, context.words.notYet));
    this.watch = new Watch(() => this.readTotals());
    this.campaignWatch = this.mayKnow ? new Watch(() => this.readKnown(), undefined, CAMPAIGN_MS) : null;
    this.draw();
  }

  close() {
    this.watch.stop();
    this.campaignWatch?.stop();
  }

  refresh() {
    this.watch.now();
    this.campaignWatch?.now();
  }

  /** @param {CampaignStatus} status */
  receive(status) {
    const hasChanged = this.status && this.status.state !== status.state;
    this.status = status;
    if (hasChanged) this.campaignWatch?.now();
    this.draw();
  }

  /**
   * Before anything is known of the campaign, why it is not.
   * @param {unknown} error
   */
  refuse(error) {
    if (!this.status) fill(this.parts.alarms, node("li", {}, this.context.unread(error)));
  }

  /** @returns {Key[]} */
  keys() {
    const { words } = this.context;
    if (!this.isWhole) return [];
    return [
      { key: "f", does: words.freezeKey, run: () => this.changeState(freeze) },
      { key: "o", does: words.openKey, run: () => this.changeState(openUp) },
      { key: "0", does: words.hideAll, run: () => this.decideOnNames("hidden") },
      { key: "9", does: words.showAll, run: () => this.decideOnNames("shown") },
    ];
  }

  get state() {
    return this.status?.state ?? this.known?.campaign.state;
  }

  /** A rehearsal is ended by `go-live`, and what has ended stays so. */
  get canChangeState() {
    return ["live", "frozen"].includes(this.known?.campaign.state ?? "");
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
      /** @type {Breakdown} */
      const parts = await api.get(`${base}/breakdown`);
      this.live = { ...this.live, as_of: parts.as_of, totals: totalsOf(parts) };
      this.source = "api";
    } catch {
      // Then nobody knows them.
    }
  }

  /** @param {Steer} change */
  changeState(change) {
    if (this.canChangeState) this.steer(change);
  }

  /** @param {Steer} change */
  steer(change) {
    if (!this.known) return;
    const changed = change(this.context, this.known, (known) => {
      this.known = known;
      this.draw();
      this.context.look();
    });
    this.tried(changed);
  }

  /** @param {Visibility} requested */
  decideOnNames(requested) {
    if (this.canHideNames) this.tried(changeAllNames(this.context, this.context.words, requested));
  }

  /**
   * What fails before anything is asked is told.
   * @param {Promise<unknown>} change
   */
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
    const told = (/** @type {string} */ metric) => {
      const value = measure(live?.totals, metric);
      return figure(texts.metric(metric), value === null ? "–" : texts.measure(metric, value));
    };
    fill(this.parts.totals, ...(live ? METRICS.map(told) : []));
    const at = live?.as_of ? texts.time(live.as_of) : "";
    /** @type {Record<Source, string>} */
    const sources = {
      document: words.fromDocument(at, texts.number(live?.rev ?? 0)),
      api: words.fromApi(at),
      nowhere: live ? words.fromBefore(at) : words.fromNowhere,
    };
    fill(this.parts.source, source ? sources[source] : "");
    this.parts.source.classList.toggle("late", source !== null && source !== "document");
  }

  /** @param {CampaignStatus} status */
  drawStatus(status) {
    const { words, texts } = this.context;
    const alarms = status.warnings.map((warning) => this.alarm(warning));
    const list = node("ul", {}, ...(alarms.length ? alarms : [node("li", { className: "calm" }, words.calm)]));
    // What is said already is not read out again.
    if (list.textContent !== this.parts.alarms.textContent) fill(this.parts.alarms, ...list.childNodes);
    const { rate, unshown_seconds: unshown } = status;
    fill(
      this.parts.flow,
      figure(words.perMinute, texts.count(rate?.per_minute)),
      figure(words.lag, this.lagText(unshown)),
      figure(words.inReview, texts.count(status.in_review, status.in_review_more)),
      ...(this.isWhole ? this.figuresOfWhole(status) : []),
    );
    fill(this.parts.chart, rate && chart(rate.minutes, words, texts));
  }

  /** @param {number | null} seconds */
  lagText(seconds) {
    const { words, texts, said } = this.context;
    if (seconds === null) return texts.count(null);
    return seconds ? said.duration(seconds) : words.noLag;
  }

  /** @param {CampaignStatus} status */
  figuresOfWhole(status) {
    const { words, texts } = this.context;
    const { parked } = status;
    return [
      figure(words.namesWaiting, texts.count(status.names_waiting, status.names_waiting_more)),
      figure(
        words.parked,
        texts.count(parked?.count, parked?.more),
        parked?.oldest ? words.oldest(texts.time(parked.oldest)) : null,
      ),
      figure(words.setAside, texts.count(status.set_aside)),
    ];
  }

  /** @param {StatusWarning} warning */
  alarm({ code, level, count, seconds, part }) {
    const { words, texts, said } = this.context;
    const told = {
      code,
      amount: count === undefined ? "" : texts.number(count),
      duration: seconds === undefined ? "" : said.duration(seconds),
      part: part === undefined ? "" : wordFor(words.parts, part),
    };
    /** @type {Record<string, (told: Alarm) => string>} */
    const warnings = words.warnings;
    const text = (warnings[code] ?? words.warnings.other)(told);
    return node("li", { className: level }, node("b", {}, wordFor(words.levels, level)), " ", text);
  }

  goals() {
    const { words, texts, said } = this.context;
    const { goals, milestones } = this.newestGoals();
    if (!goals) return [node("li", {}, this.source ? words.goalsUnread : said.loading)];
    // The document of the counter has no goals of regions.
    const regional = (this.known?.campaign.goals ?? []).filter(({ region }) => region);
    const items = [
      ...[...goals.filter(({ region }) => !region), ...regional].map((goal) =>
        node("li", {}, node("b", {}, words.goal), " ", goalText(texts, goal)),
      ),
      ...milestones.map((milestone) => this.milestone(milestone)),
    ];
    return items.length ? items : [node("li", {}, words.noGoals)];
  }

  /**
   * The goals by whoever knows the newest; the campaign does not tell which milestones are reached.
   * @returns {{ goals?: CampaignGoal[], milestones: MilestoneReached[] }}
   */
  newestGoals() {
    const { live, known } = this;
    const isNewest = this.source === "document" || !known;
    const { goals, milestones = [] } = (isNewest && live?.goals ? live : known?.campaign) ?? {};
    return { goals, milestones };
  }

  /** @param {MilestoneReached} milestone */
  milestone({ metric, at, title, reached_at: reached }) {
    const { words, texts, lang } = this.context;
    const told = `${texts.metric(metric)}: ${texts.measure(metric, at)}`;
    return node(
      "li",
      {},
      node("b", {}, words.milestone),
      ` ${told} · ${title?.[lang] ?? ""}`,
      reached !== undefined && ` · ${reached ? words.reached(texts.time(reached)) : words.ahead}`,
    );
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
            (known?.campaign.state === "live"
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

/** @type {(name: string, value: string, action: Node | false) => HTMLElement} */
const control = (name, value, action) =>
  node("div", { className: "control" }, node("span", {}, node("b", {}, name), " ", value), action || null);

/**
 * Draw again what somebody may be at.
 * @param {HTMLElement} place
 * @param {() => void} draw
 */
function keepFocus(place, draw) {
  const focused = place.contains(document.activeElement) ? document.activeElement?.id : "";
  draw();
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/**
 * @param {string} path
 * @returns {Promise<LiveDocument>}
 */
async function readDocument(path) {
  const response = await fetch(path, {
    cache: "no-cache",
    credentials: "omit",
    signal: AbortSignal.timeout(DOCUMENT_MS),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

/**
 * The totals by what the API tells of their parts; `docs/api.md` says what each counts.
 * @param {Pick<Breakdown, "kinds" | "participant_types">} parts
 * @returns {Measures}
 */
export function totalsOf({ kinds, participant_types: types }) {
  const shares = Object.values(kinds);
  const sum = (/** @type {number[]} */ values) => values.reduce((one, other) => one + other, 0);
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

/**
 * A bar for each minute.
 * @param {MinuteRate[]} minutes
 * @param {Words} words
 * @param {Texts} texts
 */
function chart(minutes, words, texts) {
  const largest = Math.max(1, ...minutes.map(({ participations }) => participations));
  const image = svg("svg", { viewBox: `0 0 ${minutes.length * 10} 40`, role: "img", preserveAspectRatio: "none" });
  image.setAttribute(
    "aria-label",
    `${words.chart(minutes.length)}: ${minutes.map((one) => one.participations).join(", ")}`,
  );
  minutes.forEach(({ participations, at }, index) => {
    const height = Math.max(1, (Math.max(0, participations) * 38) / largest);
    const bar = svg("rect", { x: index * 10 + 1, y: 40 - height, width: 8, height });
    bar.append(svg("title", {}, `${at.includes("T") ? texts.time(at) : at}: ${texts.number(participations)}`));
    image.append(bar);
  });
  return image;
}

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @param {...(Node | string)} children
 */
function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}
