/** Which documents are accepted, who hears of them, and how old they are: a page's own objects are made up. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

const START = Date.parse("2026-06-01T06:00:00Z");
mock.timers.enable({ apis: ["Date", "setTimeout", "setInterval"], now: START });
const page = { hidden: false, addEventListener() {} };
Object.assign(globalThis, { document: page, HTMLElement: class {}, addEventListener() {} });
const { feedOf, network } = await import("../../../chalicelib/site/live.js");

let count = 0;
let feed;
let heard;
let faults;
let answer;

const documentOf = (rev, others = {}) => ({ v: 1, epoch: 1, rev, as_of: new Date().toISOString(), next: 5, ...others });
const json = (body) => new Response(JSON.stringify(body), { headers: { Date: new Date().toUTCString() } });
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Let seconds pass, one by one, and work off what arrives. */
async function pass(seconds) {
  for (let i = 0; i < seconds; i++) {
    mock.timers.tick(1000);
    await turn();
  }
}

beforeEach(async () => {
  heard = [];
  faults = [];
  network.fetch = async () => answer();
  feed = feedOf(`https://example.org/${++count}`);
});

afterEach(() => feed.leave(listener));

const listener = {
  receive: (document, backlog) => heard.push([document.rev, backlog]),
  emit: (_name, fault) => faults.push(fault),
};

async function join() {
  feed.join(listener);
  await turn();
}

test("the first document is what piled up, later ones are news", async () => {
  let rev = 7;
  answer = () => json(documentOf(rev));
  await join();
  rev = 8;
  await pass(7);

  assert.deepEqual(heard, [[7, true], [8, false]]);
});

test("a document that says the same is not told again, however new it is", async () => {
  answer = () => json(documentOf(7));
  await join();
  await pass(30);

  assert.deepEqual(heard, [[7, true]]);
  assert.equal(feed.state, "fresh");
});

test("an older document is passed over, a new epoch is not", async () => {
  const answers = [documentOf(7), documentOf(6), documentOf(1, { epoch: 2 }), documentOf(9)];
  answer = () => json(answers.shift() ?? documentOf(1, { epoch: 2 }));
  await join();
  await pass(60);

  assert.deepEqual(heard.map(([rev]) => rev), [7, 1]);
  assert.equal(feed.doc.epoch, 2);
});

for (const [what, body] of Object.entries({
  "another version": { ...documentOf(7), v: 2 },
  "no revision": { v: 1, epoch: 1, next: 5 },
  "nothing": null,
})) {
  test(`a document of ${what} is a fault and shows nothing`, async () => {
    answer = () => json(body);
    await join();

    assert.deepEqual(heard, []);
    assert.match(faults[0].message, /no document of version 1/);
  });
}

test("a campaign that is not there is unknown, and asked for more and more seldom", async () => {
  let asked = 0;
  answer = () => {
    asked++;
    return new Response("", { status: 404 });
  };
  await join();
  assert.equal(feed.state, "unknown");
  await pass(300);

  assert.ok(asked > 3 && asked < 12, `${asked} requests in five minutes`);
});

test("a server that wants to be left alone is", async () => {
  let asked = 0;
  answer = () => {
    asked++;
    return new Response("", { status: 503, headers: { "Retry-After": "100" } });
  };
  await join();
  feed.poll();
  await pass(99);
  assert.equal(asked, 1);
  await pass(60);

  assert.equal(asked, 2);
});

test("a number is stale, then offline, once nothing is answered any more", async () => {
  answer = () => json(documentOf(7));
  await join();
  answer = () => Promise.reject(new TypeError("no network"));
  const states = [];
  for (let i = 0; i < 20; i++) {
    await pass(10);
    states.push(feed.state);
  }

  assert.deepEqual([...new Set(states)], ["fresh", "stale", "offline"]);
});

test("a publisher that stands still is seen though it is answered", async () => {
  const still = documentOf(7);
  answer = () => json(still);
  await join();
  const states = [];
  for (let i = 0; i < 30; i++) {
    await pass(10);
    states.push(feed.state);
  }

  assert.deepEqual([...new Set(states)], ["fresh", "stale", "old"]);
});
