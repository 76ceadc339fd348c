import type { AnyOperation, Operation } from "./operation";

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Heard once per reply or failure of an attempt: for journals and the log. */
  readonly onAttempt?: (attempt: Attempt) => void;
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
  /** Rejects with ServiceError (the service answered), TransportError (it did not) or CancelledError; never with anything else but bugs. */
  call<I extends object, O extends object>(operation: Operation<I, O>, input: I, options?: CallOptions): Promise<O>;
  /** Pages of a List operation, fetched as the consumer asks for them. A repeated token ends it with an error. */
  pages<I extends object, O extends object>(operation: Operation<I, O>, input: I, options?: CallOptions): AsyncIterable<O>;
}

export type { AnyOperation };
