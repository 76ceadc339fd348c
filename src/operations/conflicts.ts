import { UserError } from "../core/errors";
import { isSettled, subjectKey, type OperationRecord } from "./operation";

/** The operation itself, or another one on the same instance, while it is not over. */
export function findUnsettled(
  known: readonly OperationRecord[],
  record: OperationRecord,
  status?: OperationRecord["status"],
): OperationRecord | undefined {
  return known.find(
    (other) =>
      !isSettled(other) &&
      (status === undefined || other.status === status) &&
      (other.id === record.id || isOnSameInstance(other, record)),
  );
}

/** Why an operation cannot start now, and the way out. */
export function comesFirst(other: OperationRecord, record: OperationRecord): UserError {
  if (other.status === "running")
    return new UserError(`${record.label} is being worked on already (${verbOf(other)}). Wait until that is done.`);
  const args = [{ type: "operation", operationId: other.id }];
  return new UserError(
    `An interrupted operation (${verbOf(other)} ${other.label}) comes first: resume or discard it.`,
    {
      remedies: [
        { title: "Resume", command: "appInstances.resumeOperation", args },
        { title: "Discard", command: "appInstances.discardOperation", args },
      ],
    },
  );
}

export function verbOf(record: OperationRecord): string {
  return record.type === "tags" ? "change the tags of" : record.type;
}

function isOnSameInstance(a: OperationRecord, b: OperationRecord): boolean {
  const subject = subjectKey(a);
  return subject !== undefined && subject === subjectKey(b);
}
