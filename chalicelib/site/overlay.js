/** The picture that a broadcast lays over its own: one scene, by the settings of its address. */

/** @import { Air, View } from "./on-air.js" */

import { network, wake } from "./live.js";
import { campaign, settings, spoken } from "./on-air.js";
import { paced } from "./pacing.js";
import { Panic } from "./panic.js";
import { rehearsal } from "./rehearsal.js";

/** Milliseconds that a view takes to fade, and the next one to come. */
const FADING = 350;

const { body, documentElement: root } = document;
const safe = /** @type {HTMLElement} */ (document.getElementById("safe"));

function dress() {
  const { theme, align, stale, ticker, preview, font, scene, qr } = settings;
  Object.assign(body.dataset, { theme, align, stale, scene });
  body.classList.toggle("ticker", ticker);
  body.classList.toggle("with-qr", qr);
  const mark = /** @type {HTMLElement} */ (document.getElementById("preview"));
  mark.hidden = preview === null;
  if (font) root.style.setProperty("--font", `"${font}"`);
}

/** @param {number} scale */
const setScale = (scale) => root.style.setProperty("--scale", String(scale));

/**
 * As large as it is asked for, as long as nothing leaves the safe area, whatever is to be marked or announced.
 *
 * @param {Air} scene
 */
function fit({ fits, beside = 0 }) {
  const scale = settings.size / 100;
  setScale(scale);
  const rem = parseFloat(getComputedStyle(root).fontSize);
  const { clientWidth, clientHeight } = safe;
  const height = fits.offsetHeight + beside * rem;
  setScale(scale * Math.min(1, clientWidth / fits.offsetWidth, clientHeight / height));
}

/** Every metric in every language, one after another. @type {View[]} */
const views = settings.metrics.flatMap((metric) => settings.langs.map((lang) => ({ metric, lang })));

/** @param {Air} scene @param {View} view */
function show(scene, view) {
  root.lang = view.lang;
  scene.show(view);
}

/** @param {Air} scene @param {number} turn */
const rotateLater = (scene, turn) => setTimeout(() => rotate(scene, turn), settings.rotate * 1000);

/**
 * What is announced ends in the language in which it began: the picture speaks one at a time.
 *
 * @param {Air} scene
 * @param {number} turn
 */
function rotate(scene, turn) {
  const isSpoken = views[turn % views.length].lang === spoken();
  if (scene.queue && !isSpoken) scene.queue.between(() => change(scene, turn));
  else change(scene, turn);
}

/** @param {Air} scene @param {number} turn */
async function change(scene, turn) {
  await scene.fading.animate({ opacity: [1, 0] }, { duration: FADING, fill: "forwards" }).finished;
  show(scene, views[turn % views.length]);
  scene.fading.animate({ opacity: [0, 1] }, { duration: FADING, fill: "forwards" });
  rotateLater(scene, turn + 1);
}

/** Nothing is on air before there is a number, and how late it is can be told by how it looks. @param {Air} scene */
function follow(scene) {
  const onAir = /** @type {Element} */ (safe.querySelector(".on-air"));
  const { classList } = onAir;
  safe.addEventListener("gooddeeds:update", () => {
    classList.add("ready");
    fit(scene);
  });
  safe.addEventListener("gooddeeds:state", ({ detail }) => {
    classList.toggle("offline", ["old", "offline"].includes(detail.state));
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) scene.queue?.clear();
  });
}

/** Before any element is there: all of them ask through `network`. @param {Panic} panic */
function pace(panic) {
  const { preview, delay, poll, test } = settings;
  if (preview) network.fetch = rehearsal(preview);
  if (delay || poll || test) network.fetch = paced(network.fetch, settings);
  if (!preview) network.fetch = panic.through(network.fetch);
}

async function start() {
  dress();
  const panic = new Panic({ campaign, scene: settings.scene, asked: settings.panic, address: location.href });
  pace(panic);
  /** @type {Air | undefined} */
  let scene;
  // Names are off air at once, and what came meanwhile is not announced when it goes on.
  panic.begin((state) => {
    root.classList.toggle("panicked", state === "hide");
    root.classList.toggle("held", state === "hold");
    scene?.queue?.clear();
    wake();
  });
  scene = await lay();
  begin(scene);
}

/** @returns {Promise<Air>} */
async function lay() {
  /** @type {{ air: (safe: HTMLElement) => Air }} */
  const { air } = await import(`./scene-${settings.scene}.js`);
  return air(safe);
}

/** @param {Air} scene */
function begin(scene) {
  show(scene, views[0]);
  follow(scene);
  fit(scene);
  addEventListener("resize", () => fit(scene));
  if (views.length > 1) rotateLater(scene, 1);
}

start();
