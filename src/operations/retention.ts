import { isSettled, type OperationRecord } from "./operationRecord";

/** How far a clock may differ from the services' and still be believed. */
const toleranceMs = 5 * 60 * 1000;

const defaultRetentionMs = 14 * 24 * 60 * 60 * 1000;

/** A clock that was set forward would make everything look old. `offsetMs`: how far the service said that it is off. */
export function isTimeCertain(offsetMs: number | undefined): boolean {
  return offsetMs !== undefined && Math.abs(offsetMs) <= toleranceMs;
}

/**
 * Whether an operation was settled so long ago that it need not be kept. A create or recreate that failed is never: it holds
 * the only copy of a draft, whose instance may be deleted, until somebody discards it.
 */
export function isOutlived(record: OperationRecord, now: number, retentionMs: number): boolean {
  if (!isSettled(record) || (record.status === "failed" && record.draft !== undefined)) return false;
  return now - (record.givenUp?.at ?? record.settledAt ?? record.updatedAt) >= retentionMs;
}

/**
 * What a settled operation need not keep: names, metadata and tag values, which may be confidential. A draft stays where it
 * can still be wanted, in a create or recreate that failed.
 */
export function withoutValues(record: OperationRecord): OperationRecord {
  const isDraftWanted = record.status !== "succeeded" && record.status !== "discarded";
  if (!isSettled(record)) return record;
  return { ...record, values: undefined, tagChanges: undefined, ...(isDraftWanted ? {} : { draft: undefined }) };
}

interface KeptRecords {
  list(): readonly OperationRecord[];
  forget(ids: readonly string[]): Promise<void>;
}

/** Done when an operation settles: only then does a journal grow, and only then has a service just told the time. */
export async function trim(
  records: KeptRecords,
  {
    now,
    offsetMs,
    retentionMs = defaultRetentionMs,
  }: { readonly now: number; readonly offsetMs: number | undefined; readonly retentionMs: number | undefined },
): Promise<void> {
  if (!isTimeCertain(offsetMs)) return;
  const outlived = records.list().filter((record) => isOutlived(record, now, retentionMs));
  await records.forget(outlived.map(({ id }) => id));
}
