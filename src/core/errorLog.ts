import { logStackOf, logTextOf, UserError } from "./errors";
import type { Log } from "./log";

/** Writes down what went wrong, without the names that its message tells the user. */
export function logError(log: Log, error: unknown): void {
  if (error instanceof UserError) log.warn(logTextOf(error));
  else log.error(logStackOf(error));
}
