/** Where the bar of the launch page ends, and which labels of its marks are read. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";

mock.timers.enable({ apis: ["setInterval"] });
const page = { addEventListener() {}, createElement: () => ({ append() {} }) };
Object.assign(globalThis, { document: page, HTMLElement: class {}, addEventListener() {} });
const { byNeed, endOf, fitting } = await import("../../../chalicelib/site/goal-bar.js");

const at = (...numbers) => numbers.map((number) => ({ at: number }));
const mark = (number, isReached, isGoal = false) => ({ at: number, isReached, isGoal });

test("a bar ends at the goal, once that is reached at the next milestone, and after the last one where it is", () => {
  const cases = [
    [[90, 100, at(50, 200)], 100],
    [[100, 100, at(50, 300, 200)], 200],
    [[120, 100, at(50)], 120],
    [[30, undefined, at(50, 200)], 50],
    [[0, undefined, []], 1],
  ];
  for (const [given, end] of cases) assert.equal(endOf(...given), end, JSON.stringify(given));
});

test("the next milestone is needed most, then the last one reached, the goal, and the others from the end", () => {
  const marks = [mark(10, true), mark(20, true), mark(30, false), mark(40, false), mark(50, false, true), mark(60, false)];

  assert.deepEqual(
    byNeed(marks).map((one) => one.at),
    [30, 20, 50, 60, 40, 10],
  );
});

test("labels that would touch one before them are left out", () => {
  const spans = [
    { left: 100, right: 140 },
    { left: 149, right: 190 },
    { left: 150, right: 190 },
    { left: 0, right: 90 },
    { left: 0, right: 91 },
  ];

  assert.deepEqual(fitting(spans), [spans[0], spans[2], spans[3]]);
});
