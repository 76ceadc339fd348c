import { isCredentialError, ServiceError, TransportError } from "../aws/errors";
import type { CallOptions } from "../aws/awsClient";
import type { Session } from "../instances/connection";
import type { Instance } from "../instances/instance";
import type { Kind } from "../instances/kind";
import type { OperationRecord } from "./operationRecord";
import type { UnreadRecord } from "./unreadRecord";

/**
 * One step of an operation. Its id is on disk before it runs, and it may run again from its beginning after a crash at any
 * point: a step must be harmless when the run before it got as far as anywhere.
 */
export interface Step {
  readonly id: string;
  /** What is going on, in words that follow "2 of 5:". */
  readonly label: string;
  run(context: StepContext): Promise<void>;
}

export interface StepContext {
  /** As it is on disk now. */
  readonly record: OperationRecord;
  readonly kind: Kind;
  /** An earlier run may have carried out this step, wholly or in part. */
  readonly isResumed: boolean;
  /** Writes changes and a line of history; resolves when they are on disk. */
  save(changes: Partial<OperationRecord>, history?: string): Promise<void>;
  /** A call that changes nothing. Errors that waiting may mend are waited out. */
  read<T>(call: Call<T>): Promise<T>;
  /** A call that changes something: sent while this window owns the operation, and repeated while its outcome is unknown. */
  change<T>(call: Call<T>, options?: ChangeOptions): Promise<T>;
  /** The target or the created instance, read now, in the account that the user confirmed. */
  get(id: string): Promise<Instance | undefined>;
  /** What the service says about an instance, again and again, until the caller has seen enough. Outlasts lost networks. */
  follow(id: string): AsyncIterable<Instance | undefined>;
  now(): number;
  /** Milliseconds that never jump: what waits and patience are measured in. */
  monotonic(): number;
  sleep(ms: number): Promise<void>;
  /** All other operations, as they are on disk now: to tell their instances from this one's. */
  others(): Promise<readonly OperationRecord[]>;
  /** Those of which no more is known than that they are there, when `others` was asked last. */
  unread(): readonly UnreadRecord[];
}

export type Call<T> = (session: Session, options: CallOptions) => Promise<T>;

export interface ChangeOptions {
  /** Heard for each error after which the call is repeated: it may have been carried out already. */
  readonly onRetry?: (error: unknown) => void;
}

/** Ends an operation, with a reason for the user. `interrupted` can be resumed. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";

  constructor(
    readonly status: "failed" | "interrupted",
    readonly code: string,
    message: string,
  ) {
    super(message);
  }

  get logText(): string {
    return this.code;
  }
}

/** A refusal is an answer: the service did not do it, and will not do it when asked again. Fresh credentials may be all it wants. */
export function isRefusal(error: unknown): error is ServiceError {
  if (!(error instanceof ServiceError) || isCredentialError(error)) return false;
  return !error.isRetryable && error.status >= 400 && error.status < 500;
}

export function refused(error: ServiceError): StoppedError {
  return new StoppedError("failed", error.name, error.message || error.name);
}

/**
 * Ends a call between two of its attempts, so that it is repeated from its beginning: what was read or looked up before it
 * may be out of date by now.
 */
export function beginAnew(why: string): TransportError {
  return new TransportError(why, { code: "Outdated", attempts: 1, maybeSent: true });
}

/** Options for a read within a call that changes something: its attempts are not the change's. */
export function readOptions({ signal }: CallOptions): CallOptions {
  return signal ? { signal } : {};
}

/** The record's member, which the operation's type guarantees. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined)
    throw new StoppedError("failed", "IncompleteRecord", `The recorded operation lacks its ${name}.`);
  return value;
}
