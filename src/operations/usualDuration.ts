import type { OperationRecord } from "./operationRecord";

/** Fewer say nothing about what is usual. */
const minSamples = 3;

/**
 * How long such operations took so far, in milliseconds from the first to the last of the middle eight tenths. By this
 * journal only, and apart for the sandbox, whose service is not AWS. Undefined below three that succeeded without a break.
 */
export function usualDuration(
  records: readonly OperationRecord[],
  like: Pick<OperationRecord, "type" | "kind" | "connection">,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  const durations = records
    .filter(
      ({ type, kind, connection, status, wasHeldUp }) =>
        status === "succeeded" &&
        !wasHeldUp &&
        type === like.type &&
        kind === like.kind &&
        connection.source === like.connection.source,
    )
    .flatMap(({ createdAt, settledAt }) => (settledAt === undefined ? [] : [settledAt - createdAt]))
    .filter((ms) => ms >= 0)
    .sort((a, b) => a - b);
  if (durations.length < minSamples) return undefined;
  const last = durations.length - 1;
  const fromMs = durations[Math.floor(last * 0.1)] ?? 0;
  const toMs = durations[Math.ceil(last * 0.9)] ?? fromMs;
  return { fromMs, toMs };
}
