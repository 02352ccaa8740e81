/** The way to the goal: a bar on which the campaign's milestones are marks. */

import { fill } from "./lists.js";
import { node, say } from "./live.js";
import { compact, format, measure, number, percent } from "./numbers.js";

/** Pixels between two labels at least. */
const GAP = 10;

/** Where the bar ends: at the goal; once that is reached, or without one, at the next milestone. */
export function endOf(value, target, milestones) {
  if (value < target) return target;
  const ahead = milestones.map(({ at }) => at).filter((at) => at > value);
  return Math.min(...ahead) < Infinity ? Math.min(...ahead) : Math.max(value, target || 0, 1);
}

/** The milestones in the order in which their labels are needed: the next one, the last one reached, then others. */
export function byNeed(marks) {
  const next = marks.find(({ isReached }) => !isReached);
  const last = marks.findLast(({ isReached }) => isReached);
  const need = (mark) => (mark === next ? 0 : mark === last ? 1 : mark.isGoal ? 2 : 3);
  return [...marks].sort((a, b) => need(a) - need(b) || b.at - a.at);
}

/** Which of these spans can stand beside each other, the first ones before the later ones. */
export function fitting(spans) {
  const stand = [];
  for (const span of spans) {
    if (stand.every(({ left, right }) => span.right + GAP <= left || right + GAP <= span.left)) stand.push(span);
  }
  return stand;
}

/** What a short text says exactly is told short. */
function short(at, words) {
  const step = at < 1e6 ? 1e3 : at < 1e9 ? 1e5 : 1e8;
  return (at % step ? number : compact)(at, words);
}

export class GoalBar {
  constructor(root) {
    [this.track, this.list, this.aim, this.next, this.also] = root.children;
    new ResizeObserver(() => this.place()).observe(this.track);
  }

  /** `said` has the words of the launch page. */
  show({ totals, goals = [], milestones = [], state }, metric, { lang, words, said }) {
    const value = measure(totals, metric) ?? 0;
    const target = goals.find((goal) => goal.metric === metric)?.target;
    const own = milestones.filter((milestone) => milestone.metric === metric);
    const end = endOf(value, target, own);
    this.track.firstElementChild.style.width = `${Math.min(100, Math.max(0, (value / end) * 100))}%`;
    const known = own.map(({ at, reached_at, title }) => ({ at, isReached: !!reached_at, title: title?.[lang] ?? "" }));
    if (target && !own.some(({ at }) => at === target)) known.push({ at: target, isReached: value >= target, title: "" });
    const shown = known.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
    const marks = shown.map((mark) => ({ ...mark, isGoal: mark.at === target, part: mark.at / end }));
    const visibility = marks.length ? "" : "hidden";
    if (this.track.style.visibility !== visibility) this.track.style.visibility = visibility;
    this.mark(marks, metric, { lang, words, said });
    const aim = target ? `${percent(value, target, words)} · ${words.goal} ${format(metric, target, words)}` : "";
    say(this.aim, aim);
    const next = state === "ended" ? undefined : known.filter(({ isReached }) => !isReached).sort((a, b) => a.at - b.at)[0];
    const left = next && format(metric, Math.max(0, next.at - value), words);
    say(this.next, next ? said.next(format(metric, next.at, words), left) : "");
    this.showOthers(milestones, metric, totals, { lang, words });
  }

  /** Marks that say the same stay as they are, and where their labels are. */
  mark(marks, metric, { lang, words, said }) {
    const told = JSON.stringify([lang, metric, marks]);
    if (told === this.told) return;
    this.told = told;
    this.marks = marks;
    fill(
      this.list,
      marks.map((mark) => this.item(mark, metric, words, said)),
    );
    requestAnimationFrame(() => this.place());
  }

  item({ at, isReached, isGoal, title, part }, metric, words, said) {
    const label = node("span", {}, short(at, words));
    const plain = node("span", { className: "sr" }, ` ${words.label(metric, at)}${isReached ? `, ${said.reached}` : ""}`);
    const item = node("li", { className: `${isReached ? "reached" : ""} ${isGoal ? "goal" : ""}`, title }, label, plain);
    item.style.left = `${part * 100}%`;
    return item;
  }

  /** Labels stay within the bar, and on no other one. */
  place() {
    const width = this.track.clientWidth;
    if (!this.marks?.length || !width) return;
    const spans = byNeed(this.marks).map((mark) => {
      const label = this.list.children[this.marks.indexOf(mark)].firstElementChild;
      const half = label.scrollWidth / 2;
      const centre = Math.max(half, Math.min(width - half, mark.part * width));
      return { label, left: centre - half, right: centre + half, shift: centre - mark.part * width };
    });
    const stand = new Set(fitting(spans));
    for (const span of spans) {
      const transform = `translateX(calc(-50% + ${span.shift.toFixed(1)}px))`;
      if (span.label.style.transform !== transform) span.label.style.transform = transform;
      const className = stand.has(span) ? "" : "sr";
      if (span.label.className !== className) span.label.className = className;
    }
  }

  /** The milestone of another measure that is nearest. */
  showOthers(milestones, metric, totals, { lang, words }) {
    const reached = ({ metric, at }) => (measure(totals, metric) ?? 0) / at;
    const others = milestones.filter((milestone) => milestone.metric !== metric && !milestone.reached_at);
    const nearest = others.sort((a, b) => reached(b) - reached(a))[0];
    const text = nearest && `${format(nearest.metric, nearest.at, words)} ${words.label(nearest.metric, nearest.at)}`;
    say(this.also, nearest ? [nearest.title?.[lang], text].filter(Boolean).join(" · ") : "");
  }
}
