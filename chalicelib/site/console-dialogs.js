/** What is asked before something is done, and what is said after it. */

import { Refused } from "./console-api.js";
import { button, field, fill, node } from "./console-dom.js";

/** @import { Child } from "./console-dom.js" */
/** @import { SharedWords } from "./console-types.js" */

const TOAST_MS = 8_000;
const UNDO_MS = 60_000;

/** @typedef {(text: string) => void} Tell says how far it is */

/**
 * @template Result what `run` gives
 * @typedef {object} Decision
 * @property {string} title
 * @property {Child[]} consequences what follows: sentences, or what shows it
 * @property {string} action the word on the button that does it
 * @property {string[]} [reasons] usual reasons; where they are given, one is asked for
 * @property {boolean} [mayHaveReason] whether one can be given where none is asked for
 * @property {boolean} [isFinal] whether it cannot be taken back, which is said
 * @property {boolean} [isGrave] whether the button looks like it
 * @property {(tell: Tell) => Promise<Child[]>} [prepare] finds out what follows, before it can be done
 * @property {(reason: string, tell: Tell) => Promise<Result>} run
 */

/** What went wrong, in a sentence that says all there is to say. */
export class Told extends Error {}

/** There is nothing to do any more, and this sentence says why. */
export class Settled extends Told {}

/**
 * Ask, do it, and stay open with what went wrong until it is done or given up.
 * @template Result
 * @param {Decision<Result>} decision
 * @param {SharedWords} words
 * @returns {Promise<Result | null | undefined>} what `run` gave, null for nothing, or undefined where it was given up
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

/**
 * Show something to read, or to look through, until it is closed.
 * @param {string} title
 * @param {SharedWords} words
 * @param {...Child} content
 */
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

/**
 * @param {HTMLDialogElement} dialog
 * @param {HTMLFormElement} form
 * @param {() => void} closed
 */
function open(dialog, form, closed) {
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  // A second Escape closes what only refuses to be cancelled, so the key itself is stopped.
  const stay = (/** @type {Event} */ event) => {
    if (isBusy(form)) event.preventDefault();
  };
  dialog.addEventListener("cancel", stay);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stay(event);
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
    closed();
  });
  document.body.append(dialog);
  dialog.showModal();
  focusIn(form);
}

/** @param {HTMLFormElement} form */
const isBusy = (form) => form.ariaBusy === "true";

/**
 * Keys go to what they are for: while there is nothing to do, to the sentence that says so.
 * @param {HTMLFormElement} form
 */
function focusIn(form) {
  placeOfKeys(form)?.focus();
}

/** @type {(form: HTMLFormElement) => HTMLElement | null} */
function placeOfKeys(form) {
  if (isBusy(form)) return form.querySelector(".progress");
  const confirm = form.querySelector(".actions [type=submit]:not([hidden])");
  return form.querySelector(confirm ? "input, select, textarea, .actions [type=submit]" : ".actions button");
}

/**
 * @template Result
 * @param {Decision<Result>} decision
 * @param {SharedWords} words
 * @param {(result: NonNullable<Result> | null) => void} finish
 */
function decisionForm(decision, words, finish) {
  const { title, consequences, action, reasons, mayHaveReason, isFinal, isGrave, prepare } = decision;
  const reason = reasons || mayHaveReason ? reasonInput(reasons) : null;
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
    reasons && reason && usualReasons(reasons, reason),
    parts.fault,
    parts.progress,
    node(
      "div",
      { className: "actions" },
      button(words.cancel, () => form.closest("dialog")?.close()),
      parts.confirm,
    ),
  );
  /** @type {Tell} */
  const tell = (text) => fill(parts.progress, text);
  let toPrepare = prepare;
  const step = async () => {
    if (toPrepare) {
      /** @type {Tell} */
      const tellEarly = (text) => tell(`${text} ${words.tooEarly}`);
      tellEarly(words.loading);
      fill(parts.found, ...(await toPrepare(tellEarly)));
      toPrepare = undefined;
      return words.prepared(action);
    }
    tell(words.sending);
    finish((await decision.run(reason ? reason.value.trim() : "", tell)) ?? null);
    return "";
  };
  const go = () => carryOut(form, parts, step, action, words);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // Enter still comes here right after the dialog was closed by another key.
    if (form.closest("dialog")?.open) go();
  });
  if (prepare) go();
  return form;
}

