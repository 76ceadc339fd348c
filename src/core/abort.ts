import { CancelledError } from "./errors";

/**
 * The promise's outcome, or CancelledError as soon as the signal is aborted: for work that cannot be stopped, or that others
 * wait for too. The work itself goes on; its outcome is then nobody's.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new CancelledError());
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    work.finally(() => signal.removeEventListener("abort", onAbort)).then(resolve, reject);
  });
}

/** Asked through a function, because the type checker believes that an await changes nothing. */
export function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
