import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { compact, format, measure, number, percent } from "../../../chalicelib/site/numbers.js";
import { LANGUAGES } from "./languages.js";

/** What Python writes too. */
const CASES = JSON.parse(readFileSync(new URL("../../fixtures/numbers.json", import.meta.url), "utf8"));

const CALLS = {
  number: (given, words) => number(given.value, words),
  compact: (given, words) => compact(given.value, words),
  metric: (given, words) => format(given.metric, given.value, words, given.short),
  percent: (given, words) => percent(given.value, given.target, words),
  label: (given, words) => words.label(given.metric, given.value),
};

for (const [name, call] of Object.entries(CALLS)) {
  test(`every ${name} is written as Python writes it`, () => {
    for (const given of CASES[name]) {
      for (const [lang, words] of Object.entries(LANGUAGES)) {
        assert.equal(call(given, words), given[lang], `${JSON.stringify(given)} in ${lang}`);
      }
    }
  });
}

test("a measure is a number, or null where a document has none", () => {
  assert.equal(measure({ people: 0 }, "people"), 0);
  assert.equal(measure({ amount: { KZT: 5 } }, "amount"), 5);
  assert.equal(measure({ people: 3 }, "hours"), null);
  assert.equal(measure({ people: "3" }, "people"), null);
  assert.equal(measure(undefined, "people"), null);
});
