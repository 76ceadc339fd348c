import type { OperationRecord } from "./operationRecord";

interface Words {
  /** With the instance's name behind it: "delete returns-emea". */
  readonly verb: string;
  /** Stands alone. */
  readonly progressive: string;
}

/** What each type of operation is called for people. */
export const operationWords = {
  create: { verb: "create", progressive: "Creating" },
  recreate: { verb: "recreate", progressive: "Recreating" },
  delete: { verb: "delete", progressive: "Deleting" },
  edit: { verb: "edit", progressive: "Saving" },
  tags: { verb: "edit tags of", progressive: "Saving" },
} as const satisfies Record<OperationRecord["type"], Words>;

/** There is nothing to recreate where the service took nothing. */
export function recreateLabel({ type, created }: Pick<OperationRecord, "type" | "created">): string {
  return type === "create" && !created ? "Edit and Try Again" : "Recreate…";
}
