/** Whose a token is, by its id: the trail tells it with what the token did. */

export class Labels {
  #known = new Map();

  /** @param {import("./console-api.js").Api} api @param {string} base @param {object} token the one that asks */
  constructor(api, base, token) {
    this.api = api;
    this.base = base;
    this.#known.set(token.id, Promise.resolve(token.label ?? token.id));
  }

  /** @returns {Promise<string>} the label, or the id where there is none or nobody says */
  of(id) {
    if (!this.#known.has(id)) this.#known.set(id, this.#ask(id));
    return this.#known.get(id);
  }

  /** Learn from entries of the trail. */
  learn(entries) {
    for (const { by } of entries) if (by.label) this.#known.set(by.id, Promise.resolve(by.label));
  }

  async #ask(id) {
    try {
      const { entries } = await this.api.get(`${this.base}/trail`, { by: id, limit: 1 });
      return entries[0]?.by.label ?? id;
    } catch {
      this.#known.delete(id);
      return id;
    }
  }
}
