import assert from "node:assert/strict";
import { test } from "node:test";
import * as zod from "zod";
import * as z from "zod/mini";
import { inWords } from "../../../src/core/schemaWords";

const schema = z.object({
  text: z.string().check(z.minLength(2), z.maxLength(3)),
  one: z.literal("a"),
  choice: z.enum(["a", "b"]),
  whole: z.int().check(z.minimum(1), z.maximum(9)),
  above: z.number().check(z.positive(), z.lt(5)),
  list: z.array(z.string()).check(z.minLength(1), z.maxLength(2)),
  account: z.string().check(z.regex(/^\d{12}$/)),
  either: z.union([z.string(), z.number()]),
  map: z.record(z.string(), z.string()),
});
const right = { text: "ab", one: "a", choice: "a", whole: 1, above: 1, list: ["a"], account: "1".repeat(12) };
const others = { either: 1, map: {} };

/** The members that are wrong, one after the other. */
const wrong: readonly object[] = [
  { text: undefined },
  { text: null },
  { text: ["a"] },
  { text: {} },
  { text: "a" },
  { text: "abcd" },
  { one: "b" },
  { choice: "c" },
  { whole: 0 },
  { whole: 10 },
  { whole: 1.5 },
  { whole: Number.NaN },
  { whole: Number.POSITIVE_INFINITY },
  { above: 0 },
  { above: 5 },
  { list: [] },
  { list: ["a", "b", "c"] },
  { account: "1" },
  { either: true },
  { map: { a: 1 } },
];

test("What is wrong with a value is said in zod's own English", () => {
  for (const member of wrong) {
    const value = { ...right, ...others, ...member };
    const error = schema.safeParse(value, { error: inWords }).error;
    const expected = schema.safeParse(value, { error: zod.locales.en().localeError }).error;
    assert.ok(error && expected, JSON.stringify(member));
    assert.equal(z.prettifyError(error), z.prettifyError(expected));
  }
});
