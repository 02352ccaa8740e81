/** What is asked before something is done, and what is said after it. */

import { Refused } from "./console-api.js";
import { button, field, fill, node } from "./console-dom.js";

const TOAST_MS = 8_000;
const UNDO_MS = 60_000;

/**
 * @typedef {object} Decision
 * @property {string} title
 * @property {(Node | string | null | false)[]} consequences what follows: sentences, or what shows it
 * @property {string} action the word on the button that does it
 * @property {string[]} [reasons] usual reasons; where they are given, one is asked for
 * @property {boolean} [mayHaveReason] whether one can be given where none is asked for
 * @property {boolean} [isFinal] whether it cannot be taken back, which is said
 * @property {boolean} [isGrave] whether the button looks like it
 * @property {(tell: (text: string) => void) => Promise<Node[]>} [prepare] finds out what follows, before it can be done
 * @property {(reason: string, tell: (text: string) => void) => Promise<any>} run
 */

/** What went wrong, in a sentence that says all there is to say. */
export class Told extends Error {}

/** There is nothing to do any more, and this sentence says why. */
export class Settled extends Told {}

/**
 * Ask, do it, and stay open with what went wrong until it is done or given up.
 * @param {Decision} decision
 * @returns {Promise<any>} what `run` gave, or undefined where it was given up
 */
export function decide(decision, words) {
  return new Promise((resolve) => {
    const form = decisionForm(decision, words, (result) => {
      resolve(result);
      dialog.close();
    });
    const dialog = node("dialog", { className: "decision", aria: { labelledby: "decision" } }, form);
    open(dialog, form, () => resolve(undefined));
  });
}

/** Show something to read, or to look through, until it is closed. */
export function show(title, words, ...content) {
  const close = node("button", { type: "submit", className: "main" }, words.close);
  const form = node(
    "form",
    { method: "dialog" },
    node("h2", { id: "decision" }, title),
    ...content,
    node("div", { className: "actions" }, close),
  );
  const dialog = node("dialog", { aria: { labelledby: "decision" } }, form);
  open(dialog, form, () => {});
  return dialog;
}

function open(dialog, form, closed) {
  const before = document.activeElement;
  // A second Escape closes what only refuses to be cancelled, so the key itself is stopped.
  const stay = (event) => isBusy(form) && event.preventDefault();
  dialog.addEventListener("cancel", stay);
  dialog.addEventListener("keydown", (event) => event.key === "Escape" && stay(event));
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
  focusIn(form);
}

const isBusy = (form) => form.ariaBusy === "true";

/** Keys go to what they are for: while there is nothing to do, to the sentence that says so. */
function focusIn(form) {
  const place = form.querySelector(isBusy(form) ? ".progress" : ".actions [type=submit]:not([hidden])");
  const field = !isBusy(form) && place && form.querySelector("input, select, textarea");
  (field || place || form.querySelector(".actions button")).focus();
}

function decisionForm(decision, words, finish) {
  const { title, consequences, action, reasons, mayHaveReason, isFinal, isGrave, prepare } = decision;
  const reason = (reasons || mayHaveReason) && reasonInput(reasons);
  const parts = {
    found: node("div", { className: "found" }),
    fault: node("p", { className: "fault", aria: { role: "alert" } }),
    progress: node("p", { className: "progress", tabIndex: -1, aria: { role: "status" } }),
    confirm: node("button", { type: "submit", className: isGrave ? "grave" : "main" }, action),
  };
  const form = node(
    "form",
    {},
    node("h2", { id: "decision" }, title),
    ...consequences.map((each) => (typeof each === "string" ? node("p", {}, each) : each)),
    parts.found,
    isFinal && node("p", { className: "final" }, words.isFinal),
    reason && field(reasons ? words.reason : words.reasonIfAny, reason, words.reasonHint),
    reasons && usualReasons(reasons, reason),
    parts.fault,
    parts.progress,
    node(
      "div",
      { className: "actions" },
      button(words.cancel, () => form.closest("dialog").close()),
      parts.confirm,
    ),
  );
  let isPrepared = !prepare;
  const step = async () => {
    const tell = (text) => fill(parts.progress, text);
    if (isPrepared) {
      tell(words.sending);
      return finish((await decision.run(reason ? reason.value.trim() : "", tell)) ?? null);
    }
    const tellEarly = (text) => tell(`${text} ${words.tooEarly}`);
    tellEarly(words.loading);
    fill(parts.found, ...(await prepare(tellEarly)));
    isPrepared = true;
    return words.prepared(action);
  };
  const go = () => carryOut(form, parts, step, action, words);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go();
  });
  if (prepare) go();
  return form;
}

