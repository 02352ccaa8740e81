/** Documents at a pace of their own: held back by some seconds, polled at another interval. */

/** A `fetch` that answers what was true `delay` seconds ago and asks for the next poll in `poll` seconds (0: as served). */
export function paced(fetch, { delay, poll }) {
  const kept = {};
  return async (url, options) => {
    const response = await fetch(url, options);
    if (!response.ok) return response;
    const history = (kept[url] ??= []);
    history.push({ at: Date.now(), doc: await response.json() });
    const due = Date.now() - delay * 1000;
    while (history.length > 1 && history[1].at <= due) history.shift();
    const { doc } = history[0];
    return new Response(JSON.stringify(poll ? { ...doc, next: poll } : doc));
  };
}
