/** From choices to what a partner pastes or a broadcaster opens. */

/**
 * What an element imports, as it is served: the counter's file has what all of them need.
 *
 * @type {Record<string, string[]>}
 */
const FILES = {
  counter: ["digits.js"],
  board: ["counter.js", "regions.js", "lists.js"],
  map: ["counter.js", "populations.js", "regions.js", "tiles.js"],
  ticker: ["counter.js", "regions.js", "money.js", "lists.js"],
  timeline: ["counter.js", "lists.js"],
};
/** What comes after the numbers of any element. */
const BESIDE = ["page-controls.js", "campaign-name.js", "campaigns.js", "metrics.js", "regions.js"];
/**
 * @typedef {Record<string, string | boolean | undefined>} Choices what is chosen in the builder, by the names of
 *   attributes and parameters; what is left open is empty
 * @typedef {{ release: string, integrity: Record<string, string> }} Release
 */

const ATTRIBUTES = ["campaign", "lang", "place", "metric", "view", "goal", "limit"];

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** @param {unknown} text */
const escaped = (text) => String(text).replace(/[&<>"]/g, (char) => ENTITIES[char]);

/** @param {[string, unknown][]} pairs */
const attributes = (pairs) => pairs.map(([name, value]) => ` ${name}="${escaped(value)}"`).join("");

/** @type {(choices: Choices, names: string[]) => [string, unknown][]} */
const chosen = (choices, names) => names.filter((name) => choices[name]).map((name) => [name, choices[name]]);

/**
 * The address of a page, with what is chosen for it.
 *
 * @param {string} page
 * @param {Choices} choices
 */
function address(page, choices) {
  const given = Object.entries(choices).flatMap(([name, value]) => (value ? [[name, String(value)]] : []));
  const query = new URLSearchParams(given).toString();
  return `${page}${query && `?${query}`}`;
}

/** What stands for a campaign in an address. @param {Choices} choices */
const segmentOf = ({ campaign }) => encodeURIComponent(String(campaign));

/**
 * A pinned release never changes and every file of it is checked; the evergreen one mends itself.
 *
 * @param {string} name
 * @param {string} lang
 * @param {string} origin
 * @param {Release | null} [release]
 */
function scripts(name, lang, origin, release) {
  if (!release) return [`<script type="module" src="${origin}/widget/${name}.js"></script>`];
  /** @param {string} file */
  const at = (file) =>
    `${origin}/widget/${release.release}/${file}" integrity="${release.integrity[file]}" crossorigin="anonymous"`;
  const files = new Set([...FILES[name], ...BESIDE, `${lang}.js`]);
  const preloads = [...files].map((file) => `<link rel="modulepreload" href="${at(file)}>`);
  return [...preloads, `<script type="module" src="${at(`${name}.js`)}></script>`];
}

/** @param {string} thing @param {Choices} choices @param {string} origin @param {Release | null} [release] */
function elementSnippet(thing, choices, origin, release) {
  /** @type {[string, unknown][]} */
  const pairs = [...chosen(choices, ATTRIBUTES), ...chosen({ motion: choices.still && "none" }, ["motion"])];
  const tag = `<good-deeds-${thing}${attributes(pairs)}></good-deeds-${thing}>`;
  return [...scripts(thing, String(choices.lang), origin, choices.pinned ? release : null), tag].join("\n");
}

/** @param {Choices} choices @param {string} origin */
export function overlayAddress(choices, origin) {
  const { campaign: _, milestones, alerts, ticker, test, ...others } = choices;
  /** @param {string | boolean | undefined} isOn */
  const flag = (isOn) => (isOn ? "1" : "");
  const flags = { milestones: milestones ? "" : "0", alerts: flag(alerts), ticker: flag(ticker), test: flag(test) };
  return address(origin + `/overlay/${segmentOf(choices)}`, { ...others, ...flags });
}

/** @param {Choices} choices @param {string} origin */
export function embedAddress(choices, origin) {
  const { campaign: _, ...others } = choices;
  return address(origin + `/embed/${segmentOf(choices)}`, others);
}

/**
 * What to paste for `thing`; `title` names a frame or a picture to those who cannot see it.
 *
 * @param {string} thing
 * @param {Choices} choices
 * @param {{ origin: string, release?: Release | null, title?: string }} context
 */
export function snippet(thing, choices, { origin, release, title }) {
  const { metric, lang } = choices;
  if (thing === "overlay") return overlayAddress(choices, origin);
  if (thing === "embed") {
    const source = escaped(embedAddress({ ...choices, height: "auto" }, origin));
    const look = 'width="640" height="360" style="border:0;max-width:100%"';
    const frame = `<iframe src="${source}" title="${escaped(title)}" ${look}></iframe>`;
    return `${frame}\n<script type="module" src="${origin}/widget/frame-height.js"></script>`;
  }
  if (thing === "badge") {
    const source = `${origin}/v1/campaigns/${segmentOf(choices)}/badge/${metric}.${lang}.svg`;
    return `<a href="${origin}/"><img src="${escaped(source)}" alt="${escaped(title)}"></a>`;
  }
  return elementSnippet(thing, choices, origin, release);
}
