import type { IncomingHttpHeaders } from "node:http";
import type { Service } from "./operation";

/** The SDKs' standard mode, as they have it since 2026. */
export const defaultMaxAttempts = 3;
const maxBackoffMs = 20_000;
const baseMs = { transient: 50, throttling: 1_000 };
const cost = { transient: 14, throttling: 5 };
const bucketSize = 500;

/** Why another attempt may succeed. */
export type RetryReason = "transient" | "throttling";

const throttlingCodes = new Set([
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
]);
const transientCodes = new Set(["TimeoutError", "RequestTimeout", "RequestTimeoutException"]);
const transientStatuses = new Set([500, 502, 503, 504]);
const networkCodes = new Set([
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
]);

/** Undefined: the answer is final. A throttling code counts whatever its status, as gateways differ in it. */
export function retryReasonOfError(service: Service, name: string, status: number): RetryReason | undefined {
  const modelled = Object.hasOwn(service.errors, name) ? service.errors[name] : undefined;
  if (status === 429 || modelled?.throttling || throttlingCodes.has(name)) return "throttling";
  if (modelled?.retryable === true) return "transient";
  return transientCodes.has(name) || transientStatuses.has(status) ? "transient" : undefined;
}

export function retryReasonOfFailure(code: string): RetryReason | undefined {
  // Node's HTTP parser gives up on what is not HTTP with codes of its own: HPE_INVALID_CONSTANT and so on.
  return networkCodes.has(code) || code.startsWith("HPE_") ? "transient" : undefined;
}

/**
 * How long to wait before the attempt after number `attempt`: full jitter under an exponential ceiling, and at least as
 * long as the service asks for, within reason.
 */
export function retryDelayMs(
  attempt: number,
  reason: RetryReason,
  options: {
    readonly random: () => number;
    readonly headers?: IncomingHttpHeaders | undefined;
    readonly nowMs: number;
  },
): number {
  const backoffMs = options.random() * Math.min(maxBackoffMs, baseMs[reason] * 2 ** (attempt - 1));
  const exactMs = Number(options.headers?.["x-amz-retry-after"]);
  if (exactMs > 0) return Math.min(Math.max(exactMs, backoffMs), backoffMs + 5_000);
  const askedMs = retryAfterMs(options.headers?.["retry-after"], options.nowMs);
  return Math.max(backoffMs, Math.min(askedMs, maxBackoffMs));
}

/** Seconds, or a date. */
function retryAfterMs(value: string | undefined, nowMs: number): number {
  if (value === undefined) return 0;
  const seconds = Number(value);
  const ms = Number.isNaN(seconds) ? Date.parse(value) - nowMs : seconds * 1000;
  return ms > 0 ? ms : 0;
}

/**
 * Keeps a client from adding its retries to a service that is down for everybody: every retry costs, every success gives
 * a little back, and when nothing is left the first failure is final.
 */
export class RetryTokens {
  #left = bucketSize;

  /** The number of tokens taken, or undefined when too few are left. */
  take(reason: RetryReason): number | undefined {
    const amount = cost[reason];
    if (this.#left < amount) return undefined;
    this.#left -= amount;
    return amount;
  }

  /** After a success: what its last retry cost, or one token for a first attempt. */
  giveBack(amount = 1): void {
    this.#left = Math.min(bucketSize, this.#left + amount);
  }
}
