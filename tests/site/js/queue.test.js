import assert from "node:assert/strict";
import { test } from "node:test";

import { newActs, Queue } from "../../../chalicelib/site/queue.js";

const nameOf = ({ kind, ids, milestone }) => (kind === "acts" ? ids.join() : milestone);

/** A queue whose time passes when `pass` is called, and what it shows (+) and hides (-). */
function played() {
  const said = [];
  const timers = new Map();
  const queue = new Queue({
    show: (thing) => said.push(`+${nameOf(thing)}`),
    hide: (thing) => said.push(`-${nameOf(thing)}`),
    later: (run) => {
      const id = timers.size + 1;
      timers.set(id, run);
      return id;
    },
    never: (id) => timers.set(id, () => {}),
  });
  const pass = () => {
    for (const [id, run] of [...timers]) {
      timers.set(id, () => {});
      run();
    }
  };
  return { queue, said, pass };
}

test("acts that come while one is on air are told together after it", () => {
  const { queue, said, pass } = played();
  queue.addActs(["a"]);
  queue.addActs(["b"]);
  queue.addActs(["c"]);
  pass();
  pass();
  assert.deepEqual(said, ["+a", "-a", "+b,c"]);
});

test("a milestone comes before acts that wait, and is told whole", () => {
  const { queue, said, pass } = played();
  queue.addMilestone("m");
  queue.addActs(["a"]);
  queue.addMilestone("n");
  pass();
  pass();
  assert.deepEqual(said, ["+m", "-m", "+n"]);
});

test("an act that is withdrawn is off air at once", () => {
  const { queue, said } = played();
  queue.addActs(["a"]);
  queue.keepActs(() => false);
  assert.deepEqual(said, ["+a", "-"]);
});

test("when all is cleared nothing is told later", () => {
  const { queue, said, pass } = played();
  queue.addActs(["a"]);
  queue.addMilestone("m");
  queue.clear();
  pass();
  assert.deepEqual(said, ["+a", "-a"]);
});

test("an act is new that stands before all that were seen", () => {
  const cases = [["a", "ba", "b"], ["ba", "a", ""], ["ba", "acb", ""], ["a", "dcb", "dcb"], ["cba", "bax", ""]];
  for (const [seen, acts, found] of cases) {
    assert.deepEqual(newActs(new Set(seen), [...acts].map((id) => ({ id }))), [...found]);
  }
});

test("what may not be done while something is on air waits for its end, and lets nothing begin before it is done", async () => {
  const { queue, said, pass } = played();
  queue.addActs(["a"]);
  queue.between(async () => {
    said.push("between");
    queue.addActs(["b"]);
    await null;
  });
  assert.deepEqual(said, ["+a"]);
  pass();
  pass();
  assert.deepEqual(said, ["+a", "-a", "between"]);
  await new Promise(setImmediate);
  assert.deepEqual(said, ["+a", "-a", "between", "+b"]);
});

test("where nothing is on air it is done at once", () => {
  const { queue, said } = played();
  queue.between(async () => said.push("between"));
  assert.deepEqual(said, ["between"]);
});
