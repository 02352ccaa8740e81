import assert from "node:assert/strict";
import { test } from "node:test";

import { reachedBy, roundBelow } from "../../../chalicelib/site/round-numbers.js";

test("a round number is reached once, by going up past it", () => {
  const cases = [[99, 100, 100], [100, 101, null], [240, 251, 250], [251, 240, null], [980, 6000, 5000], [90, 99, null]];
  for (const [highest, value, reached] of cases) assert.equal(reachedBy(highest, value, "good_deeds"), reached);
});

test("a goal comes before a round number", () => assert.equal(reachedBy(60, 125, "people", 120), 120));

test("money is celebrated from a hundred thousand on", () => {
  assert.equal(roundBelow(99_999, "amount"), null);
  assert.equal(reachedBy(99_000, 260_000, "amount"), 250_000);
});
