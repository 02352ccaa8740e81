/** The way to the goal: a bar on which the campaign's milestones are marks. */

/** @import { Language, LiveDocument, Measures, Milestone, Words } from "./documents.js" */
/** @import { Said } from "./launch-words.js" */

import { fill } from "./lists.js";
import { node, say } from "./live.js";
import { compact, format, measure, number, percent } from "./numbers.js";
import { set } from "./page-parts.js";

/**
 * @typedef {{ lang: Language, words: Words, said: Said }} Speech `said` has the words of the launch page
 * @typedef {{ at: number, isReached: boolean, title: string }} Station a milestone, or the goal
 * @typedef {Station & { isGoal: boolean, part: number }} Mark `part` is how far on the bar it stands, of 1
 * @typedef {{ left: number, right: number }} Span in pixels
 */

/** Pixels between two labels at least. */
const GAP = 10;

/**
 * Where the bar ends: at the goal; once that is reached, or without one, at the next milestone.
 *
 * @param {number} value
 * @param {number | undefined} target
 * @param {{ at: number }[]} milestones
 */
export function endOf(value, target = 0, milestones) {
  if (value < target) return target;
  const ahead = milestones.map(({ at }) => at).filter((at) => at > value);
  return ahead.length ? Math.min(...ahead) : Math.max(value, target, 1);
}

/**
 * The milestones in the order in which their labels are needed: the next one, the last one reached, then others.
 *
 * @template {{ at: number, isReached: boolean, isGoal: boolean }} Shown
 * @param {Shown[]} marks by where they are
 */
export function byNeed(marks) {
  const next = marks.find(({ isReached }) => !isReached);
  const last = marks.findLast(({ isReached }) => isReached);
  /** @param {Shown} mark */
  const need = (mark) => (mark === next ? 0 : mark === last ? 1 : mark.isGoal ? 2 : 3);
  return [...marks].sort((a, b) => need(a) - need(b) || b.at - a.at);
}

/**
 * Which of these spans can stand beside each other, the first ones before the later ones.
 *
 * @template {Span} Labelled
 * @param {Labelled[]} spans
 */
export function fitting(spans) {
  /** @type {Labelled[]} */
  const stand = [];
  for (const span of spans) {
    if (stand.every(({ left, right }) => span.right + GAP <= left || right + GAP <= span.left)) stand.push(span);
  }
  return stand;
}

/** What a short text says exactly is told short. @param {number} at @param {Words} words */
function short(at, words) {
  const step = at < 1e6 ? 1e3 : at < 1e9 ? 1e5 : 1e8;
  return (at % step ? number : compact)(at, words);
}

/**
 * The milestones of a measure and its goal, in their order.
 *
 * @param {Milestone[]} milestones
 * @param {number} value
 * @param {number | undefined} target
 * @param {Language} lang
 * @returns {Station[]}
 */
function stationsOf(milestones, value, target, lang) {
  const stations = milestones.map(({ at, reached_at, title }) => {
    return { at, isReached: Boolean(reached_at), title: title?.[lang] ?? "" };
  });
  const isKnown = milestones.some(({ at }) => at === target);
  if (target && !isKnown) stations.push({ at: target, isReached: value >= target, title: "" });
  return stations.sort((a, b) => a.at - b.at);
}

/** @param {Mark} mark @param {string} metric @param {Speech} speech */
function itemOf({ at, isReached, isGoal, title, part }, metric, { words, said }) {
  const label = node("span", {}, short(at, words));
  const plain = node("span", { className: "sr" }, ` ${words.label(metric, at)}${isReached ? `, ${said.reached}` : ""}`);
  const item = node("li", { className: `${isReached ? "reached" : ""} ${isGoal ? "goal" : ""}`, title }, label, plain);
  item.style.left = `${part * 100}%`;
  return item;
}

export class GoalBar {
  /** @type {(Mark & { label: HTMLElement })[]} */
  #marks = [];
  /** What the marks say. */
  #told = "";

