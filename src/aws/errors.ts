import { isCancelled } from "../core/errors";

/** The service answered, and the answer is an error: it has a code of AWS. Shapes: rest-json and aws-json error bodies, query XML. */
export class ServiceError extends Error {
  /** The exception's name, sanitised: `ValidationException`. */
  override readonly name: string;
  readonly status: number;
  readonly requestId: string | undefined;
  readonly isRetryable: boolean;
  readonly attempts: number;
  /** An earlier attempt of the same call got a 5xx or no reply at all: it may have been carried out, whatever this one says. */
  readonly followsLostAttempt: boolean;

  constructor(
    name: string,
    message: string,
    details: {
      readonly status: number;
      readonly requestId?: string | undefined;
      readonly isRetryable: boolean;
      readonly attempts: number;
      readonly followsLostAttempt?: boolean;
    },
  ) {
    super(message);
    this.name = name;
    this.status = details.status;
    this.requestId = details.requestId;
    this.isRetryable = details.isRetryable;
    this.attempts = details.attempts;
    this.followsLostAttempt = details.followsLostAttempt ?? false;
  }

  /** Without the message: a service may quote what it was sent. */
  get logText(): string {
    return `${this.name} (HTTP ${this.status}, request ${this.requestId ?? "without an id"})`;
  }
}

/**
 * No usable answer: refused or reset connections, time-outs, DNS, TLS, and replies that nothing shows to be the service's.
 * The request may or may not have been carried out.
 */
export class TransportError extends Error {
  override readonly name: string;
  /** Node's code (`ECONNRESET`) or one of ours: `TimeoutError`, `InvalidResponse`, `NoErrorCode`, … */
  readonly code: string;
  readonly attempts: number;
  /** False when no attempt had a connection: the service cannot have seen the request. */
  readonly maybeSent: boolean;

  constructor(
    message: string,
    details: {
      readonly code: string;
      readonly attempts: number;
      readonly maybeSent: boolean;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.name = details.code === "TimeoutError" ? "TimeoutError" : "TransportError";
    this.code = details.code;
    this.attempts = details.attempts;
    this.maybeSent = details.maybeSent;
  }

  /** What answered may quote what it was sent. */
  get logText(): string {
    return this.code === "NoErrorCode" ? `${this.code}: an answer without an AWS error code` : this.message;
  }
}

/** The profile cannot give credentials until the user acts: signs in, types an MFA code, mends a file. */
export class SignInRequiredError extends Error {
  override readonly name = "SignInRequiredError";

  constructor(
    readonly profile: string,
    message: string,
    /** How to sign in: `sso` and `login` run the AWS CLI in a terminal, `other` has no command. */
    readonly method: "sso" | "login" | "other",
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The user gave no code for the MFA device. */
export function signInDeclined(profile: string): SignInRequiredError {
  return new SignInRequiredError(profile, "Signing in was cancelled.", "other");
}

/** Why work failed that nobody ended: what was cancelled all the same, the user has declined. */
export function orDeclined(error: unknown, profile: string): unknown {
  return isCancelled(error) ? signInDeclined(profile) : error;
}

/** True when the outcome of a request is unknown: some attempt got no answer, or a 5xx. Resolved with the same token and by listing. */
export function isAmbiguous(error: unknown): boolean {
  if (error instanceof TransportError) return error.maybeSent;
  return error instanceof ServiceError && (error.status >= 500 || error.followsLostAttempt);
}

/**
 * Codes by which a service says that the credentials themselves are not, or no longer, good. UnauthorizedClientException is
 * none: so Chime refuses an account that it was not opened to, and the credentials may be good everywhere else.
 */
const credentialErrors = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "IncompleteSignature",
]);

/** The credentials were good once: fresh ones may be. */
export function isExpiredError(name: string): boolean {
  return name === "ExpiredToken" || name === "ExpiredTokenException";
}

export function isCredentialError(error: unknown): boolean {
  return error instanceof ServiceError && credentialErrors.has(error.name);
}

/** True when nothing helps but other credentials: there are none, or the service refused them. */
export function needsSignIn(error: unknown): boolean {
  return error instanceof SignInRequiredError || isCredentialError(error);
}
