import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { paced } from "../../../chalicelib/site/pacing.js";

const answer = (rev, asOf = "2026-06-01T06:00:00.000Z") =>
  new Response(JSON.stringify({ v: 1, rev, as_of: asOf, next: 5, state: "live" }), { headers: { Date: "now" } });

test("a document is held back by as many seconds as are asked for", async () => {
  mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  let rev = 0;
  const ask = paced(async () => answer(++rev), { delay: 10, poll: 0, test: false });
  const revAfter = async (seconds) => {
    mock.timers.tick(seconds * 1000);
    return (await (await ask("/live.json")).json()).rev;
  };

  assert.deepEqual([await revAfter(0), await revAfter(5), await revAfter(5), await revAfter(5)], [1, 1, 1, 2]);
  mock.timers.reset();
});

test("what is held back on purpose is as fresh as it is meant to be", async () => {
  const ask = paced(async () => answer(1), { delay: 30, poll: 2, test: true });

  const told = await (await ask("/live.json")).json();

  assert.deepEqual([told.as_of, told.next, told.state], ["2026-06-01T06:00:30.000Z", 2, "test"]);
});

test("a failure is handed on as it is", async () => {
  const failed = new Response("", { status: 503 });

  assert.equal(await paced(async () => failed, { delay: 1, poll: 0, test: false })("/live.json"), failed);
});
