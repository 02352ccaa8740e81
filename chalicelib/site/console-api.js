/** The API, asked with a token; nothing here repeats a request by itself. */

/** @import { Problem } from "./console-types.js" */

const READING_MS = 12_000;
/** API Gateway answers within 29 seconds. */
const DECIDING_MS = 32_000;

/** An answer that says no. `problem` is the document of RFC 9457, in the page's language. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {Problem} problem
   */
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

/**
 * Which field a pointer into a request (RFC 6901, as a fragment) names.
 * @param {string} pointer
 */
const placeOf = (pointer) => decodeURIComponent(pointer.replace("#/", "")).replaceAll("~1", "/").replaceAll("~0", "~");

/** No answer came: a request that changes something may have been carried out all the same. */
export class Unanswered extends Error {}

/**
 * What kind of problem an answer told of; empty where what went wrong is none.
 * @param {unknown} error
 */
export const kindOf = (error) => (error instanceof Refused ? error.kind : "");

/**
 * @template Body
 * @typedef {object} Answer
 * @property {Body} body
 * @property {Headers} headers
 */

/** @typedef {Record<string, string | number | null | undefined>} Query what is empty is left out */

/**
 * @typedef {object} Listener
 * @property {() => string} language of problems
 * @property {(isAnswer: boolean) => void} heard told of each request how it ended
 * @property {(problem: Problem) => void} turnedAway told that the token is none any more
 */

export class Api {
  /** @type {Map<symbol, number>} by request under way when it was sent */
  #sent = new Map();

  /**
   * @param {string} token
   * @param {Listener} listener
   */
  constructor(token, listener) {
    this.token = token;
    this.listener = listener;
  }

  /**
   * @template Body what is expected to come
   * @param {string} method
   * @param {string} path
   * @param {{ query?: Query, body?: unknown, headers?: Record<string, string> }} [sent]
   * @returns {Promise<Answer<Body>>}
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

  /**
   * @template Body
   * @param {string} path
   * @param {Query} [query]
   * @returns {Promise<Body>}
   */
  async get(path, query) {
    /** @type {Answer<Body>} */
    const answer = await this.ask("GET", path, { query });
    return answer.body;
  }

  /**
   * @template Body
   * @param {string} path
   * @param {unknown} body
   * @returns {Promise<Body>}
   */
  async post(path, body) {
    /** @type {Answer<Body>} */
    const answer = await this.ask("POST", path, { body });
    return answer.body;
  }

  /**
   * @template Body
   * @param {string} path
   * @param {unknown} body
   * @returns {Promise<Body>}
   */
  async put(path, body) {
    /** @type {Answer<Body>} */
    const answer = await this.ask("PUT", path, { body });
    return answer.body;
  }

  /** @param {string} path */
  async delete(path) {
    await this.ask("DELETE", path);
  }

  /** When the request was sent that waits longest for its answer, Infinity where none does. */
  get waitsSince() {
    return Math.min(...this.#sent.values());
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {unknown} body
   * @param {Record<string, string>} headers
   */
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
      throw new Unanswered("no answer", { cause: error });
    } finally {
      this.#sent.delete(request);
    }
  }
}

/**
 * Gateways and proxies answer by themselves, too; what we refuse is a problem.
 * @param {Response} response
 */
const isProblem = (response) => (response.headers.get("Content-Type") ?? "").startsWith("application/problem+json");

/**
 * @param {string} path
 * @param {Query} query
 */
function address(path, query) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") given.set(name, String(value));
  }
  const text = given.toString();
  return text ? `${path}?${text}` : path;
}
