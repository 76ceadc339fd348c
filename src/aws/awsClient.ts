import type { Operation } from "./operation";

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** It can wait until others of its account have left: what a listing says of itself, and what changes something never does. */
  readonly waitsItsTurn?: boolean;
  /** Heard once per reply or failure of an attempt: for journals and the log. */
  readonly onAttempt?: (attempt: Attempt) => void;
  /**
   * Asked right before each attempt's bytes leave, when the credentials are there: however long those took, or the machine
   * slept between two attempts. What it throws ends the call, and that attempt is not made.
   */
  readonly beforeAttempt?: (number: number) => void | Promise<void>;
}

export interface Attempt {
  readonly number: number;
  readonly requestId?: string;
  readonly status?: number;
  readonly error?: string;
}

/** Sends operations with one set of credentials to one region: created for a session, never shared between two. */
export interface AwsClient {
  readonly region: string;
  /** Milliseconds that the services' clock is ahead of ours, by the last reply; undefined until there was one. */
  readonly clockOffsetMs: number | undefined;
  /**
   * Rejects with ServiceError (the service answered), TransportError (it did not) or CancelledError. What the user must mend
   * before anything can be sent comes as SignInRequiredError or UserError. Anything else is a bug.
   */
  call<I extends object, O extends object>(operation: Operation<I, O>, input: I, options?: CallOptions): Promise<O>;
  /** Pages of a List operation, fetched as the consumer asks for them. A repeated token ends it with an error. */
  pages<I extends object, O extends object>(
    operation: Operation<I, O>,
    input: I,
    options?: CallOptions,
  ): AsyncIterable<O>;
}
