import assert from "node:assert/strict";
import { test } from "node:test";
import { ClockSkew, mayMeanSkew } from "../../../src/aws/clockSkew";

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const minuteMs = 60_000;
const at = (offsetMs: number) => ({ date: new Date(nowMs + offsetMs).toUTCString() });
const times = { sentMs: nowMs - 1_000, nowMs };

test("A service's clock is learnt from its Date, for its host alone, ahead or behind", () => {
  const skew = new ClockSkew();
  assert.equal(skew.offsetMs("a"), 0);
  assert.equal(skew.observe("a", at(2 * 60 * minuteMs), times), true);
  assert.equal(skew.observe("b", at(-60 * minuteMs), times), true);
  assert.deepEqual([skew.offsetMs("a"), skew.offsetMs("b"), skew.offsetMs("c")], [7_200_000, -3_600_000, 0]);
});

test("A difference of less than four minutes to what is known changes nothing, and from four minutes on it does", () => {
  const skew = new ClockSkew();
  assert.equal(skew.observe("a", at(4 * minuteMs - 1_000), times), false);
  assert.equal(skew.offsetMs("a"), 0);
  assert.equal(skew.observe("a", at(4 * minuteMs), times), true);
  assert.equal(skew.observe("a", at(4 * minuteMs), times), false, "known by now");
  assert.equal(skew.observe("a", at(minuteMs), times), false);
  assert.equal(skew.observe("a", at(0), times), true, "the clock was mended");
  assert.equal(skew.offsetMs("a"), 0);
});

test("What a cache answered, what took a quarter of an hour and what has no date teaches nothing", () => {
  const skew = new ClockSkew();
  const slow = { sentMs: nowMs - 15 * minuteMs - 1, nowMs };
  assert.equal(skew.observe("a", { ...at(60 * minuteMs), age: "3600" }, times), false);
  assert.equal(skew.observe("a", at(60 * minuteMs), slow), false);
  assert.equal(skew.observe("a", {}, times), false);
  assert.equal(skew.observe("a", { date: "yesterday" }, times), false);
  assert.equal(skew.offsetMs("a"), 0);
  assert.equal(skew.latestMs, undefined);
  assert.equal(skew.observe("a", at(60 * minuteMs), { ...slow, sentMs: nowMs - 15 * minuteMs }), true);
});

test("The services' time is what the last reply said, small differences included", () => {
  const skew = new ClockSkew();
  assert.equal(skew.latestMs, undefined);
  skew.observe("a", at(60 * minuteMs), times);
  skew.observe("b", at(2_000), times);
  assert.equal(skew.latestMs, 2_000);
});

test("Only codes that speak of the signature or its date, or of access at large, may mean a wrong clock", () => {
  for (const code of [
    "RequestTimeTooSkewed",
    "RequestExpired",
    "RequestInTheFuture",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "AuthFailure",
    "AccessDeniedException",
  ])
    assert.equal(mayMeanSkew(code), true, code);
  for (const code of ["", "ValidationException", "ExpiredTokenException"]) assert.equal(mayMeanSkew(code), false, code);
});
