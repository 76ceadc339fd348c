import type { Attempt } from "./awsClient";
import { mayMeanSkew } from "./clockSkew";
import type { AwsCredentials } from "./credentials";
import { isExpiredError, ServiceError, TransportError } from "./errors";
import { codelessReply, invalidReply } from "./interveningReply";
import type { AnyOperation, Operation } from "./operation";
import type { Redact } from "./redact";
import { InvalidResponse, parseError, parseOutput, requestIdOf } from "./response";
import { retryReasonOfError, retryReasonOfFailure, type RetryReason } from "./retry";
import type { SendError, WireResponse } from "./transport";

/** What one attempt came to. */
export type Outcome<O> = { readonly type: "success"; readonly output: O } | Failure;

export interface Failure {
  readonly type: "failure";
  readonly reason: RetryReason | undefined;
  readonly response?: WireResponse;
  /** The service called the credentials expired. */
  readonly isExpired?: boolean;
  /** What the attempt was signed with, where there was an answer. */
  readonly credentials?: AwsCredentials;
  /** The service may have carried this attempt out. */
  readonly mayHaveActed: boolean;
  toError(attempts: number, hasLostAttempt: boolean): ServiceError | TransportError;
}

/** What came back for one attempt, and what is needed to judge it. */
export interface Reply {
  readonly host: string;
  readonly response: WireResponse;
  readonly isSkewed: boolean;
  readonly redact: Redact;
}

/** Tells a success, a refusal and an unknown outcome apart. */
export function judge<O extends object>(
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the input was serialized by the caller
  operation: Operation<any, O>,
  { host, response, isSkewed, redact }: Reply,
  note: (details: Omit<Attempt, "number">) => void,
): Outcome<O> {
  const { status } = response;
  const requestId = requestIdOf(response);
  const seen = { status, ...(requestId === undefined ? {} : { requestId: redact(requestId) }) };
  if (status >= 200 && status < 300) {
    try {
      const output = parseOutput<O>(operation, response);
      note(seen);
      return { type: "success", output };
    } catch (error) {
      if (!(error instanceof InvalidResponse)) throw error;
      note({ ...seen, error: error.name });
      return failedToSend(operation, invalidReply(error, host, response));
    }
  }
  const { code, ...reply } = parseError(operation.service, response, redact);
  if (code === undefined) {
    const error = codelessReply(host, status, reply);
    note({ ...seen, error: error.code });
    return { ...failedToSend(operation, error), response };
  }
  note({ ...seen, error: code });
  const reason = isSkewed && mayMeanSkew(code) ? "transient" : retryReasonOfError(operation.service, code, status);
  return {
    type: "failure",
    reason: operation.isIdempotent || reason === "throttling" ? reason : undefined,
    response,
    isExpired: isExpiredError(code),
    mayHaveActed: status >= 500,
    toError: (attempts, followsLostAttempt) =>
      new ServiceError(code, reply.message, {
        followsLostAttempt,
        status,
        requestId: reply.requestId,
        isRetryable: reason !== undefined,
        attempts,
      }),
  };
}

/** An attempt without a usable reply. */
export function failedToSend(operation: AnyOperation, error: SendError): Failure {
  const isSafe = operation.isIdempotent || !error.wasConnected;
  return {
    type: "failure",
    reason: isSafe ? retryReasonOfFailure(error.code) : undefined,
    mayHaveActed: error.wasConnected,
    toError: (attempts, hasLostAttempt) =>
      new TransportError(error.message, {
        code: error.code,
        attempts,
        maybeSent: error.wasConnected || hasLostAttempt,
        cause: error,
      }),
  };
}
