/** A poller for each document, and what all elements have: attributes, a language, a state, and who is told. */

/** @import { FeedState, Language, Listener, LiveDocument, Words } from "./documents.js" */

let ahead = 0;

/** The time, by the server where it says another one than the viewer's clock. */
export const now = () => Date.now() + ahead;

/**
 * `Date` tells whole seconds of when an answer was made, `Age` how long it has been kept since.
 *
 * @param {Headers} headers
 */
function setClock(headers) {
  const told = Date.parse(headers.get("Date") ?? "") + Number(headers.get("Age")) * 1000;
  if (Math.abs(told - now()) > 5000) ahead = told - Date.now();
}

/**
 * How many seconds, an hour at most, a server wants to be left alone.
 *
 * @param {string | null} after `Retry-After`: seconds or a date
 */
function quietSeconds(after) {
  const seconds = Number(after) || (Date.parse(after ?? "") - Date.now()) / 1000;
  return Math.min(3600, seconds || 0);
}

/** @type {(one: LiveDocument, other: LiveDocument) => boolean} */
const isOlder = (one, other) =>
  (one.epoch - other.epoch || one.rev - other.rev || Date.parse(one.as_of) - Date.parse(other.as_of)) < 0;

/** By what documents are asked for: an overlay puts another `fetch` in its place. */
export const network = {
  /** @type {(url: string, options: RequestInit) => Promise<Response>} */
  fetch: (url, options) => fetch(url, options),
};

