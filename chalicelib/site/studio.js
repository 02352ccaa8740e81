/** The control page: all scenes of a broadcast side by side, with their addresses, for whoever puts them on air. */

import { listed } from "./campaigns.js";
import { preferred, remember } from "./language.js";
import { METRICS, METRIC_NAMES } from "./metrics.js";
import { OPTIONS, SCENES } from "./overlay-settings.js";
import { onOrder, order, orders } from "./panic.js";
import { placeName, places } from "./regions.js";
import { STUDIO_WORDS } from "./studio-words.js";

const LANGUAGES = ["kk", "ru", "en"];
const STATES = ["go", "hold", "hide"];

const campaign = decodeURIComponent(location.pathname.split("/")[2]);
const byId = (id) => document.getElementById(id);
const page = {
  isMissing: false,
  speech: preferred(),
  choices: { lang: preferred(), theme: "night", place: "", metric: METRICS[0], qr: "", preview: "off" },
};
const words = () => STUDIO_WORDS[page.speech];

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** The address of a scene; what is usual is left out of it. */
function addressOf(scene, others = {}) {
  const { lang, theme, place, metric, qr } = page.choices;
  const asked = {
    scene: scene === SCENES[0] ? "" : scene,
    place,
    metric: metric === METRICS[0] ? "" : metric,
    lang,
    theme: theme === OPTIONS.THEMES[0] ? "" : theme,
    qr,
    alerts: scene === SCENES[0] ? "1" : "",
    ...others,
  };
  const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value));
  return `${location.origin}/overlay/${encodeURIComponent(campaign)}?${query}`;
}

function speak(speech) {
  page.speech = document.documentElement.lang = speech;
  remember(speech);
  for (const place of document.querySelectorAll("[data-word]")) place.textContent = words()[place.dataset.word];
  for (const link of document.querySelectorAll("[data-speaks]")) link.search = `lang=${speech}`;
  for (const button of document.querySelectorAll("[data-lang]"))
    button.setAttribute("aria-pressed", button.dataset.lang === speech);
  document.title = words().title;
  byId("all").replaceChildren(...panicButtons("all"));
  drawChoices();
  drawScenes();
  for (const tool of ["obs", "vmix"])
    byId(tool).replaceChildren(...words()[tool].map((step) => make("li", {}, step)));
  drawOrders();
}

function drawChoices() {
  const { themes, previews, everywhere, inTurn, yes, no } = words();
  const languageNames = ["Қазақша", "Русский", "English"].map((name, i) => [LANGUAGES[i], name]);
  const index = LANGUAGES.indexOf(page.speech);
  const offered = {
    lang: [...languageNames, ["kk,ru", inTurn]],
    place: [["", everywhere], ...places.map((code) => [code, placeName(code, page.speech)])],
    metric: METRICS.map((metric) => [metric, METRIC_NAMES[metric][index]]),
    theme: Object.entries(themes),
    qr: [
      ["", no],
      ["1", yes],
    ],
    preview: Object.entries(previews),
  };
  byId("choices").replaceChildren(...Object.entries(offered).map(([name, options]) => choice(name, options)));
}

function choice(name, options) {
  const select = make("select", { name }, ...options.map(([value, text]) => make("option", { value }, text)));
  select.value = page.choices[name];
  select.onchange = () => {
    page.choices[name] = select.value;
    drawScenes();
    drawOrders();
  };
  return make("label", {}, words().choices[name], select);
}

function drawScenes() {
  byId("scenes").replaceChildren(...(page.isMissing ? [] : SCENES.map(sceneCard)));
}

function sceneCard(scene) {
  const [name, about] = words().scenes[scene];
  const frame = make("iframe", { title: name, loading: "lazy", tabIndex: -1 });
  // Of its own, so that what is held on air is kept apart from what is looked at here.
  frame.src = addressOf(scene, { preview: page.choices.preview });
  const look = make("div", { className: "look" }, frame);
  new ResizeObserver(() => look.style.setProperty("--to", look.clientWidth / 1920)).observe(look);
  const emergency = make(
    "details",
    {},
    make("summary", {}, words().emergency),
    make("p", {}, `${words().states.hold}: ${words().holds}`),
    copyField(`${name}: ${words().states.hold}`, addressOf(scene, { panic: "hold" })),
    make("p", {}, `${words().states.hide}: ${words().hides}`),
    copyField(`${name}: ${words().states.hide}`, addressOf(scene, { panic: "hide" })),
  );
  const buttons = make("div", { className: "buttons", role: "group", ariaLabel: `${words().panic}: ${name}` });
  buttons.append(...panicButtons(scene));
  return make(
    "article",
    {},
    make("h2", {}, name),
    look,
    make("p", {}, about),
    copyField(`${words().address}: ${name}`, addressOf(scene)),
    buttons,
    emergency,
  );
}

function copyField(label, address) {
  const input = make("input", { readOnly: true, value: address, ariaLabel: label });
  input.onfocus = () => input.select();
  const button = make("button", { type: "button", className: "copy", ariaLabel: `${words().copy}. ${label}` }, words().copy);
  button.onclick = async () => {
    await navigator.clipboard.writeText(address);
    button.textContent = byId("copied").textContent = words().copied;
    setTimeout(() => (button.textContent = words().copy), 2000);
  };
  return make("div", { className: "address" }, input, button);
}

function panicButtons(scene) {
  return STATES.map((state) => {
    const button = make("button", { type: "button", value: state }, words().states[state]);
    button.dataset.scene = scene;
    button.onclick = () => {
      order(campaign, scene, state);
      drawOrders();
    };
    return button;
  });
}

/** Which button holds, for all scenes and for each. */
function drawOrders() {
  const told = orders(campaign);
  for (const button of document.querySelectorAll("[data-scene]")) {
    const state = told[button.dataset.scene] ?? told.all ?? "go";
    button.setAttribute("aria-pressed", state === button.value);
  }
}

for (const button of document.querySelectorAll("[data-lang]")) button.onclick = () => speak(button.dataset.lang);
onOrder(campaign, drawOrders);
speak(page.speech);

if ((await listed(campaign)) === null) {
  page.isMissing = true;
  document.body.classList.add("missing");
  drawScenes();
}
