import { isSettled, type OperationRecord } from "./operationRecord";

/** How far a clock may differ from the services' and still be believed. */
const toleranceMs = 5 * 60 * 1000;

const defaultRetentionMs = 14 * 24 * 60 * 60 * 1000;

/** A clock that was set forward would make everything look old. `offsetMs`: how far the service said that it is off. */
export function isTimeCertain(offsetMs: number | undefined): boolean {
  return offsetMs !== undefined && Math.abs(offsetMs) <= toleranceMs;
}

/**
 * Whether a settled operation holds the only copy of a draft: it failed, or it is a recreate that was discarded when the
 * instance that the draft was to replace was deleted already, or may have been.
 */
export function keepsDraft({ status, type, draft, created, attempts }: OperationRecord): boolean {
  if (draft === undefined) return false;
  return status === "failed" || (status === "discarded" && type === "recreate" && !created && attempts > 0);
}

/**
 * Whether an operation was settled so long ago that it need not be kept. One that holds the only copy of a draft always is,
 * until somebody gives that up.
 */
export function isOutlived(record: OperationRecord, now: number, retentionMs: number): boolean {
  if (!isSettled(record) || keepsDraft(record)) return false;
  return now - (record.givenUp?.at ?? record.settledAt ?? record.updatedAt) >= retentionMs;
}

/**
 * What a settled operation need not keep: names, metadata and tag values, which may be confidential. A draft stays where
 * nothing else has it.
 */
export function withoutValues(record: OperationRecord): OperationRecord {
  if (!isSettled(record)) return record;
  return { ...record, values: undefined, tagChanges: undefined, ...(keepsDraft(record) ? {} : { draft: undefined }) };
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
