import assert from "node:assert/strict";
import { test } from "node:test";
import { timestamp } from "../../../src/aws/wireTypes";

test("Seconds, milliseconds, fractions and ISO 8601 are times, to the millisecond", () => {
  const ms = Date.UTC(2026, 10, 28, 23, 7, 47, 120);
  for (const sent of [ms / 1000, ms, `${ms / 1000}`, new Date(ms).toISOString()])
    assert.equal(timestamp.parse(sent), ms, String(sent));
});

test("What no clock shows is no time: nobody could say when it was", () => {
  for (const sent of [1e20, -1e20, Infinity, "1e20", "soon"])
    assert.equal(timestamp.safeParse(sent).success, false, String(sent));
});
