/**
 * What a crew does at once with a scene that is on air: `hold` the last good numbers, `hide` everything, or go on.
 *
 * It is asked for by the address (`panic=hold`, `panic=hide`), or by the control page where that runs in the same
 * browser, as a dock of OBS does. Documents that name nobody are kept, so that what is held survives a new page; names
 * are never held, as they may be taken down meanwhile.
 */

/** @import { LiveDocument } from "./documents.js" */

import { feedOf } from "./live.js";

const CHANNEL = "gooddeeds-panic";
const STATES = ["hold", "hide"];
const NAMES_NOBODY = /\/(live|places|timeline\/[\d-]+)\.json$/;
/** Documents that name somebody, and what of them does. */
const NAMES = ["acts", "organisations"];

/** @param {string} campaign */
const orderOf = (campaign) => `panic:${campaign}`;

/**
 * @template Value
 * @param {string} key
 * @returns {Record<string, Value>} what is kept
 */
function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "{}");
  } catch {
    return {}; // A browser may forbid to keep anything.
  }
}

/** @param {string} key @param {object | null} value */
function write(key, value) {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch {
    // Then what is held lasts as long as this page.
  }
}

/** @param {string} key @returns {Record<string, LiveDocument>} by their addresses */
const documentsOf = (key) => read(key);

/**
 * What scenes are told to do, by their names; `all` is every scene.
 *
 * @type {(campaign: string) => Record<string, string>}
 */
export const orders = (campaign) => read(orderOf(campaign));

/**
 * Tell a scene, or `all`, to `hold`, to `hide` or to `go` on, wherever it is open in this browser.
 *
 * @param {string} campaign @param {string} scene @param {string} state
 */
export function order(campaign, scene, state) {
  const told = scene === "all" ? {} : orders(campaign);
  write(orderOf(campaign), { ...told, [scene]: state });
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(campaign);
  channel.close();
}

/** Hear of orders as they are given, elsewhere in this browser. @param {string} campaign @param {() => void} hear */
export function onOrder(campaign, hear) {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }) => {
    if (data === campaign) hear();
  };
  addEventListener("storage", ({ key }) => {
    if (key === orderOf(campaign)) hear();
  });
}

export class Panic {
  /** @type {string | null | undefined} */
  state;
  /** @type {string | undefined} when what is kept was read */
  #last;
  /** @type {Set<string>} */
  #watched = new Set();

  /**
   * @param {{ campaign: string, scene: string, asked: string | null, address: string }} picture what is kept for one
   *   `address` is never shown in another; `asked` is what it says itself
   */
  constructor({ campaign, scene, asked, address }) {
    this.campaign = campaign;
    this.scene = scene;
    this.asked = asked;
    const picture = new URL(address);
    picture.searchParams.delete("panic");
    this.kept = `shown:${picture.pathname}${picture.search}`;
    this.frozen = `held:${picture.pathname}${picture.search}`;
  }

  /**
   * Be as the address or the control page says, from now on.
   *
   * @param {(state: string | null) => void} hear called with each change
   */
  begin(hear) {
    const follow = () => {
      const told = orders(this.campaign);
      const state = STATES.find((one) => one === (this.asked ?? told[this.scene] ?? told.all)) ?? null;
      if (state !== this.state) this.#become(state, hear);
    };
    follow();
    onOrder(this.campaign, follow);
  }

  /** @param {string | null} state @param {(state: string | null) => void} hear */
  #become(state, hear) {
    this.state = state;
    const held = () => ({ ...documentsOf(this.kept), ...this.#known(), ...documentsOf(this.frozen) });
    write(this.frozen, state === "hold" ? held() : null);
    hear(state);
  }

  /** The newest documents of this page, by their addresses. */
  #known() {
    return Object.fromEntries([...this.#watched].map((url) => [url, feedOf(url).doc]).filter(([, doc]) => doc));
  }

  /**
   * A `fetch` that asks for nothing while the picture is held, and keeps what is good while it is not.
   *
   * @param {(url: string, options: RequestInit) => Promise<Response>} ask
   */
  through(ask) {
    /** @param {string} url @param {RequestInit} options */
    return async (url, options) => {
      this.#watch(url);
      if (this.state !== "hold") return ask(url, options);
      const doc = this.#held(url);
      return doc ? new Response(JSON.stringify(doc)) : new Response("", { status: 404 });
    };
  }

  /** @param {string} url @returns {LiveDocument | undefined} */
  #held(url) {
    if (NAMES_NOBODY.test(url)) return feedOf(url).doc ?? documentsOf(this.frozen)[url];
    const { doc } = feedOf(url);
    return doc && { ...doc, ...Object.fromEntries(NAMES.filter((name) => name in doc).map((name) => [name, []])) };
  }

  /** @param {string} url */
  #watch(url) {
    if (this.#watched.has(url) || !NAMES_NOBODY.test(url)) return;
    this.#watched.add(url);
    const keep = () => {
      const { doc } = feedOf(url);
      if (!doc || this.state || doc.as_of === this.#last) return;
      this.#last = doc.as_of;
      write(this.kept, this.#known());
    };
    feedOf(url).join({ receive: keep, aged: keep });
  }
}
