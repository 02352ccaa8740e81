/** A poller for each document, and what its elements share. */

const feeds = {};
let ahead = 0;

/** The time, by the server where it says another one than the viewer's clock. */
export const now = () => Date.now() + ahead;

/** `Date` tells whole seconds of when an answer was made, `Age` how long it has been kept since. */
function setClock(headers) {
  const told = Date.parse(headers.get("Date")) + (headers.get("Age") ?? 0) * 1000;
  if (Math.abs(told - now()) > 5000) ahead = told - Date.now();
}

class Feed {
  listeners = new Set();
  answered = Date.now();
  failures = 0;
  next = 6;
  /** Seconds until what stands is confirmed once more: a sweep each minute does so, and may be late itself. */
  swept = 75;
  /** The least seconds between requests, whatever documents say. */
  seldom = 0;
  /** What it means that there is no document. */
  missing = "unknown";

  join(listener) {
    this.listeners.add(listener);
    if (this.doc) listener.receive(this.doc, true);
    if (this.listeners.size < 2) this.wake();
  }

  leave(listener) {
    this.listeners.delete(listener);
  }

  wake() {
    this.backlog = true;
    this.poll();
  }

  /** Seconds since the document's numbers were read; not a number without a document. */
  get age() {
    return (now() - Date.parse(this.doc?.as_of)) / 1000;
  }

  /** `old` is what is answered, but confirmed no longer: what publishes it stands still. */
  get state() {
    const { doc } = this;
    const patience = 1.2 * this.next;
    const silent = (Date.now() - this.answered) / 1000 - patience;
    const late = Math.max(silent, this.age - this.swept - patience || 0);
    if (!doc && /40[34]/.test(this.status)) return this.missing;
    if (late < 30) return doc ? "fresh" : "waiting";
    return doc && late < 120 ? "stale" : doc && silent < 120 ? "old" : "offline";
  }

  tick() {
    if (!document.hidden && !(this.busy && this.backlog)) this.tell("aged", this.age);
  }

  tell(what, ...details) {
    this.listeners.forEach((listener) => listener[what](...details));
  }

  async poll() {
    clearTimeout(this.timer);
    if (this.busy || document.hidden || !this.listeners.size) return;
    this.busy = true;
    let wait = (this.quietUntil - Date.now()) / 1000;
    if (!(wait > 0)) {
      try {
        this.accept(await this.load());
        this.failures = wait = 0;
      } catch (error) {
        this.failures++;
        this.status = error.status;
        wait = error.quiet * 1.25 || 0;
        this.quietUntil = Date.now() + wait * 800;
        this.tell("emit", "error", error);
      }
      wait = Math.max(wait, this.next, Math.min(60, this.next * 2 ** this.failures));
      this.backlog = false;
    }
    this.busy = false;
    this.timer = setTimeout(() => this.poll(), wait * (800 + 400 * Math.random()));
  }

  async load() {
    // An If-None-Match of ours would cost a preflight.
    const signal = AbortSignal.timeout(1e4);
    const response = await fetch(this.url, { cache: "no-cache", credentials: "omit", signal });
    const { ok, status, headers } = response;
    setClock(headers);
    const after = headers.get("Retry-After");
    const quiet = Math.min(3600, +after || (Date.parse(after) - Date.now()) / 1000 || 0);
    const doc = ok && (await response.json());
    if (doc?.v === 1 && doc.epoch + doc.rev > 0) return doc;
    throw { message: `${this.url}: ${ok ? "no document of version 1" : status}`, status, quiet };
  }

  /** Listeners hear of a document that says something else than the last one. */
  accept(doc) {
    const { epoch, rev, as_of: asOf } = this.doc ?? doc;
    this.answered = Date.now();
    if ((doc.epoch - epoch || doc.rev - rev || -(doc.as_of < asOf)) < 0) return;
    this.doc = doc;
    this.next = Math.max(doc.next || 6, this.seldom);
    const said = JSON.stringify({ ...doc, as_of: 0 });
    if (said === this.said) return;
    this.said = said;
    this.tell("receive", doc, this.backlog);
  }
}

export const feedOf = (url) => (feeds[url] ??= Object.assign(new Feed(), { url }));

const each = (method) => Object.values(feeds).forEach((feed) => feed[method]());
document.addEventListener("visibilitychange", () => each("wake"));
addEventListener("online", () => each("poll"));
setInterval(each, 1000, "tick");

