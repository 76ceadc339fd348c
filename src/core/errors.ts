import type { FocusCommand, FullCommandId } from "./commandIds";

/** The user, or the end of a lifetime, stopped the work. Boundaries stay silent about it. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";

  constructor(message = "Cancelled") {
    super(message);
  }
}

/** A way out that the boundary offers as a button. */
export interface Remedy {
  readonly title: string;
  readonly command: FullCommandId | FocusCommand | "vscode.open";
  readonly args?: readonly unknown[];
}

/** A text that helps elsewhere: the boundary offers to copy it. */
export interface Copyable {
  readonly title: string;
  readonly text: string;
}

/** Something the user can mend: the message says what happened and what to do. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly remedies: readonly Remedy[];
  readonly copyable: Copyable | undefined;
  readonly code: string | undefined;
  readonly logText: string;

  constructor(message: string, options: UserErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.remedies = options.remedies ?? [];
    this.copyable = options.copyable;
    this.code = options.code;
    const because = options.cause === undefined ? "" : `, because of ${logTextOf(options.cause)}`;
    this.logText = options.isLoggable ? message : `The user was told what to mend${because}`;
  }
}

export interface UserErrorOptions {
  readonly cause?: unknown;
  readonly remedies?: readonly Remedy[];
  readonly copyable?: Copyable;
  /** By what the record of an operation knows it again that was interrupted by it. */
  readonly code?: string;
  /** The message names no instance and quotes no service: it may stand in the log as it is. */
  readonly isLoggable?: boolean;
}

/** True for our own cancellation and for the `AbortError` that platform APIs throw. */
export function isCancelled(error: unknown): boolean {
  return error instanceof CancelledError || (error instanceof Error && error.name === "AbortError");
}

/** The text of anything thrown, never empty. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  return typeof error === "string" && error ? error : "Unknown error";
}

/**
 * What a log may hold of anything thrown. Messages are for people: they call instances by their names and quote services,
 * and both are sensitive. An error with such a message has a `logText` beside it.
 */
export function logTextOf(error: unknown): string {
  if (error instanceof Error && "logText" in error && typeof error.logText === "string") return error.logText;
  return messageOf(error);
}

/** The same with the stack, which begins with the message otherwise. */
export function logStackOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  if (stack !== "" && logTextOf(error) === messageOf(error)) return stack;
  const lines = stack.split("\n");
  return [logTextOf(error), ...lines.filter((line) => /^\s+at /.test(line))].join("\n");
}

/** Throws CancelledError when the signal is aborted: to be called after an await that did not take the signal. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}
