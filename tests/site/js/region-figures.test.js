import assert from "node:assert/strict";
import { test } from "node:test";

import { perHead, populationOf } from "../../../chalicelib/site/populations.js";
import { dayText, rateText } from "../../../chalicelib/site/rates.js";
import { kindsOf, rankOf } from "../../../chalicelib/site/region-figures.js";
import { LANGUAGES } from "./languages.js";

test("a number is told per 100,000 inhabitants, and not abroad", () => {
  assert.equal(perHead(2_161_695, "KZ-75"), 100_000);
  assert.equal(perHead(0, "KZ-75"), 0);
  assert.equal(perHead(5, "abroad"), null);
  assert.equal(populationOf("toString"), null);
});

test("regions of the same number share a place, and one with nothing has none", () => {
  const values = { a: 5, b: 9, c: 5, d: 0 };

  assert.deepEqual(
    Object.keys(values).map((code) => rankOf(code, values)),
    [2, 1, 2, null],
  );
});

test("a small rate has its tenth, a large one is whole", () => {
  assert.equal(rateText("good_deeds", 2.34, LANGUAGES.ru), "2,3");
  assert.equal(rateText("good_deeds", 2.34, LANGUAGES.en), "2.3");
  assert.equal(rateText("good_deeds", 1234.5, LANGUAGES.en), "1,235");
});

test("a day is written as the language does", () => {
  const days = ["kk", "ru", "en"].map((lang) => dayText("2023-01-01", lang));

  assert.deepEqual(days, ["2023 ж. 1 қаңтар", "1 января 2023", "1 January 2023"]);
});

test("what was done at a place is read from the table, most first", () => {
  const csv = [
    "kind,place,place_kk,place_ru,place_en,participations,people",
    "volunteering,KZ-75,Алматы,Алматы,Almaty,12,60",
    "good_deed,KZ-75,Алматы,Алматы,Almaty,40,40",
    "donation,KZ-75,Алматы,Алматы,Almaty,0,0",
    "donation,KZ-71,Астана,Астана,Astana,9,9",
    "",
  ].join("\r\n");

  assert.deepEqual(kindsOf("KZ-75", csv), [
    { kind: "good_deed", acts: 40 },
    { kind: "volunteering", acts: 12 },
  ]);
  assert.deepEqual(kindsOf("KZ-10", csv), []);
});