/**
 * Take one step; what went wrong is said, and the step can be taken again.
 * @param {HTMLFormElement} form
 * @param {{ fault: HTMLElement, progress: HTMLElement, confirm: HTMLButtonElement }} parts
 * @param {() => Promise<string>} step tells what it came to
 * @param {string} action
 * @param {SharedWords} words
 */
async function carryOut(form, { fault, progress, confirm }, step, action, words) {
  if (isBusy(form)) return;
  let told = "";
  fill(fault);
  setBusy(form, true);
  try {
    const running = step();
    focusIn(form);
    told = await running;
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

/** @param {string[]} [usuals] */
function reasonInput([usual = ""] = []) {
  const input = node("input", { type: "text", required: !!usual, maxLength: 200, value: usual, autocomplete: "off" });
  input.addEventListener("focus", () => input.select(), { once: true });
  return input;
}

/**
 * @param {string[]} reasons
 * @param {HTMLInputElement} input
 */
function usualReasons(reasons, input) {
  const chip = (/** @type {string} */ text) => button(text, () => (input.value = text), { className: "chip" });
  return node("div", { className: "chips" }, ...reasons.map(chip));
}

/**
 * @param {HTMLFormElement} form
 * @param {boolean} isOn
 */
function setBusy(form, isOn) {
  form.ariaBusy = String(isOn);
  for (const control of form.elements) /** @type {HTMLInputElement} */ (control).disabled = isOn;
}

/**
 * What went wrong, in a sentence: that nothing happened, or that nobody knows whether it did.
 * @param {unknown} error
 * @param {SharedWords} words
 */
export function failure(error, words) {
  if (error instanceof Told) return error.message;
  if (error instanceof Refused) return words.refused(error.text);
  return words.unanswered;
}

/**
 * Why something could not be read, in a sentence.
 * @param {unknown} error
 * @param {SharedWords} words
 */
export const unread = (error, words) => (error instanceof Refused ? error.text : words.unread);

/**
 * @typedef {object} Undo
 * @property {string} does what is taken back, for the button
 * @property {() => Promise<string>} run takes it back, and gives the sentence that says so
 */

/** Sentences at the edge of the page; what was done last is taken back by one key, and never anything older. */
export class Toasts {
  /** @type {{ kind?: object, run: () => void } | null} of what kind that was, and what takes it back */
  #last = null;

  /**
   * @param {HTMLElement} place
   * @param {() => SharedWords} words
   */
  constructor(place, words) {
    this.place = place;
    this.words = words;
  }

  /**
   * Say what was done.
   * @param {string} text
   * @param {Undo} [undo]
   */
  say(text, undo) {
    this.#last = null;
    if (!undo) return this.tell(text);
    const line = node("p", {}, text);
    const control = button(undo.does, () => this.#takeBack(toast, line, control, undo), { key: "u", className: "undo" });
    const toast = this.#put(UNDO_MS, line, control);
    this.#last = { run: () => this.#press(control) };
  }

  /**
   * Say something about what nobody did just now.
   * @param {string} text
   */
  tell(text) {
    this.#put(TOAST_MS, node("p", {}, text));
  }

  /**
   * @param {number} forMs
   * @param {...Node} content
   */
  #put(forMs, ...content) {
    const toast = node("div", { className: "toast" }, ...content);
    toast.append(button("✕", () => toast.remove(), { className: "close", ariaLabel: this.words().close }));
    this.place.append(toast);
    setTimeout(() => toast.remove(), forMs);
    return toast;
  }

  /**
   * Note what was done and is not said here; whether what was done before it is of the same kind.
   * @param {object} kind
   * @param {() => void} run
   */
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

  /** @param {HTMLButtonElement} control */
  #press(control) {
    if (control.isConnected) control.click();
    else this.tell(this.words().notUndone);
  }

  /**
   * @param {HTMLElement} toast
   * @param {HTMLElement} line
   * @param {HTMLButtonElement} control
   * @param {Undo} undo
   */
  async #takeBack(toast, line, control, undo) {
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
