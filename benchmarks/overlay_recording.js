/**
 * Looks at each frame of an overlay as it is painted: what is to be read, where it stands, what follows what. What is
 * found is kept in `recording`; `BOXES` returns the texts that are seen and their boxes.
 */
(BOXES, watched) => {
  const NOTHING = /—|NaN|undefined|null|\[object/;
  const STALL = 250;
  const recording = { frames: 0, faults: {}, numbers: [], told: [], lastSeen: {}, stalls: [] };
  let last = Date.now();
  globalThis.recording = recording;

  const fault = (what) => {
    const known = (recording.faults[what] ??= { first: Date.now(), frames: 0 });
    known.frames++;
  };

  const overlap = (one, other) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1;

  function lookAtTexts(boxes) {
    const [across, down] = [innerWidth / 20 - 1, innerHeight / 20 - 1];
    boxes.forEach((box, i) => {
      const { text, left, top, right, bottom } = box;
      if (left < across || top < down || right > innerWidth - across || bottom > innerHeight - down)
        fault(`outside the safe area: ${text}`);
      if (NOTHING.test(text)) fault(`nothing is said: ${text}`);
      for (const other of boxes.slice(0, i)) if (overlap(box, other)) fault(`on each other: ${text} | ${other.text}`);
      for (const name of watched) if (text.includes(name)) recording.lastSeen[name] = Date.now();
    });
  }

  function lookAtNumber() {
    const counter = document.querySelector("good-deeds-counter");
    const text = counter?.shadowRoot.querySelector("[part=value]").textContent ?? "";
    if (!document.querySelector(".plate.ready")) return;
    const number = Number(text.replace(/\D/g, ""));
    if (!text.trim()) fault("an empty plate");
    const last = recording.numbers.at(-1);
    const note = counter.shadowRoot.querySelector("[part=note]").textContent;
    if (number !== last?.number) recording.numbers.push({ at: Date.now(), number, note });
    else if (note) last.note = note;
  }

  /** What is told: celebrations and alerts, each from when it comes until it begins to go. */
  function lookAtQueue() {
    const celebration = document.getElementById("celebration");
    const alert = document.getElementById("alert");
    const now = [
      celebration && !celebration.hidden && ["milestone", document.getElementById("celebrated").textContent],
      alert?.classList.contains("on") && ["alert", alert.textContent],
    ].filter(Boolean);
    if (now.length > 1) fault("two things are told at once");
    const [kind, text] = now[0] ?? [];
    const last = recording.told.at(-1);
    if (last && !last.ended && (last.kind !== kind || (kind === "milestone" && last.text !== text))) last.ended = Date.now();
    if (kind && (!last || last.ended)) recording.told.push({ kind, text, began: Date.now() });
  }

  function look() {
    recording.frames++;
    const now = Date.now();
    if (now - last > STALL) recording.stalls.push({ at: now, lasted: now - last });
    last = now;
    lookAtTexts(BOXES());
    lookAtNumber();
    lookAtQueue();
    requestAnimationFrame(look);
  }
  addEventListener("DOMContentLoaded", () => requestAnimationFrame(look));
};
