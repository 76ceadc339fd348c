import assert from "node:assert/strict";
import { test } from "node:test";
import { isTokenTrusted, sentWindow } from "../../../src/operations/tokenAge";

const hourMs = 60 * 60 * 1000;
const sent = { sentAt: 1_000_000, sentAtService: 5_000_000 };
/** Right after the request, with the service's clock four million ahead. */
const present = { now: 1_000_000, monotonic: 70_000, offsetMs: 4_000_000, knownSince: 70_000 };

test("A token is trusted for an hour, and only while every clock says so", () => {
  assert.equal(isTokenTrusted(sent, present), true);
  const justBefore = hourMs - 1;
  for (const [field, base] of [
    ["now", present.now],
    ["monotonic", present.monotonic],
    ["offsetMs", present.offsetMs],
  ] as const) {
    assert.equal(isTokenTrusted(sent, { ...present, [field]: base + justBefore }), true, field);
    assert.equal(isTokenTrusted(sent, { ...present, [field]: base + hourMs }), false, field);
    // Ten seconds are what the service's date leaves open; a clock that was set further back makes nothing young.
    assert.equal(isTokenTrusted(sent, { ...present, [field]: base - 10_000 }), true, field);
    assert.equal(isTokenTrusted(sent, { ...present, [field]: base - 10_001 }), false, field);
  }
});

test("A token whose age one of the clocks cannot tell is not trusted", () => {
  assert.equal(isTokenTrusted({ ...sent, sentAt: undefined }, present), false);
  assert.equal(isTokenTrusted({ ...sent, sentAtService: undefined }, present), false);
  assert.equal(isTokenTrusted(sent, { ...present, offsetMs: undefined }), false);
  assert.equal(isTokenTrusted(sent, { ...present, knownSince: undefined }), false);
});

test("When a request was sent is as sure as the two ways of knowing agree, and open where neither tells", () => {
  assert.deepEqual(sentWindow(sent, 4_000_000), { earliest: 5_000_000, latest: 5_000_000 });
  assert.deepEqual(sentWindow(sent, 4_500_000), { earliest: 5_000_000, latest: 5_500_000 });
  assert.deepEqual(sentWindow(sent, 3_500_000), { earliest: 4_500_000, latest: 5_000_000 });
  for (const [record, offsetMs] of [
    [sent, undefined],
    [{ ...sent, sentAt: undefined }, 4_000_000],
    [{ ...sent, sentAtService: undefined }, 4_000_000],
  ] as const)
    assert.deepEqual(sentWindow(record, offsetMs), { earliest: -Infinity, latest: Infinity });
});
