import { capitalized } from "../../core/capitalized";
import type { Kind } from "../../instances/kind";
import type { OperationRecord } from "../../operations/operationRecord";
import { operationWords } from "../../operations/operationWords";
import { nameText } from "./instanceText";

/** "Recreate returns-emea" */
export function operationTitle(record: OperationRecord, kind: Kind | undefined): string {
  const { verb } = operationWords[record.type];
  return `${capitalized(verb)} ${nameText(record.label) || `unnamed ${kind?.title ?? "instance"}`}`;
}

/** What a success came to: "returns-emea is active". `name` is what the instance is called. */
export function doneText({ type }: Pick<OperationRecord, "type">, kind: Kind | undefined, name: string): string {
  switch (type) {
    case "create":
    case "recreate":
      return kind?.hasStates ? `${name} is active` : `${name} was created`;
    case "delete":
      return `${name} was deleted`;
    case "edit":
      return `${name} was changed`;
    case "tags":
      return `The tags of ${name} were changed`;
  }
}
