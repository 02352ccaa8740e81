import assert from "node:assert/strict";
import { test } from "node:test";

import { daysBetween, isSince, sinceWords, startOf } from "../../../chalicelib/site/since-when.js";

const at = (text) => Date.parse(`${text}:00Z`);

const CASES = [
  ["20:00", "2026-06-01T21:00", "2026-06-01T20:00", "бүгін 20:00-ден бері", "сегодня с 20:00", "today since 20:00"],
  ["20:30", "2026-06-02T00:10", "2026-06-01T20:30", "20:30-дан бері", "с 20:30", "since 20:30"],
  ["2026-06-01", "2026-06-03T10:00", "2026-06-01T00:00", "1 маусымнан бері", "с 1 июня", "since 1 June"],
  ["3h", "2026-06-01T02:00", "2026-05-31T23:00", "соңғы 3 сағатта", "за 3 часа", "in the last 3 hours"],
  ["1d", "2026-06-01T02:00", "2026-05-31T02:00", "соңғы 1 күнде", "за 1 день", "in the last 1 day"],
];

for (const [text, now, start, kk, ru, en] of CASES) {
  test(`at ${now} ${text} counts from ${start}`, () => {
    assert.ok(isSince(text));
    assert.equal(startOf(text, at(now)), at(start));
    assert.deepEqual(["kk", "ru", "en"].map((lang) => sinceWords(text, at(now), lang)), [kk, ru, en]);
  });
}

for (const text of ["9999d", "25:00", "2026-13-01", "soon", ""]) {
  test(`"${text}" is no time to count from`, () => assert.equal(isSince(text), false));
}

test("what began longer ago than a month counts from a month ago", () => {
  assert.equal(startOf("2026-01-01", at("2026-06-01T12:00")), at("2026-05-01T12:00"));
});

test("every day has its document, from the first to the last", () => {
  assert.deepEqual(daysBetween(at("2026-05-31T23:59"), at("2026-06-02T00:00")), ["2026-05-31", "2026-06-01", "2026-06-02"]);
});
