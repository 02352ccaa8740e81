/** What is held to be a fault in scripts of the site, their tests, and the pages of frameworks. */

import js from "@eslint/js";
import globals from "globals";

export default [
  { ignores: ["build/", "mutants/", ".venv*/"] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "array-callback-return": "error",
      eqeqeq: "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "AssignmentExpression[left.object.name=globalThis][left.property.name=fetch]",
          message: "Documents are asked for through `network` of live.js.",
        },
      ],
      "no-self-compare": "error",
      "no-template-curly-in-string": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": ["error", { ignoreReadBeforeAssign: true }],
    },
  },
  {
    files: ["benchmarks/*.js", "chalicelib/site/*.js", "tests/site/frameworks/*.js"],
    languageOptions: { globals: globals.browser },
  },
  {
    // It holds the page's time, and counts what is under way.
    files: ["tests/site/clock.js"],
    languageOptions: { globals: { ...globals.browser, testClock: "readonly" } },
    rules: { "no-restricted-syntax": "off" },
  },
  { files: ["tests/site/js/*.js"], languageOptions: { globals: globals.node } },
  { files: ["tests/webhooks/**/*.cjs"], languageOptions: { sourceType: "commonjs", globals: globals.node } },
];
