/** A poller for each document, and what its elements share. */

const feeds = {};

class Feed {
  listeners = new Set();
  confirmed = Date.now();
  failures = 0;
  next = 6;

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

  get age() {
    return (Date.now() - this.confirmed) / 1000;
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
    const after = headers.get("Retry-After");
    const quiet = Math.min(3600, +after || (Date.parse(after) - Date.now()) / 1000 || 0);
    const doc = ok && (await response.json());
    if (doc?.v === 1 && doc.epoch + doc.rev > 0) return doc;
    throw { message: `${this.url}: ${ok ? "no document of version 1" : status}`, status, quiet };
  }

  accept(doc) {
    const { epoch, rev } = this.doc ?? doc;
    if ((doc.epoch - epoch || doc.rev - rev) < 0) return;
    this.doc = doc;
    this.next = doc.next || 6;
    this.confirmed = Date.now();
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

const sheets = {};
const CSS = `
:host{display:block;position:relative}
[part=line]{display:flex;align-items:center;gap:.6em;min-height:2em}
[hidden],[part=line] :empty{display:none!important}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
[part=pause]{min-width:2em;min-height:2em}
`;

/** Subclasses have `file`, `css`, `content()` and `render(doc, previous, backlog)`. */
export class LiveElement extends HTMLElement {
  static observedAttributes = ["campaign", "src", "lang", "metric", "place", "view", "goal"];
  ageText = node("span", { part: "age" });
  button = node("button", { part: "pause" });
  line = node("div", { part: "line" }, this.ageText, this.button);

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

  async start() {
    const turn = (this.turn = {});
    this.feed?.leave(this);
    const lang = /^(kk|ru|en)/.exec(this.closest("[lang]")?.lang)?.[0] ?? "kk";
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
    this.aged(this.feed.age);
    this.render(doc, previous, backlog);
  }

  aged(age) {
    const { doc, words } = this;
    const minutes = age >= 60;
    const ago = Math.floor(minutes ? age / 60 : age) + "\u00a0" + words.ago[+minutes];
    const late = age - 1.2 * this.feed.next;
    const state = late < 30 ? (doc ? "fresh" : "waiting") : doc && late < 120 ? "stale" : "offline";
    this.ageText.textContent = { stale: ago, offline: words.offline + (doc ? " · " + ago : "") }[state] ?? "";
    this.become(state);
  }

  become(state) {
    if (this.dataset.state !== state) this.emit("state", { state });
    this.dataset.state = state;
  }

  emit(name, detail) {
    this.dispatchEvent(new CustomEvent(`gooddeeds:${name}`, { bubbles: true, composed: true, detail }));
  }
}
