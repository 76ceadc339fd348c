import assert from "node:assert/strict";
import { test } from "node:test";
import { retryDelayMs } from "../../../src/aws/retry";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const delay = (attempt: number, headers: Record<string, string> = {}, random = 1) =>
  retryDelayMs(attempt, "transient", { random: () => random, headers, nowMs });

test("the ceiling doubles up to 20 seconds, and jitter takes any part of it", () => {
  assert.deepEqual([delay(1), delay(2), delay(3), delay(30)], [50, 100, 200, 20_000]);
  assert.deepEqual([delay(3, {}, 0.5), delay(3, {}, 0)], [100, 0]);
  const throttled = retryDelayMs(1, "throttling", { random: () => 1, nowMs });
  assert.equal(throttled, 1000);
});

test("x-amz-retry-after is in milliseconds, and honoured up to five seconds more than the backoff", () => {
  assert.equal(delay(1, { "x-amz-retry-after": "1500" }), 1500);
  assert.equal(delay(1, { "x-amz-retry-after": "60000" }), 5050);
  assert.equal(delay(2, { "x-amz-retry-after": "10" }), 100);
  assert.equal(delay(1, { "x-amz-retry-after": "1500", "retry-after": "9" }), 1500, "it wins over Retry-After");
});

test("Retry-After is in seconds or a date, and honoured up to 20 seconds", () => {
  assert.equal(delay(1, { "retry-after": "3" }), 3000);
  assert.equal(delay(1, { "retry-after": new Date(nowMs + 4000).toUTCString() }), 4000);
  assert.equal(delay(1, { "retry-after": "3600" }), 20_000);
});

test("nonsense in either header is as if it were not there", () => {
  for (const value of ["soon", "-5", "NaN", ""]) {
    assert.equal(delay(1, { "retry-after": value, "x-amz-retry-after": value }), 50, value);
  }
});
