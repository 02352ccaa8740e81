/** From choices to what a partner pastes or a broadcaster opens. */

/** What an element imports, as it is served: the counter's file has what all of them need. */
const FILES = {
  counter: ["digits.js"],
  board: ["counter.js", "regions.js", "lists.js"],
  map: ["counter.js", "populations.js", "regions.js", "tiles.js"],
  ticker: ["counter.js", "regions.js", "money.js", "lists.js"],
  timeline: ["counter.js", "lists.js"],
};
/** What comes after the numbers of any element. */
const BESIDE = ["page-controls.js", "campaign-name.js", "metrics.js", "regions.js"];
/**
 * @typedef {Record<string, any>} Choices what is chosen in the builder, by the names of attributes and parameters
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

/** @type {(origin: string, path: string, pairs: string[][]) => string} */
const address = (origin, path, pairs) => {
  const query = new URLSearchParams(pairs).toString();
  return `${origin}${path}${query && `?${query}`}`;
};

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
  const needed = [...new Set([...FILES[/** @type {keyof typeof FILES} */ (name)], ...BESIDE, `${lang}.js`])].map((file) => `<link rel="modulepreload" href="${at(file)}>`);
  return [...needed, `<script type="module" src="${at(`${name}.js`)}></script>`];
}

/** @param {string} thing @param {Choices} choices @param {string} origin @param {Release | null} [release] */
function elementSnippet(thing, choices, origin, release) {
  /** @type {[string, unknown][]} */
  const pairs = [...chosen(choices, ATTRIBUTES), ...chosen({ motion: choices.still && "none" }, ["motion"])];
  const tag = `<good-deeds-${thing}${attributes(pairs)}></good-deeds-${thing}>`;
  return [...scripts(thing, choices.lang, origin, choices.pinned && release), tag].join("\n");
}

/** @param {Choices} choices @param {string} origin */
export function overlayAddress(choices, origin) {
  const { campaign, milestones, alerts, ticker, test, ...others } = choices;
  const flags = [
    ...(milestones ? [] : [["milestones", "0"]]),
    ...Object.entries({ alerts, ticker, test }).flatMap(([name, on]) => (on ? [[name, "1"]] : [])),
  ];
  return address(origin, `/overlay/${encodeURIComponent(campaign)}`, [
    ...Object.entries(others).filter(([, value]) => value),
    ...flags,
  ]);
}

/** @param {Choices} choices @param {string} origin */
export function embedAddress({ campaign, ...choices }, origin) {
  return address(
    origin,
    `/embed/${encodeURIComponent(campaign)}`,
    Object.entries(choices).filter(([, value]) => value),
  );
}

/**
 * What to paste for `thing`; `title` names a frame or a picture to those who cannot see it.
 *
 * @param {string} thing
 * @param {Choices} choices
 * @param {{ origin: string, release?: Release | null, title?: string }} context
 */
export function snippet(thing, choices, { origin, release, title }) {
  const { campaign, metric, lang } = choices;
  if (thing === "overlay") return overlayAddress(choices, origin);
  if (thing === "embed") {
    const source = escaped(embedAddress({ ...choices, height: "auto" }, origin));
    const look = 'width="640" height="360" style="border:0;max-width:100%"';
    const frame = `<iframe src="${source}" title="${escaped(title)}" ${look}></iframe>`;
    return `${frame}\n<script type="module" src="${origin}/widget/frame-height.js"></script>`;
  }
  if (thing === "badge") {
    const source = `${origin}/v1/campaigns/${encodeURIComponent(campaign)}/badge/${metric}.${lang}.svg`;
    return `<a href="${origin}/"><img src="${escaped(source)}" alt="${escaped(title)}"></a>`;
  }
  return elementSnippet(thing, choices, origin, release);
}