export function node(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** Touches nothing that says so already: somebody may read or select it. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Another copy of the script may have come first. */
export const define = (name, type) => customElements.get(name) ?? customElements.define(name, type);

const sheets = {};
const CSS = `
:host{display:block;position:relative}
[part=line]{flex-wrap:wrap;display:flex;align-items:center;gap:.6em;min-height:2em}
[hidden],[part=line] :empty{display:none!important}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
[part=pause]{min-width:2em;min-height:2em}
`;

/** Subclasses have `file`, `css`, `content()` and `render(doc, previous, backlog)`. */
export class LiveElement extends HTMLElement {
  static observedAttributes = ["campaign", "src", "lang", "metric", "place", "view", "goal"];
  mark = node("span", { part: "mark" });
  note = node("span", { part: "note" });
  ageText = node("span", { part: "age" });
  button = node("button", { part: "pause" });
  line = node("div", { part: "line" }, this.mark, this.note, this.ageText, this.button);

  constructor() {
    super();
    this.base = node("div", {}, ...this.content(), this.line);
    this.button.onclick = () => (this.paused ? this.resume() : this.pause());
    const { css } = this.constructor;
    if (!sheets[css]) (sheets[css] = new CSSStyleSheet()).replaceSync(CSS + css);
    this.attachShadow({ mode: "open" }).append(this.base);
    this.shadowRoot.adoptedStyleSheets = [sheets[css]];
  }

  connectedCallback() {
    this.start();
  }

  disconnectedCallback() {
    this.turn = this.feed?.leave(this);
  }

  attributeChangedCallback() {
    this.doc = null;
    if (this.isConnected) this.start();
  }

  get speech() {
    return /^(kk|ru|en)/.exec(this.closest("[lang]")?.lang)?.[0] ?? "kk";
  }

  async start() {
    const turn = (this.turn = {});
    this.feed?.leave(this);
    const lang = this.speech;
    const { words } = await import(`./${lang}.js`);
    if (turn !== this.turn) return;
    this.words = words;
    this.base.lang = lang;
    this.press(this.paused);
    if (!this.doc) this.render();
    const campaign = this.getAttribute("campaign");
    if (!campaign) return this.emit("error", { message: "no campaign" });
    const base = (this.getAttribute("src") ?? new URL(import.meta.url).origin).replace(/\/$/, "");
    this.feed = feedOf(`${base}/v1/campaigns/${campaign}/${this.file}`);
    this.feed.join(this);
    if (this.paused) this.pause();
  }

  pause() {
    this.feed?.leave(this);
    this.press(true);
    this.become("paused");
  }

  resume() {
    this.press(false);
    this.start();
  }

  press(paused) {
    this.paused = paused;
    this.button.textContent = paused ? "▶" : "❚❚";
    this.button.ariaLabel = this.words?.[paused ? "resume" : "pause"];
  }

  refresh() {
    this.feed?.poll();
  }

  get still() {
    const reduced = matchMedia("(prefers-reduced-motion:reduce)").matches;
    return { none: true, full: false }[this.getAttribute("motion")] ?? reduced;
  }

  receive(doc, backlog) {
    const previous = this.doc;
    this.doc = doc;
    say(this.mark, this.words[doc.state] ?? "");
    this.base.style.setProperty("--motion", this.still ? "0s" : ".8s");
    this.aged();
    this.render(doc, previous, backlog);
  }

  aged() {
    if (this.speech !== this.base.lang) return this.start();
    const { doc, words } = this;
    const { age, state } = this.feed;
    const minutes = age >= 60;
    const ago = doc && Math.floor(minutes ? age / 60 : age) + "\u00a0" + words.ago[+minutes];
    const told = /fresh|waiting/.test(state) ? [] : [words[state], ago];
    say(this.ageText, told.filter(Boolean).join(" · "));
    this.become(state);
  }

  /** Say in the open what a number was corrected by. */
  correct(text) {
    say(this.note, `${this.words.corrected}: ${text}`);
    clearTimeout(this.noted);
    this.noted = setTimeout(say, 1e4, this.note, "");
  }

  become(state) {
    if (this.dataset.state === state) return;
    this.dataset.state = state;
    this.emit("state", { state });
  }

  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(`gooddeeds:${name}`, { bubbles: true, composed: true, detail }));
  }
}
