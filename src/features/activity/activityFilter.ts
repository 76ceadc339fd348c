import type { OperationRecord } from "../../operations/operationRecord";

/** Which operations the Activity view lists. */
export const activityFilters = {
  all: { label: "All operations", accepts: () => true },
  unfinished: { label: "Not finished", accepts: ({ status }) => status === "running" || status === "interrupted" },
  attention: { label: "Needs attention", accepts: ({ status }) => status === "interrupted" || status === "failed" },
  failed: { label: "Failed", accepts: ({ status }) => status === "failed" },
  creates: { label: "Creates and recreates", accepts: ({ type }) => type === "create" || type === "recreate" },
  deletes: { label: "Deletes", accepts: ({ type }) => type === "delete" || type === "recreate" },
  changes: { label: "Edits", accepts: ({ type }) => type === "edit" || type === "tags" },
} as const satisfies Record<
  string,
  { readonly label: string; readonly accepts: (record: Pick<OperationRecord, "status" | "type">) => boolean }
>;

export type ActivityFilter = keyof typeof activityFilters;

/** What is listed: newest first, without what the user has cleared. */
export function listedOperations(records: readonly OperationRecord[], filter: ActivityFilter): OperationRecord[] {
  return records.filter((record) => !record.isCleared && activityFilters[filter].accepts(record));
}
