import assert from "node:assert/strict";
import { test } from "node:test";

import { money } from "../../../chalicelib/site/money.js";
import { LANGUAGES } from "./languages.js";

const CASES = [
  [5000, "KZT", "5\u00a0000\u00a0₸", "₸5,000"],
  [123456, "USD", "1\u00a0234,56\u00a0$", "$1,234.56"],
  [123400, "EUR", "1\u00a0234\u00a0€", "€1,234"],
  [5, "GBP", "0,05\u00a0GBP", "GBP\u00a00.05"],
  [5000, "JPY", "5\u00a0000\u00a0JPY", "JPY\u00a05,000"],
  [5001, "KWD", "5,001\u00a0KWD", "KWD\u00a05.001"],
];

for (const [value, currency, kk, en] of CASES) {
  test(`${value} minor units of ${currency} are ${en}`, () => {
    assert.equal(money(value, currency, LANGUAGES.kk), kk);
    assert.equal(money(value, currency, LANGUAGES.en), en);
  });
}
