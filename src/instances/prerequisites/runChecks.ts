import { ServiceError } from "../../aws/errors";
import type { Clock } from "../../core/clock";
import { CancelledError, isCancelled, messageOf } from "../../core/errors";
import type { CheckId, Finding } from "./finding";

export interface Check {
  readonly id: CheckId;
  /** "IAM Identity Center": what is said of it while it runs, and when it could not be done. */
  readonly title: string;
  /** What must be allowed for it. */
  readonly right?: string;
  /** Undefined when there is nothing to say: nothing of the kind was asked for. */
  run(signal: AbortSignal): Promise<Finding | undefined>;
}

export interface RunOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Heard as each comes to its end, in whatever order. */
  readonly onFinding?: (finding: Finding) => void;
}

/** One that hangs is given up, for itself. */
const limitMs = 15_000;
const noAnswer = `there was no answer for ${limitMs / 1000} s`;

/** Runs all of them at once: none waits for another, and none makes the run fail. Findings are in the order of the checks. */
export async function runChecks(checks: readonly Check[], options: RunOptions): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    checks.map(async (check) => {
      const finding = await runOne(check, options);
      if (finding) options.onFinding?.(finding);
      return finding;
    }),
  );
  return findings.filter((finding) => finding !== undefined);
}

async function runOne(check: Check, { clock, signal }: RunOptions): Promise<Finding | undefined> {
  const own = new AbortController();
  const either = AbortSignal.any([signal, own.signal]);
  const late = clock.sleep(limitMs, either).then(() => unchecked(check, noAnswer));
  try {
    return await Promise.race([check.run(either), late]);
  } catch (error) {
    if (signal.aborted) throw new CancelledError();
    return unchecked(check, reasonOf(error, check.right));
  } finally {
    own.abort();
  }
}

export function unchecked({ id, title }: Pick<Check, "id" | "title">, reason: string): Finding {
  return { id, mark: "unchecked", text: `${title}: not checked, because ${reason}` };
}

export function reasonOf(error: unknown, right: string | undefined): string {
  // What it shares with another check was given up with that one.
  if (isCancelled(error)) return noAnswer;
  if (isDenied(error) && right !== undefined) return `${right} is not allowed`;
  return `of this: ${messageOf(error)}`;
}

/** The names of the query and of the JSON protocol. */
export function isDenied(error: unknown): boolean {
  return error instanceof ServiceError && /^AccessDenied(?:Exception)?$/.test(error.name);
}

export function isMissing(error: unknown): boolean {
  return error instanceof ServiceError && /^NoSuchEntity(?:Exception)?$/.test(error.name);
}
