/** The control page: all scenes of a broadcast side by side, with their addresses, for whoever puts them on air. */

/** @import { Language } from "./documents.js" */

import { listed } from "./campaigns.js";
import { LANGUAGE_NAMES, preferred, remember } from "./language.js";
import { node } from "./live.js";
import { METRICS, METRIC_NAMES } from "./metrics.js";
import { OPTIONS, SCENES } from "./overlay-settings.js";
import { all, byId, onChoice, press, speakPage } from "./page-parts.js";
import { onOrder, order, orders } from "./panic.js";
import { nameIn } from "./region-names.js";
import { placeName, places } from "./regions.js";
import { STUDIO_WORDS } from "./studio-words.js";

const STATES = ["go", "hold", "hide"];
/** The picture that a scene is made for, in pixels. */
const PICTURE_WIDTH = 1920;
const COPIED_MS = 2_000;

const campaign = decodeURIComponent(location.pathname.split("/")[2]);
const page = {
  isMissing: false,
  speech: preferred(),
  /** @type {Record<string, string>} */
  choices: { lang: preferred(), theme: "night", place: "", metric: METRICS[0], qr: "", preview: "off" },
};
const words = () => STUDIO_WORDS[page.speech];

/**
 * The address of a scene; what is usual is left out of it.
 *
 * @param {string} scene
 * @param {Record<string, string>} others parameters besides those that are chosen for all scenes
 */
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

/** @param {Language} speech */
function speak(speech) {
  page.speech = speech;
  remember(speech);
  speakPage(speech, words());
  document.title = words().title;
  byId("all").replaceChildren(...panicButtons("all"));
  drawChoices();
  drawScenes();
  byId("obs").replaceChildren(...words().obs.map(stepItem));
  byId("vmix").replaceChildren(...words().vmix.map(stepItem));
  drawOrders();
}

/** @param {string} step */
const stepItem = (step) => node("li", {}, step);

function drawChoices() {
  const { themes, previews, everywhere, inTurn, yes, no } = words();
  const { speech } = page;
  const fields = [
    choice("lang", [...Object.entries(LANGUAGE_NAMES), ["kk,ru", inTurn]]),
    choice("place", [["", everywhere], ...places.map((code) => pair(code, placeName(code, speech)))]),
    choice("metric", METRICS.map((metric) => pair(metric, nameIn(METRIC_NAMES, metric, speech)))),
    choice("theme", Object.entries(themes)),
    choice("qr", [pair("", no), pair("1", yes)]),
    choice("preview", Object.entries(previews)),
  ];
  byId("choices").replaceChildren(...fields);
}

/** @type {(value: string, text: string) => [string, string]} */
const pair = (value, text) => [value, text];

/** @param {string} name @param {[string, string][]} offered values and what they are called */
function choice(name, offered) {
  const select = node("select", { name }, ...offered.map(([value, text]) => node("option", { value }, text)));
  select.value = page.choices[name];
  select.onchange = () => {
    page.choices[name] = select.value;
    drawScenes();
    drawOrders();
  };
  return node("label", {}, words().choices[name], select);
}

function drawScenes() {
  byId("scenes").replaceChildren(...(page.isMissing ? [] : SCENES.map(sceneCard)));
}

/** @param {string} scene */
function sceneCard(scene) {
  const [name, about] = words().scenes[scene];
  const buttons = node("div", { className: "buttons", role: "group", ariaLabel: `${words().panic}: ${name}` });
  buttons.append(...panicButtons(scene));
  return node(
    "article",
    {},
    node("h2", {}, name),
    lookAt(scene, name),
    node("p", {}, about),
    copyField(`${words().address}: ${name}`, addressOf(scene)),
    buttons,
    emergencyOf(scene, name),
  );
}

/** A scene as it is now. @param {string} scene @param {string} name */
function lookAt(scene, name) {
  const frame = node("iframe", { title: name, loading: "lazy", tabIndex: -1 });
  // Of its own, so that what is held on air is kept apart from what is looked at here.
  frame.src = addressOf(scene, { preview: page.choices.preview });
  const look = node("div", { className: "look" }, frame);
  const fit = () => look.style.setProperty("--to", String(look.clientWidth / PICTURE_WIDTH));
  new ResizeObserver(fit).observe(look);
  return look;
}

/** Addresses that hold or hide a scene wherever it is open. @param {string} scene @param {string} name */
function emergencyOf(scene, name) {
  const { emergency, states, holds, hides } = words();
  return node(
    "details",
    {},
    node("summary", {}, emergency),
    node("p", {}, `${states.hold}: ${holds}`),
    copyField(`${name}: ${states.hold}`, addressOf(scene, { panic: "hold" })),
    node("p", {}, `${states.hide}: ${hides}`),
    copyField(`${name}: ${states.hide}`, addressOf(scene, { panic: "hide" })),
  );
}

/** @param {string} label @param {string} address */
function copyField(label, address) {
  const input = node("input", { readOnly: true, value: address, ariaLabel: label });
  input.onfocus = () => input.select();
  const ariaLabel = `${words().copy}. ${label}`;
  const button = node("button", { type: "button", className: "copy", ariaLabel }, words().copy);
  button.onclick = async () => {
    await navigator.clipboard.writeText(address);
    button.textContent = byId("copied").textContent = words().copied;
    setTimeout(() => (button.textContent = words().copy), COPIED_MS);
  };
  return node("div", { className: "address" }, input, button);
}

/** @param {string} scene */
function panicButtons(scene) {
  return STATES.map((state) => {
    const button = node("button", { type: "button", value: state }, words().states[state]);
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
  for (const button of all("button[data-scene]")) {
    const state = told[button.dataset.scene ?? ""] ?? told.all ?? "go";
    press(button, state === button.getAttribute("value"));
  }
}

onChoice(speak);
onOrder(campaign, drawOrders);
speak(page.speech);

if ((await listed(campaign)) === null) {
  page.isMissing = true;
  document.body.classList.add("missing");
  drawScenes();
}