/** Take one step; what went wrong is said, and the step can be taken again. */
async function carryOut(form, { fault, progress, confirm }, step, action, words) {
  if (isBusy(form)) return;
  let told = "";
  fill(fault);
  setBusy(form, true);
  try {
    const running = step();
    focusIn(form);
    told = (await running) ?? "";
    fill(confirm, action);
  } catch (error) {
    fill(fault, failure(error, words));
    fill(confirm, words.again);
    confirm.hidden = error instanceof Settled;
  }
  setBusy(form, false);
  fill(progress, told);
  focusIn(form);
}

function reasonInput([usual = ""] = []) {
  const input = node("input", { type: "text", required: !!usual, maxLength: 200, value: usual, autocomplete: "off" });
  input.addEventListener("focus", () => input.select(), { once: true });
  return input;
}

const usualReasons = (reasons, input) =>
  node(
    "div",
    { className: "chips" },
    ...reasons.map((text) => button(text, () => (input.value = text), { className: "chip" })),
  );

function setBusy(form, isOn) {
  form.ariaBusy = String(isOn);
  for (const control of form.elements) control.disabled = isOn;
}

/** What went wrong, in a sentence: that nothing happened, or that nobody knows whether it did. */
export function failure(error, words) {
  if (error instanceof Told) return error.message;
  if (error instanceof Refused) return words.refused(error.text);
  return words.unanswered;
}

/** Why something could not be read, in a sentence. */
export const unread = (error, words) => (error instanceof Refused ? error.text : words.unread);

/**
 * @typedef {object} Undo
 * @property {string} does what is taken back, for the button
 * @property {() => Promise<string>} run takes it back, and gives the sentence that says so
 */

/** Sentences at the edge of the page; what was done last is taken back by one key, and never anything older. */
export class Toasts {
  /** Of what kind that was, and what takes it back. */
  #last = null;

  constructor(/** @type {HTMLElement} */ place, words) {
    this.place = place;
    this.words = words;
  }

  /** Say what was done. @param {string} text @param {Undo} [undo] */
  say(text, undo) {
    const toast = this.tell(text, undo);
    this.#last = undo && { run: () => this.#press(toast.querySelector(".undo")) };
  }

  /** Say something about what nobody did just now. */
  tell(text, undo) {
    const line = node("p", {}, text);
    const toast = node("div", { className: "toast" }, line);
    if (undo) toast.append(button(undo.does, () => this.#takeBack(toast, line, undo), { key: "u", className: "undo" }));
    toast.append(button("✕", () => toast.remove(), { className: "close", ariaLabel: this.words().close }));
    this.place.append(toast);
    setTimeout(() => toast.remove(), undo ? UNDO_MS : TOAST_MS);
    return toast;
  }

  /** Note what was done and is not said here; whether what was done before it is of the same kind. */
  did(kind, run) {
    const isSame = this.#last?.kind === kind;
    this.#last = { kind, run };
    return isSame;
  }

  /** Take back what was done last, or say that it cannot be. */
  undo() {
    if (this.#last) this.#last.run();
    else this.tell(this.words().notUndone);
  }

  clear() {
    fill(this.place);
    this.#last = null;
  }

  #press(control) {
    if (control.isConnected) control.click();
    else this.tell(this.words().notUndone);
  }

  async #takeBack(toast, line, undo) {
    const control = toast.querySelector(".undo");
    control.disabled = true;
    try {
      this.say(await undo.run());
      toast.remove();
    } catch (error) {
      control.disabled = false;
      fill(line, failure(error, this.words()));
      toast.classList.add("failed");
    }
  }
}
