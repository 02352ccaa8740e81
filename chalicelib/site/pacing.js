/** Documents at a pace of their own: held back by some seconds, polled at another interval. */

/**
 * @typedef {(url: string, options: RequestInit) => Promise<Response>} Ask
 * @typedef {{ at: number, doc: import("./documents.js").LiveDocument }} Fetched
 */

/**
 * The headers that tell what the server's time is.
 *
 * @param {Response} response
 * @returns {[string, string][]}
 */
const clockOf = ({ headers }) =>
  ["Date", "Age"].flatMap((name) => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });

/**
 * A `fetch` that answers what was true `delay` seconds ago, asks for the next poll in `poll` seconds (0: as served), and
 * says of everything that it is a `test`.
 *
 * @param {Ask} fetch
 * @param {{ delay: number, poll: number, test: boolean }} pace
 * @returns {Ask}
 */
export function paced(fetch, { delay, poll, test }) {
  /** @type {Record<string, Fetched[]>} */
  const fetched = {};
  return async (url, options) => {
    const response = await fetch(url, options);
    if (!response.ok) return response;
    const history = (fetched[url] ??= []);
    history.push({ at: Date.now(), doc: await response.json() });
    const due = Date.now() - delay * 1000;
    while (history.length > 1 && history[1].at <= due) history.shift();
    const { doc } = history[0];
    // What is held back on purpose is as fresh as it was meant to be.
    const asOf = new Date(Date.parse(doc.as_of) + delay * 1000);
    const told = { ...doc, as_of: Number.isNaN(+asOf) ? doc.as_of : asOf.toISOString(), next: poll || doc.next };
    if (test) told.state = "test";
    return new Response(JSON.stringify(told), { headers: clockOf(response) });
  };
}
