/** What the address of an overlay asks for. What cannot be understood is left at its default: nothing may fail on air. */

import { LANGUAGES } from "./language.js";
import { METRICS, PLACE_METRICS, TIMELINE_METRICS } from "./metrics.js";
import { places } from "./regions.js";
import { isSince } from "./since-when.js";

const THEMES = ["night", "sky", "light", "plain"];
const ALIGNMENTS = ["bottom-left", "bottom", "bottom-right", "left", "center", "right", "top-left", "top", "top-right"];
const STALE = ["mark", "dim", "hide", "off"];
export const SCENES = ["lower-third", "number", "crawl", "regions", "region", "countdown", "thanks"];
const PANICS = ["hold", "hide"];
const PREVIEWS = [
  ...["all", "updates", "milestone", "correction", "stale", "flood"],
  ...["old", "test", "frozen", "ended", "empty"],
];

export const OPTIONS = { THEMES, ALIGNMENTS, STALE, PREVIEWS };

/** @type {(text: string | null) => boolean} */
const isOn = (text) => text !== null && !["0", "off", "no", "false"].includes(text);

/** @type {(text: string | null, values: string[]) => string} */
const oneOf = (text, values) => values.find((value) => value === text) ?? values[0];

/**
 * @template Usual
 * @param {string | null} text @param {number} min @param {number} max @param {Usual} usual
 */
const within = (text, min, max, usual) => {
  const number = text ? +text : NaN;
  return number >= min && number <= max ? number : usual;
};

/**
 * @template {string} Value
 * @param {string | null} text @param {Value[]} values
 */
const several = (text, values) => {
  const known = (text ?? "").split(",").flatMap((item) => values.filter((value) => value === item));
  return known.length ? known : [values[0]];
};

/**
 * Places are not told by the minute: where one is asked for, it is told since the beginning.
 *
 * @param {{ place?: string | null, since?: string | null, scene?: string }} asked
 */
export const metricsOf = ({ place, since, scene }) =>
  place || scene === "regions" ? PLACE_METRICS : since ? TIMELINE_METRICS : METRICS;

/** @param {string} address */
export function settingsOf(address) {
  const { searchParams: asked } = new URL(address);
  /** @param {string} name */
  const get = (name) => asked.get(name);
  const place = places.find((code) => code === get("place")) ?? null;
  const scene = oneOf(get("scene"), SCENES);
  const since = !place && isSince(get("since") ?? "") ? get("since") : null;
  return {
    scene,
    panic: PANICS.find((state) => state === get("panic")) ?? null,
    metrics: several(get("metrics") ?? get("metric"), metricsOf({ place, since, scene })),
    rotate: within(get("rotate"), 2, 600, 12),
    place,
    langs: several(get("lang"), LANGUAGES),
    theme: oneOf(get("theme"), THEMES),
    font: /^[\p{L}\d ._-]{1,60}$/u.test(get("font") ?? "") ? get("font") : null,
    size: within(get("size"), 25, 400, 100),
    align: oneOf(get("align"), ALIGNMENTS),
    goal: get("goal") !== null && !isOn(get("goal")) ? "none" : within(get("goal"), 1, 1e15, null),
    milestones: get("milestones") === null || isOn(get("milestones")),
    alerts: isOn(get("alerts")),
    ticker: isOn(get("ticker")),
    since,
    delay: within(get("delay"), 0, 600, 0),
    poll: within(get("poll"), 1, 600, 0),
    stale: oneOf(get("stale"), STALE),
    test: isOn(get("test")),
    qr: isOn(get("qr")),
    address: /^[\p{L}\d./-]{3,40}$/u.test(get("address") ?? "") ? get("address") : null,
    preview: isOn(get("preview")) ? oneOf(get("preview"), PREVIEWS) : null,
  };
}
