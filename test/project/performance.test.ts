import assert from "node:assert/strict";
import { test } from "node:test";
import { growth, growthExponent } from "../bench/growth";
import { judged, toMarkdown, withGeneratedPart, type Row } from "../bench/rows";

const row = (rest: Partial<Row> = {}): Row => ({
  name: "listing",
  value: 0.41,
  unit: "×",
  beside: "the SDK",
  goal: 0.5,
  ...rest,
});

test("A goal is met up to its limit, and never by what was not measured", () => {
  const values = [0.41, 0.5, 0.5001, 0.51, undefined, Number.NaN];
  assert.deepEqual(
    values.map((value) => judged(row({ value })).met),
    [true, true, true, false, false, false],
  );
  assert.equal(judged(row({ value: undefined })).value, null);
});

test("The table has a line for each row, and says why a goal is missed", () => {
  const rows = [row({ name: "a | b", value: 12_345.6, unit: "KiB", goal: 20_000 }), row({ value: 0.7 })].map(judged);
  const text = toMarkdown({ date: "2026-01-02", node: "v22", versions: { zod: "4" }, rows }, { listing: "Because." });
  assert.equal(
    text,
    [
      "Measured on 2026-01-02 with Node v22, zod 4.",
      "",
      "| what    | measured   | beside  | goal, at most | met |",
      "| ------- | ---------- | ------- | ------------- | --- |",
      "| a \\| b  | 12,346 KiB | the SDK | 20,000 KiB    | yes |",
      "| listing | 0.7 ×      | the SDK | 0.5 ×         | no  |",
      "",
      "Missed, and why:",
      "",
      "- **listing**: Because.",
    ].join("\n"),
  );
});

test("The table is written between its marks, again and again", () => {
  const document = "# Title\n\n<!-- begin: npm run bench -- --write -->\n\nold\n\n<!-- end -->\n\nAfter.\n";
  const once = withGeneratedPart(document, "new");
  assert.equal(once, document.replace("old", "new"));
  assert.equal(withGeneratedPart(once, "new"), once);
});

test("Growth is the power of the number: one for a straight line, two for a square, less where a start costs most", () => {
  const exponentOf = (ms: (instances: number) => number) =>
    growthExponent(growth.map((instances) => ({ instances, ms: ms(instances) })));
  assert.ok(Math.abs(exponentOf((n) => 3 * n) - 1) < 1e-9);
  assert.ok(Math.abs(exponentOf((n) => n * n) - 2) < 1e-9);
  assert.ok(exponentOf((n) => 500 + n) < 1);
});