class Feed {
  /** @type {Set<Listener>} */
  #listeners = new Set();
  /** @type {LiveDocument | undefined} */
  doc;
  /** @type {number | undefined} the status of an answer that was no document */
  #status;
  /** @type {string | undefined} */
  #said;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isBusy = false;
  #backlog = false;
  #answered = Date.now();
  #failures = 0;
  next = 6;
  #quietUntil = 0;
  /** Seconds until what stands is confirmed once more: a sweep each minute does so, and may be late itself. */
  swept = 75;
  /** The least seconds between requests, whatever documents say. */
  seldom = 0;
  /** @type {FeedState} what it means that there is no document */
  missing = "unknown";

  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }

  /** @param {Listener} listener */
  join(listener) {
    this.#listeners.add(listener);
    if (this.doc) listener.receive(this.doc, true);
    if (this.#listeners.size < 2) this.wake();
  }

  /** @param {Listener} listener */
  leave(listener) {
    this.#listeners.delete(listener);
  }

  wake() {
    this.#backlog = true;
    this.poll();
  }

  /** Seconds since the document's numbers were read; not a number without a document. */
  get age() {
    return (now() - Date.parse(this.doc?.as_of ?? "")) / 1000;
  }

  /** There is no such document, as far as is known. */
  get isAbsent() {
    return !this.doc && (this.#status === 404 || this.#status === 403);
  }

  /** @returns {FeedState} `old` is what is answered, but confirmed no longer: what publishes it stands still */
  get state() {
    const patience = 1.2 * this.next;
    const silent = (Date.now() - this.#answered) / 1000 - patience;
    const late = Math.max(silent, this.age - this.swept - patience || 0);
    if (this.isAbsent) return this.missing;
    if (late < 30) return this.doc ? "fresh" : "waiting";
    if (!this.doc) return "offline";
    return late < 120 ? "stale" : silent < 120 ? "old" : "offline";
  }

  tick() {
    if (document.hidden || (this.#isBusy && this.#backlog)) return;
    this.#listeners.forEach((listener) => listener.aged?.());
  }

  async poll() {
    clearTimeout(this.#timer);
    if (this.#isBusy || document.hidden || !this.#listeners.size) return;
    this.#isBusy = true;
    const quiet = (this.#quietUntil - Date.now()) / 1000;
    const wait = quiet > 0 ? quiet : await this.#ask();
    this.#isBusy = false;
    this.#timer = setTimeout(() => this.poll(), wait * (800 + 400 * Math.random()));
  }

  /** Ask for the document; return after how many seconds to ask again. */
  async #ask() {
    let quiet = 0;
    try {
      this.#accept(await this.#load());
      this.#failures = 0;
    } catch (caught) {
      const fault = /** @type {Error & { status?: number, quiet?: number }} */ (caught);
      this.#failures++;
      this.#status = fault.status;
      quiet = fault.quiet ?? 0;
      this.#quietUntil = Date.now() + quiet * 1000;
      this.#listeners.forEach((listener) => listener.emit?.("error", fault));
    }
    this.#backlog = false;
    return Math.max(quiet * 1.25, this.next, Math.min(60, this.next * 2 ** this.#failures));
  }

  /**
   * @returns {Promise<LiveDocument>}
   * @throws {Error} with the `status` of another answer, and the seconds for which the server wants to be left `quiet`
   */
  async #load() {
    // An If-None-Match of ours would cost a preflight.
    const signal = AbortSignal.timeout(10_000);
    const response = await network.fetch(this.url, { cache: "no-cache", credentials: "omit", signal });
    const { ok, status, headers } = response;
    setClock(headers);
    const found = ok && (await response.json());
    if (found?.v === 1 && found.epoch + found.rev > 0) return found;
    const message = `${this.url}: ${ok ? "no document of version 1" : status}`;
    throw Object.assign(new Error(message), { status, quiet: quietSeconds(headers.get("Retry-After")) });
  }

  /**
   * Listeners hear of a document that says something else than the last one, and nothing of an older one.
   *
   * @param {LiveDocument} found
   */
  #accept(found) {
    this.#answered = Date.now();
    if (this.doc && isOlder(found, this.doc)) return;
    this.doc = found;
    this.next = Math.max(found.next || 6, this.seldom);
    const said = JSON.stringify({ ...found, as_of: 0 });
    if (said === this.#said) return;
    this.#said = said;
    this.#listeners.forEach((listener) => listener.receive(found, this.#backlog));
  }
}

/** @type {Record<string, Feed>} */
const feeds = {};

/** @param {string} url */
export const feedOf = (url) => (feeds[url] ??= new Feed(url));

/** @param {(feed: Feed) => void} run */
const eachFeed = (run) => Object.values(feeds).forEach(run);

/** Ask for everything at once. */
export const wake = () => eachFeed((feed) => feed.wake());
document.addEventListener("visibilitychange", wake);
addEventListener("online", () => eachFeed((feed) => feed.poll()));
setInterval(() => eachFeed((feed) => feed.tick()), 1000);

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string)} children
 */
export function node(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/**
 * Touches nothing that says so already: somebody may read or select it.
 *
 * @param {Element} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @type {Record<string, CSSStyleSheet>} */
const sheets = {};
const CSS = `
:host{display:block;position:relative;print-color-adjust:exact}
[part=line]{flex-wrap:wrap;display:flex;align-items:center;gap:.6em;min-height:2em}
[hidden],[part=line] :empty{display:none!important}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media print{button::after{display:none}}
`;

/**
 * What an element shows, apart from the element itself, so that nothing of it is met by what a page or a framework sets.
 *
 * Subclasses say what it is by `file`, `css`, `content()` and `render(…)`.
 */
export class LiveElement {
  static observedAttributes = ["campaign", "src", "lang", "metric", "place", "view", "goal", "motion"];
  static css = "";

  #mark = node("span", { part: "mark" });
  note = node("span", { part: "note" });
  #ageText = node("span", { part: "age" });
  line = node("div", { part: "line" }, this.#mark, this.note, this.#ageText);
  /** @type {typeof import("./page-controls.js") | undefined} */
  #controls;
  base = /** @type {HTMLDivElement & { lang: Language }} */ (node("div"));
  paused = false;
  /** @type {object | null} what was started last, so that what was started before it goes no further */
  #turn = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #noted;
  /** @type {LiveDocument | null} what is shown */
  doc = null;
  /** @type {Feed | undefined} */
  feed;
  /** Of the element's language, which comes before anything is shown. */
  words = /** @type {Words} */ ({});

  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.shadowRoot = host.attachShadow({ mode: "open" });
  }

  /** Fill the element, which has nothing in it yet. */
  build() {
    const type = /** @type {typeof LiveElement} */ (this.constructor);
    const { css } = type;
    if (!sheets[css]) (sheets[css] = new CSSStyleSheet()).replaceSync(CSS + css);
    this.shadowRoot.adoptedStyleSheets = [sheets[css]];
    this.base.append(...this.content(), " ", this.line);
    this.shadowRoot.append(this.base);
  }

  /** @returns {string} the document that is asked for */
  get file() {
    return "live.json";
  }

  /** @returns {Node[]} what stands above the line of marks */
  content() {
    return [];
  }

  /**
   * Draw a document, or that there is none yet.
   *
   * @param {LiveDocument} [_doc]
   * @param {LiveDocument | null} [_previous] what was shown before
   * @param {boolean} [_backlog] whether it piled up while nobody looked
   */
  render(_doc, _previous, _backlog) {}

  /** @param {string} name */
  getAttribute(name) {
    return this.host.getAttribute(name);
  }

  /** @returns {Language} */
  get #speech() {
    const lang = this.host.closest("[lang]")?.getAttribute("lang") ?? "";
    return /** @type {Language} */ (/^(kk|ru|en)/.exec(lang)?.[0] ?? "kk");
  }

  async start() {
    const turn = (this.#turn = {});
    this.feed?.leave(this);
    // The page's own script may still say of what campaign and in which language.
    await null;
    const lang = this.#speech;
    const { words } = await import(`./${lang}.js`);
    if (turn !== this.#turn) return;
    this.words = words;
    this.base.lang = lang;
    this.#furnish(turn);
    if (!this.doc) this.render();
    const campaign = this.getAttribute("campaign");
    if (!campaign) return this.emit("error", { message: "no campaign" });
    const base = (this.getAttribute("src") ?? new URL(import.meta.url).origin).replace(/\/$/, "");
    // The launch page reads all but the timeline from one document.
    this.feed = feedOf(`${base}/v1/campaigns/${campaign}/${this.host.dataset.file ?? this.file}`);
    this.feed.join(this);
    if (this.paused) this.pause();
  }

  stop() {
    this.#turn = null;
    this.feed?.leave(this);
    this.#controls?.arrange();
  }

  /** What is asked for is another thing now. */
  restart() {
    this.doc = null;
    if (this.host.isConnected) this.start();
  }

  pause() {
    this.feed?.leave(this);
    this.#press(true);
    this.#become("paused");
  }

  resume() {
    this.#press(false);
    this.start();
  }

  /** @param {boolean} paused */
  #press(paused) {
    this.paused = paused;
    this.#controls?.arrange();
  }

  /** What stands beside the numbers comes after them. @param {object} turn */
  async #furnish(turn) {
    // Numbers stand without them, as on a page that is left before they came.
    this.#controls ??= await import("./page-controls.js").catch(() => undefined);
    if (turn === this.#turn) this.#controls?.furnish(this);
  }

  refresh() {
    this.feed?.poll();
  }

  get still() {
    const motion = this.getAttribute("motion");
    return motion === "none" || (motion !== "full" && matchMedia("(prefers-reduced-motion:reduce)").matches);
  }

  /** @param {LiveDocument} doc @param {boolean} backlog */
  receive(doc, backlog) {
    const previous = this.doc;
    this.doc = doc;
    say(this.#mark, this.words[doc.state] ?? "");
    this.base.style.setProperty("--motion", this.still ? "0s" : ".8s");
    this.aged();
    this.render(doc, previous, backlog);
  }

  aged() {
    if (this.#speech !== this.base.lang) this.start();
    else if (this.feed) this.#tellAge(this.feed);
  }

  /** @param {Feed} feed */
  #tellAge({ age, state }) {
    const { words } = this;
    const ago = age < 60 ? `${Math.floor(age)}\u00a0${words.ago[0]}` : `${Math.floor(age / 60)}\u00a0${words.ago[1]}`;
    const told = [words[state], this.doc && ago].filter(Boolean).join(" · ");
    say(this.#ageText, /fresh|waiting/.test(state) ? "" : told);
    this.#become(state);
  }

  /** Say in the open what numbers were corrected by. @param {string} text */
  correct(text) {
    say(this.note, `${this.words.corrected}: ${text}`);
    clearTimeout(this.#noted);
    this.#noted = setTimeout(() => say(this.note, ""), 10_000);
  }

  /** @param {FeedState} state */
  #become(state) {
    const { dataset } = this.host;
    if (dataset.state === state) return;
    dataset.state = state;
    this.emit("state", { state });
  }

  /** @param {string} name @param {object} detail */
  emit(name, detail) {
    this.host.dispatchEvent(new CustomEvent(`gooddeeds:${name}`, { bubbles: true, composed: true, detail }));
  }
}

/**
 * Define an element that a view fills; each attribute is a property too, by which frameworks set it. Another copy of the
 * script may have come first.
 *
 * @param {string} name
 * @param {typeof LiveElement} View
 */
export function define(name, View) {
  if (customElements.get(name)) return;
  const { observedAttributes } = View;

  class Host extends HTMLElement {
    static observedAttributes = observedAttributes;
    #view = new View(this);

    constructor() {
      super();
      this.#view.build();
    }

    connectedCallback() {
      // What was set before there was a setter would hide it.
      for (const attribute of observedAttributes) {
        if (!Object.hasOwn(this, attribute)) continue;
        const own = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (this));
        const value = own[attribute];
        delete own[attribute];
        own[attribute] = value;
      }
      this.#view.start();
    }

    disconnectedCallback() {
      this.#view.stop();
    }

    attributeChangedCallback() {
      this.#view.restart();
    }

    pause() {
      this.#view.pause();
    }

    resume() {
      this.#view.resume();
    }

    refresh() {
      this.#view.refresh();
    }
  }

  for (const attribute of observedAttributes) {
    Object.defineProperty(Host.prototype, attribute, {
      enumerable: true,
      /** @this {HTMLElement} */
      get() {
        return this.getAttribute(attribute) ?? "";
      },
      /** @this {HTMLElement} @param {unknown} value */
      set(value) {
        if ((value ?? "") === "") this.removeAttribute(attribute);
        else this.setAttribute(attribute, String(value));
      },
    });
  }
  customElements.define(name, Host);
}