  /** @param {HTMLElement} root */
  constructor(root) {
    const parts = /** @type {HTMLElement[]} */ ([...root.children]);
    const [track, list, aim, next, also] = parts;
    this.track = track;
    this.done = /** @type {HTMLElement} */ (track.firstElementChild);
    this.list = list;
    this.aim = aim;
    this.next = next;
    this.also = also;
    new ResizeObserver(() => this.place()).observe(track);
  }

  /** @param {LiveDocument} doc @param {string} metric @param {Speech} speech */
  show({ totals, goals = [], milestones = [], state }, metric, speech) {
    const value = measure(totals, metric) ?? 0;
    const target = goals.find((goal) => goal.metric === metric)?.target;
    const own = milestones.filter((milestone) => milestone.metric === metric);
    const end = endOf(value, target, own);
    this.done.style.width = `${Math.min(100, Math.max(0, (value / end) * 100))}%`;
    const stations = stationsOf(own, value, target, speech.lang);
    const shown = stations.filter(({ at }) => at <= end);
    this.#mark(
      shown.map((station) => ({ ...station, isGoal: station.at === target, part: station.at / end })),
      metric,
      speech,
    );
    this.#tellAim(value, target, metric, speech);
    const next = state === "ended" ? undefined : stations.find(({ isReached }) => !isReached);
    this.#tellNext(next, value, metric, speech);
    const others = milestones.filter((milestone) => milestone.metric !== metric && !milestone.reached_at);
    this.#tellOther(others, totals, speech);
  }

  /** @param {number} value @param {number | undefined} target @param {string} metric @param {Speech} speech */
  #tellAim(value, target, metric, { words }) {
    say(this.aim, target ? `${percent(value, target, words)} · ${words.goal} ${format(metric, target, words)}` : "");
  }

  /** @param {Station | undefined} next @param {number} value @param {string} metric @param {Speech} speech */
  #tellNext(next, value, metric, { words, said }) {
    if (!next) return say(this.next, "");
    const left = format(metric, Math.max(0, next.at - value), words);
    say(this.next, said.next(format(metric, next.at, words), left));
  }

  /**
   * The milestone of another measure that is nearest.
   *
   * @param {Milestone[]} others
   * @param {Measures | undefined} totals
   * @param {Speech} speech
   */
  #tellOther(others, totals, { lang, words }) {
    /** @param {Milestone} milestone */
    const reached = ({ metric, at }) => (measure(totals, metric) ?? 0) / at;
    const [nearest] = others.sort((a, b) => reached(b) - reached(a));
    if (!nearest) return say(this.also, "");
    const { metric, at, title } = nearest;
    const text = `${format(metric, at, words)} ${words.label(metric, at)}`;
    say(this.also, [title?.[lang], text].filter(Boolean).join(" · "));
  }

  /**
   * Marks that say the same stay as they are, and where their labels are.
   *
   * @param {Mark[]} marks
   * @param {string} metric
   * @param {Speech} speech
   */
  #mark(marks, metric, speech) {
    set(this.track.style, "visibility", marks.length ? "" : "hidden");
    const told = JSON.stringify([speech.lang, metric, marks]);
    if (told === this.#told) return;
    this.#told = told;
    const items = fill(
      this.list,
      marks.map((mark) => itemOf(mark, metric, speech)),
    );
    this.#marks = items.map((item, i) => ({
      ...marks[i],
      label: /** @type {HTMLElement} */ (item.firstElementChild),
    }));
    requestAnimationFrame(() => this.place());
  }

  /** Labels stay within the bar, and on no other one. */
  place() {
    const width = this.track.clientWidth;
    if (!this.#marks.length || !width) return;
    const spans = byNeed(this.#marks).map(({ label, part }) => {
      const half = label.scrollWidth / 2;
      const centre = Math.max(half, Math.min(width - half, part * width));
      return { label, left: centre - half, right: centre + half, shift: centre - part * width };
    });
    const stand = new Set(fitting(spans));
    for (const span of spans) {
      set(span.label.style, "transform", `translateX(calc(-50% + ${span.shift.toFixed(1)}px))`);
      set(span.label, "className", stand.has(span) ? "" : "sr");
    }
  }
}
