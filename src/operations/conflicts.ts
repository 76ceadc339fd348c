import { UserError } from "../core/errors";
import { isSettled, subjectKey, type OperationRecord } from "./operationRecord";
import { operationWords } from "./operationWords";
import type { SharedRecords } from "./sharedRecords";
import { isInTheWay } from "./unreadRecord";

type Subject = Parameters<typeof subjectKey>[0];

/** One change of an instance at a time: another operation on it that is not over. */
export function findUnsettledOn(known: readonly OperationRecord[], subject: Subject): OperationRecord | undefined {
  const key = subjectKey(subject);
  return known.find((other) => key !== undefined && !isSettled(other) && subjectKey(other) === key);
}

/** The operation itself, or another one on the same instance, while it is not over. */
export function findUnsettled(
  known: readonly OperationRecord[],
  record: OperationRecord,
  status?: OperationRecord["status"],
): OperationRecord | undefined {
  const candidates = known.filter((other) => status === undefined || other.status === status);
  return candidates.find((other) => other.id === record.id && !isSettled(other)) ?? findUnsettledOn(candidates, record);
}

/** Why an operation on the instance that is called `label` cannot start now, and the way out. */
export function comesFirst(other: OperationRecord, label: string): UserError {
  const { verb } = operationWords[other.type];
  if (other.status === "running")
    return new UserError(`${label} is being worked on already (${verb}). Wait until that is done.`, {
      remedies: [{ title: "Show Activity", command: "appInstances.activity.focus" }],
    });
  const args = [{ type: "operation", operationId: other.id }];
  return new UserError(`An interrupted operation (${verb} ${label}) comes first: resume or discard it.`, {
    remedies: [
      { title: "Resume", command: "appInstances.resumeOperation", args },
      { title: "Discard", command: "appInstances.discardOperation", args },
    ],
  });
}

/** One operation at a time on one instance. Rejects with UserError when there is another, or when that cannot be told. */
export async function refuseSecond(records: SharedRecords, record: OperationRecord): Promise<void> {
  if (!record.target) return;
  await records.readUnsettledOrFail();
  const other = findUnsettled(records.list(), record);
  if (other) throw comesFirst(other, record.label);
  const unread = records.listUnread().find((candidate) => isInTheWay(candidate, record));
  if (unread) throw new UserError(`${unread.message} It may be about ${record.label}.`, { cause: unread });
}
