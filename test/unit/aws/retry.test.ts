import assert from "node:assert/strict";
import { test } from "node:test";
import type { Service } from "../../../src/aws/operation";
import { retryDelayMs, retryReasonOfError, retryReasonOfFailure, RetryTokens } from "../../../src/aws/retry";
import { supplychain } from "../../../src/aws/services/supplychain";

const service: Service = {
  ...supplychain,
  errors: {
    Modelled: { status: 400, retryable: true, throttling: true },
    Again: { status: 400, retryable: true },
    Never: { status: 400 },
  },
};

const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const delay = (attempt: number, headers: Record<string, string> = {}, random = 1) =>
  retryDelayMs(attempt, "transient", { random: () => random, headers, nowMs });

test("The ceiling doubles up to 20 seconds, and jitter takes any part of it", () => {
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

test("Nonsense in either header is as if it were not there", () => {
  for (const value of ["soon", "-5", "NaN", ""]) {
    assert.equal(delay(1, { "retry-after": value, "x-amz-retry-after": value }), 50, value);
  }
});

test("What is throttled, whatever its status, or passes is tried again; what would be refused again is not", () => {
  const reason = (name: string, status: number) => retryReasonOfError(service, name, status);
  for (const name of [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
    "Modelled",
  ])
    assert.equal(reason(name, 400), "throttling", name);
  assert.equal(reason("Unheard", 429), "throttling");
  for (const name of ["TimeoutError", "RequestTimeout", "RequestTimeoutException", "Again"])
    assert.equal(reason(name, 400), "transient", name);
  for (const status of [500, 502, 503, 504]) assert.equal(reason("Unheard", status), "transient");
  for (const status of [401, 402, 403, 404, 409]) {
    assert.equal(reason("ThrottlingException", status), "throttling");
    assert.equal(reason("Unheard", status), undefined);
  }
  for (const name of ["ValidationException", "Never", "toString", ""]) assert.equal(reason(name, 400), undefined, name);
  assert.equal(reason("Unheard", 501), undefined);
});

test("A connection that was lost, refused or spoke no HTTP is tried again; what this machine got wrong is not", () => {
  for (const code of [
    "ECONNRESET",
    "ECONNREFUSED",
    "EPIPE",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ENOTFOUND",
    "EAI_AGAIN",
    "TimeoutError",
    "InvalidResponse",
    "NoErrorCode",
    "HPE_INVALID_CONSTANT",
  ])
    assert.equal(retryReasonOfFailure(code), "transient", code);
  for (const code of [
    "",
    "NoSocket",
    "ProxyAuthenticationRequired",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "ERR_INVALID_CHAR",
    "X_HPE_",
  ])
    assert.equal(retryReasonOfFailure(code), undefined, code);
});

test("Retries cost more than a success gives back, and stop when nothing is left", () => {
  const tokens = new RetryTokens();
  let retries = 0;
  while (tokens.take("transient") === 14) retries++;
  assert.equal(retries, 35);
  // 10 of 500 are left.
  assert.deepEqual(
    [tokens.take("throttling"), tokens.take("throttling"), tokens.take("throttling")],
    [5, 5, undefined],
  );
  for (let i = 0; i < 5; i++) tokens.giveBack();
  assert.equal(tokens.take("throttling"), 5);
  tokens.giveBack(14);
  assert.equal(tokens.take("transient"), 14);
  assert.equal(tokens.take("throttling"), undefined);
  tokens.giveBack(10_000);
  retries = 0;
  while (tokens.take("transient") !== undefined) retries++;
  assert.equal(retries, 35, "never more than at the beginning");
});
