/** The API, asked with a token; nothing here repeats a request by itself. */

const READING_MS = 12_000;
/** API Gateway answers within 29 seconds. */
const DECIDING_MS = 32_000;

/** An answer that says no. `problem` is the document of RFC 9457, in the page's language. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
  }

  /** What kind of problem it is: `participation-not-in-review`, say. */
  get kind() {
    return (this.problem.type ?? "").replace("/problems/", "");
  }

  /** The sentence of the problem, with one for each bad field. */
  get text() {
    const faults = (this.problem.errors ?? []).map(({ pointer, detail }) => `${placeOf(pointer)}: ${detail}`);
    return [this.message, ...faults].join(" ");
  }
}

/** Which field a pointer into a request (RFC 6901, as a fragment) names. */
const placeOf = (pointer) => decodeURIComponent(pointer.replace("#/", "")).replaceAll("~1", "/").replaceAll("~0", "~");

/** No answer came: a request that changes something may have been carried out all the same. */
export class Unanswered extends Error {}

/**
 * @typedef {object} Answer
 * @property {any} body
 * @property {Headers} headers
 */

export class Api {
  /** By request under way when it was sent. */
  #sent = new Map();

  /**
   * @param {string} token
   * @param {object} listener `language()` is that of problems; `heard(isAnswer)` is told of each request how it ended,
   *   `turnedAway(problem)` that the token is none any more
   */
  constructor(token, listener) {
    this.token = token;
    this.listener = listener;
  }

  /**
   * @returns {Promise<Answer>}
   * @throws {Refused | Unanswered}
   */
  async ask(method, path, { query = {}, body, headers = {} } = {}) {
    const response = await this.#send(method, address(path, query), body, headers);
    const isAnswer = response.status < 500 || isProblem(response);
    this.listener.heard(isAnswer);
    if (!isAnswer) throw new Unanswered(`HTTP ${response.status}`);
    const content = response.status === 204 ? null : await response.json().catch(() => ({}));
    if (response.status === 401) this.listener.turnedAway(content);
    if (!response.ok) throw new Refused(response.status, content);
    return { body: content, headers: response.headers };
  }

  async get(path, query) {
    return (await this.ask("GET", path, { query })).body;
  }

  async post(path, body) {
    return (await this.ask("POST", path, { body })).body;
  }

  async put(path, body, headers) {
    return (await this.ask("PUT", path, { body, headers })).body;
  }

  async patch(path, body, headers, query) {
    return this.ask("PATCH", path, { body, headers, query });
  }

  async delete(path) {
    return (await this.ask("DELETE", path)).body;
  }

  /** When the request was sent that waits longest for its answer, Infinity where none does. */
  get waitsSince() {
    return Math.min(...this.#sent.values());
  }

  async #send(method, url, body, headers) {
    const request = Symbol();
    this.#sent.set(request, Date.now());
    try {
      return await fetch(url, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
        headers: {
          Authorization: `Bearer ${this.token}`,
          "Accept-Language": this.listener.language(),
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...headers,
        },
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        signal: AbortSignal.timeout(method === "GET" ? READING_MS : DECIDING_MS),
      });
    } catch (error) {
      this.listener.heard(false);
      throw new Unanswered(error.message);
    } finally {
      this.#sent.delete(request);
    }
  }
}

/** Gateways and proxies answer by themselves, too; what we refuse is a problem. */
const isProblem = (response) => (response.headers.get("Content-Type") ?? "").startsWith("application/problem+json");

function address(path, query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(given).toString();
  return text ? `${path}?${text}` : path;
}
