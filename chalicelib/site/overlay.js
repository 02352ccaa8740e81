/** The picture that a broadcast lays over its own: one scene, by the settings of its address. */

import { network, wake } from "./live.js";
import { campaign, settings } from "./on-air.js";
import { paced } from "./pacing.js";
import { Panic } from "./panic.js";
import { rehearsal } from "./rehearsal.js";

const { body, documentElement: root } = document;
const safe = document.getElementById("safe");

function dress() {
  const { theme, align, stale, ticker, preview, font, scene, qr } = settings;
  Object.assign(body.dataset, { theme, align, stale, scene });
  body.classList.toggle("ticker", ticker);
  body.classList.toggle("with-qr", qr);
  document.getElementById("preview").hidden = preview === null;
  if (font) root.style.setProperty("--font", `"${font}"`);
}

/** As large as it is asked for, as long as nothing leaves the safe area, whatever is to be marked or announced. */
function fit({ fits, beside = 0 }) {
  const { size } = settings;
  root.style.setProperty("--scale", size / 100);
  const rem = parseFloat(getComputedStyle(root).fontSize);
  const { clientWidth, clientHeight } = safe;
  const height = fits.offsetHeight + beside * rem;
  const factor = Math.min(1, clientWidth / fits.offsetWidth, clientHeight / height);
  root.style.setProperty("--scale", (size / 100) * factor);
}

/** Every metric in every language, one after another. */
const views = settings.metrics.flatMap((metric) => settings.langs.map((lang) => ({ metric, lang })));

function show(scene, view) {
  root.lang = view.lang;
  scene.show(view);
}

/** What is announced ends in the language in which it began: the picture speaks one at a time. */
function rotate(scene, turn) {
  const isSpoken = views[turn % views.length].lang === root.lang;
  if (scene.queue && !isSpoken) scene.queue.between(() => change(scene, turn));
  else change(scene, turn);
}

async function change(scene, turn) {
  await scene.fading.animate({ opacity: [1, 0] }, { duration: 350, fill: "forwards" }).finished;
  show(scene, views[turn % views.length]);
  scene.fading.animate({ opacity: [0, 1] }, { duration: 350, fill: "forwards" });
  setTimeout(rotate, settings.rotate * 1000, scene, turn + 1);
}

/** Nothing is on air before there is a number, and how late it is can be told by how it looks. */
function follow(scene) {
  const { classList } = safe.querySelector(".on-air");
  safe.addEventListener("gooddeeds:update", () => {
    classList.add("ready");
    fit(scene);
  });
  safe.addEventListener("gooddeeds:state", ({ detail }) =>
    classList.toggle("offline", ["old", "offline"].includes(detail.state)),
  );
  document.addEventListener("visibilitychange", () => document.hidden && scene.queue?.clear());
}

/** Before any element is there: all of them ask through `network`. */
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
  // Names are off air at once, and what came meanwhile is not announced when it goes on.
  const obey = (state) => {
    root.classList.toggle("panicked", state === "hide");
    root.classList.toggle("held", state === "hold");
    scene?.queue?.clear();
    wake();
  };
  let scene;
  panic.begin(obey);
  const { air } = await import(`./scene-${settings.scene}.js`);
  scene = air(safe);
  show(scene, views[0]);
  follow(scene);
  fit(scene);
  addEventListener("resize", () => fit(scene));
  if (views.length > 1) setTimeout(rotate, settings.rotate * 1000, scene, 1);
}

start();
