/** Whose a token is, by its id: the trail tells it with what the token did. */

/** @import { Api } from "./console-api.js" */
/** @import { Token, TrailEntry, TrailPage } from "./console-types.js" */

export class Labels {
  /** @type {Map<string, Promise<string>>} */
  #known = new Map();

  /**
   * @param {Api} api
   * @param {string} base
   * @param {Token} token the one that asks
   */
  constructor(api, base, token) {
    this.api = api;
    this.base = base;
    this.#known.set(token.id, Promise.resolve(token.label ?? token.id));
  }

  /**
   * @param {string} id
   * @returns {Promise<string>} the label, or the id where there is none or nobody says
   */
  of(id) {
    const known = this.#known.get(id) ?? this.#ask(id);
    this.#known.set(id, known);
    return known;
  }

  /**
   * Learn from entries of the trail.
   * @param {TrailEntry[]} entries
   */
  learn(entries) {
    for (const { by } of entries) if (by.label) this.#known.set(by.id, Promise.resolve(by.label));
  }

  /** @param {string} id */
  async #ask(id) {
    try {
      /** @type {TrailPage} */
      const { entries } = await this.api.get(`${this.base}/trail`, { by: id, limit: 1 });
      return entries[0]?.by.label ?? id;
    } catch {
      this.#known.delete(id);
      return id;
    }
  }
}
