import assert from "node:assert/strict";
import { test } from "node:test";

import { embedAddress, overlayAddress, snippet } from "../../../chalicelib/site/snippets.js";

const ORIGIN = "https://example.org";
const RELEASE = { release: "r1", integrity: new Proxy({}, { get: (_, file) => `sha384-${String(file)}` }) };

test("an evergreen element is one script and one tag", () => {
  const text = snippet("counter", { campaign: "2026", lang: "kk", metric: "people" }, { origin: ORIGIN });

  assert.equal(
    text,
    '<script type="module" src="https://example.org/widget/counter.js"></script>\n' +
      '<good-deeds-counter campaign="2026" lang="kk" metric="people"></good-deeds-counter>',
  );
});

test("every script of a pinned element is checked", () => {
  const text = snippet("board", { campaign: "2026", lang: "ru", pinned: true }, { origin: ORIGIN, release: RELEASE });

  const sources = text.match(/\/widget\/r1\/[\w-]+\.js" integrity="sha384-[\w.-]+"/g) ?? [];
  assert.equal(sources.length, text.split("\n").length - 1);
  assert.ok(sources.some((source) => source.includes("ru.js")));
});

test("nothing that is typed breaks out of an attribute", () => {
  const text = snippet("counter", { campaign: '"><script>', lang: "kk" }, { origin: ORIGIN });

  assert.ok(text.includes('campaign="&quot;&gt;&lt;script&gt;"'));
});

test("an overlay's address says only what is not usual", () => {
  const choices = { campaign: "2026", metric: "people", goal: "", milestones: true, alerts: true, ticker: false };

  assert.equal(overlayAddress(choices, ORIGIN), "https://example.org/overlay/2026?metric=people&alerts=1");
  assert.equal(embedAddress({ campaign: "2026", lang: "ru", goal: "" }, ORIGIN), "https://example.org/embed/2026?lang=ru");
});
