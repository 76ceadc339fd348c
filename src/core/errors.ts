/** The user, or the end of a lifetime, stopped the work. Boundaries stay silent about it. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";

  constructor(message = "Cancelled") {
    super(message);
  }
}

/** A way out that the boundary offers as a button. `command` is one of the extension's command ids, or `vscode.open`. */
export interface Remedy {
  readonly title: string;
  readonly command: string;
  readonly args?: readonly unknown[];
}

/** Something the user can mend: the message says what happened and what to do. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly remedies: readonly Remedy[];

  constructor(message: string, options: { readonly cause?: unknown; readonly remedies?: readonly Remedy[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.remedies = options.remedies ?? [];
  }
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

/** Throws CancelledError when the signal is aborted: to be called after an await that did not take the signal. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}
