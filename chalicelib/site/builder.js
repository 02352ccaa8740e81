/** The page on which a partner clicks a snippet together, and a broadcaster the address of the overlay. */

import { FIELDS, valueName, WORDS } from "./builder-fields.js";
import { preferred, remember } from "./language.js";
import { embedAddress, overlayAddress, snippet } from "./snippets.js";

const byId = (id) => document.getElementById(id);
const origin = location.origin;
const page = {
  speech: preferred(),
  thing: "counter",
  choices: {},
  campaigns: [document.querySelector("meta[name=campaign]").content].filter((id) => /^[\w-]+$/.test(id)),
  release: null,
};

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

const words = () => WORDS[page.speech];

function speak(speech) {
  page.speech = document.documentElement.lang = speech;
  remember(speech);
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = words()[place.dataset.word];
  for (const link of document.querySelectorAll("[data-speaks]")) link.search = `lang=${speech}`;
  for (const button of document.querySelectorAll("[data-lang]"))
    button.setAttribute("aria-pressed", button.dataset.lang === speech);
  document.title = words().title;
  drawFields();
}

const isOffered = ({ name, isOffered = () => true }) => (name !== "pinned" || page.release) && isOffered(page.choices);

/** Choices upon which it hangs what others offer. */
const DECISIVE = ["place", "since"];

const valuesOf = ({ values }) => (typeof values === "function" ? values(page.choices) : (values ?? page.campaigns));

const usual = (field) => {
  const { name, kind, usual: set } = field;
  if (name === "lang") return page.speech;
  return kind === "flag" ? set : kind === "choice" ? valuesOf(field)[0] : "";
};

function drawFields() {
  const things = make(
    "select",
    { name: "thing" },
    ...Object.entries(words().things).map(([value, name]) => option(value, name)),
  );
  things.value = page.thing;
  const fields = FIELDS[page.thing].filter(isOffered);
  page.choices = Object.fromEntries(fields.map((field) => [field.name, page.choices[field.name] ?? usual(field)]));
  byId("fields").replaceChildren(make("label", {}, words().thing, things), ...fields.map(control));
  drawResult();
}

const option = (value, name) => make("option", { value }, name);

function control(field) {
  const { name, kind, hint, least, most } = field;
  const title = words().fields[name];
  const value = page.choices[name];
  if (kind === "flag")
    return make("label", { className: "check" }, make("input", { type: "checkbox", name, checked: value }), title);
  if (kind === "choice") {
    const values = valuesOf(field);
    const select = make(
      "select",
      { name },
      ...values.map((each) => option(each, valueName(name, each, page.speech, words()))),
    );
    select.value = values.includes(value) ? value : values[0];
    page.choices[name] = select.value;
    return make("label", {}, title, select);
  }
  const limits = kind === "number" ? { type: "number", min: least, max: most } : { type: "text", placeholder: hint };
  return make("label", {}, title, make("input", { ...limits, name, value }));
}

/** The measures that there are for what is being written in another field, which is left alone. */
function drawMetrics() {
  const field = FIELDS[page.thing].find(({ name }) => name === "metric");
  byId("fields").querySelector("[name=metric]").parentNode.replaceWith(control(field));
}

/** An overlay's own defaults need not be said. */
function said() {
  if (page.thing !== "overlay" && page.thing !== "embed") return page.choices;
  const same = (field) =>
    field.kind === "choice" &&
    !["lang", "campaign", "metric"].includes(field.name) &&
    page.choices[field.name] === valuesOf(field)[0];
  const plain = FIELDS[page.thing].filter(same).map(({ name }) => name);
  return Object.fromEntries(Object.entries(page.choices).filter(([name]) => !plain.includes(name)));
}

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
  if (thing === "overlay") return make("iframe", { src: overlayAddress(said(), ""), title });
  if (thing === "embed") return make("iframe", { src: embedAddress(said(), ""), title });
  if (thing === "badge") {
    return make("img", {
      src: `/v1/campaigns/${choices.campaign}/badge/${choices.metric}.${choices.lang}.svg`,
      alt: words().things.badge,
    });
  }
  import(`./${thing}.js`);
  const element = document.createElement(`good-deeds-${thing}`);
  for (const name of ["campaign", "lang", "place", "metric", "view", "goal", "limit"]) {
    if (choices[name]) element.setAttribute(name, choices[name]);
  }
  if (choices.still) element.setAttribute("motion", "none");
  return element;
}

async function read(path) {
  const response = await fetch(path);
  return response.ok ? response.json() : null;
}

byId("form").addEventListener("input", ({ target }) => {
  const value = target.type === "checkbox" ? target.checked : target.value;
  if (target.name === "thing") page.thing = value;
  else page.choices[target.name] = value;
  if (target.name === "thing" || (DECISIVE.includes(target.name) && target.localName === "select")) {
    drawFields();
    byId("fields").querySelector(`[name=${target.name}]`).focus();
  } else if (DECISIVE.includes(target.name)) {
    drawMetrics();
    drawResult();
  } else drawResult();
});
byId("form").addEventListener("submit", (event) => event.preventDefault());

byId("copy").onclick = async () => {
  await navigator.clipboard.writeText(byId("snippet").textContent);
  byId("copied").textContent = words().copied;
};

for (const button of document.querySelectorAll("[data-lang]")) button.onclick = () => speak(button.dataset.lang);

speak(page.speech);
const [known, release] = await Promise.all([
  read("/v1/campaigns.json").catch(() => null),
  read("/widget/release.json").catch(() => null),
]);
const others = (known?.campaigns ?? []).map(({ id }) => id).filter((id) => !page.campaigns.includes(id));
page.campaigns.push(...others);
page.release = release;
drawFields();
