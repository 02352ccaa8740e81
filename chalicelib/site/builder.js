/** The page on which a partner clicks a snippet together, and a broadcaster the address of the overlay. */

/** @import { Language } from "./documents.js" */
/** @import { ChoiceField, Field } from "./builder-fields.js" */
/** @import { Choices, Release } from "./snippets.js" */

import { FIELDS, valueName, WORDS } from "./builder-fields.js";
import { campaignsOf } from "./campaigns.js";
import { preferred, remember } from "./language.js";
import { node } from "./live.js";
import { byId, onChoice, speakPage } from "./page-parts.js";
import { embedAddress, overlayAddress, snippet } from "./snippets.js";

/** Choices upon which it hangs what others offer. */
const DECISIVE = ["place", "since"];
/** What is said although it is usual: a snippet shall not hang upon what that is. */
const ALWAYS_SAID = ["lang", "campaign", "metric"];
const ATTRIBUTES = ["campaign", "lang", "place", "metric", "view", "goal", "limit"];

const { origin } = location;
const usualCampaign = /** @type {HTMLMetaElement} */ (document.querySelector("meta[name=campaign]")).content;
const page = {
  speech: preferred(),
  thing: "counter",
  /** @type {Choices} */
  choices: {},
  campaigns: [usualCampaign].filter((id) => /^[\w-]+$/.test(id)),
  /** @type {Release | null} */
  release: null,
};

const words = () => WORDS[page.speech];

/** @param {Language} speech */
function speak(speech) {
  page.speech = speech;
  remember(speech);
  speakPage(speech, words());
  document.title = words().title;
  drawFields();
}

/** @param {Field} field */
function isOffered({ name, isOffered }) {
  if (name === "pinned" && !page.release) return false;
  return isOffered?.(page.choices) ?? true;
}

/** @param {ChoiceField} field */
const valuesOf = ({ values }) => (typeof values === "function" ? values(page.choices) : (values ?? page.campaigns));

/** @param {Field} field */
function usual(field) {
  if (field.name === "lang") return page.speech;
  if (field.kind === "flag") return field.usual;
  return field.kind === "choice" ? valuesOf(field)[0] : "";
}

function drawFields() {
  const things = node("select", { name: "thing" }, ...options(Object.entries(words().things)));
  things.value = page.thing;
  const fields = FIELDS[page.thing].filter(isOffered);
  page.choices = Object.fromEntries(fields.map((field) => [field.name, page.choices[field.name] ?? usual(field)]));
  byId("fields").replaceChildren(node("label", {}, words().thing, things), ...fields.map(control));
  drawResult();
}

/** @param {[string, string][]} offered values and what they are called */
const options = (offered) => offered.map(([value, name]) => node("option", { value }, name));

/** @param {Field} field */
function control(field) {
  const { name, kind } = field;
  const title = words().fields[name];
  const value = page.choices[name];
  if (kind === "choice") return node("label", {}, title, selectOf(field));
  if (kind === "flag") {
    return node("label", { className: "check" }, node("input", { type: "checkbox", name, checked: value }), title);
  }
  const limits =
    field.kind === "number"
      ? { type: "number", min: field.min, max: field.max }
      : { type: "text", placeholder: field.hint };
  return node("label", {}, title, node("input", { ...limits, name, value }));
}

/** The values of a field; what is chosen but not offered is chosen no longer. @param {ChoiceField} field */
function selectOf(field) {
  const { name } = field;
  const values = valuesOf(field);
  const select = node("select", { name }, ...options(values.map((each) => [each, valueName(name, each, page.speech)])));
  select.value = values.find((each) => each === page.choices[name]) ?? values[0];
  page.choices[name] = select.value;
  return select;
}

/** The measures that there are for what is being written in another field, which is left alone. */
function drawMetrics() {
  const field = FIELDS[page.thing].find(({ name }) => name === "metric");
  if (field) controlOf("metric")?.closest("label")?.replaceWith(control(field));
}

/** @param {string} name @returns {HTMLElement | null} */
const controlOf = (name) => byId("fields").querySelector(`[name=${name}]`);

/** A page's own defaults need not be said. @returns {Choices} */
function said() {
  if (page.thing !== "overlay" && page.thing !== "embed") return page.choices;
  const plain = FIELDS[page.thing].filter(isPlain).map(({ name }) => name);
  return Object.fromEntries(Object.entries(page.choices).filter(([name]) => !plain.includes(name)));
}

/** @param {Field} field */
const isPlain = (field) =>
  field.kind === "choice" &&
  !ALWAYS_SAID.includes(field.name) &&
  page.choices[field.name] === valuesOf(field)[0];

function drawResult() {
  const { thing, release } = page;
  const title = words().brand;
  byId("snippet").textContent = snippet(thing, said(), { origin, release, title });
  byId("copied").textContent = "";
  byId("look").classList.toggle("dark", thing === "overlay");
  byId("look").replaceChildren(look());
}

function look() {
  const { thing, choices } = page;
  const title = words().look;
  if (thing === "overlay") return node("iframe", { src: overlayAddress(said(), ""), title });
  if (thing === "embed") return node("iframe", { src: embedAddress(said(), ""), title });
  if (thing === "badge") {
    const src = `/v1/campaigns/${choices.campaign}/badge/${choices.metric}.${choices.lang}.svg`;
    return node("img", { src, alt: words().things.badge });
  }
  import(`./${thing}.js`);
  const element = document.createElement(`good-deeds-${thing}`);
  for (const name of ATTRIBUTES) {
    const value = choices[name];
    if (value) element.setAttribute(name, String(value));
  }
  if (choices.still) element.setAttribute("motion", "none");
  return element;
}

/** @returns {Promise<Release | null>} what can be pinned */
async function readRelease() {
  try {
    const response = await fetch("/widget/release.json");
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** @param {Event} event */
function choose({ target }) {
  const control = /** @type {HTMLInputElement | HTMLSelectElement} */ (target);
  const { name, value } = control;
  const isFlag = control instanceof HTMLInputElement && control.type === "checkbox";
  if (name === "thing") page.thing = value;
  else page.choices[name] = isFlag ? control.checked : value;
  const isDecisive = DECISIVE.includes(name);
  if (name === "thing" || (isDecisive && control instanceof HTMLSelectElement)) {
    drawFields();
    controlOf(name)?.focus();
    return;
  }
  if (isDecisive) drawMetrics();
  drawResult();
}

byId("form").addEventListener("input", choose);
byId("form").addEventListener("submit", (event) => event.preventDefault());

byId("copy").onclick = async () => {
  await navigator.clipboard.writeText(byId("snippet").textContent ?? "");
  byId("copied").textContent = words().copied;
};

onChoice(speak);
speak(page.speech);
const [known = [], release] = await Promise.all([campaignsOf(), readRelease()]);
page.campaigns.push(...known.map(({ id }) => id).filter((id) => !page.campaigns.includes(id)));
page.release = release;
drawFields();
