import { durationText } from "../../core/duration";
import type { Kind } from "../../instances/kind";
import type { OperationRecord } from "../../operations/operationRecord";
import { shortText } from "../../ui/text/displayText";
import { nameText } from "../../ui/text/instanceText";
import { contextTokens, type TreeRow } from "../../ui/tree/treeRow";

/** An instance that has not come, or never will: a create of ours without a listed instance. */
export function pendingCreateRow(id: string, record: OperationRecord, kind: Kind, now: number): TreeRow {
  const label = nameText(record.label) || `Unnamed ${kind.title}`;
  const { description, icon, can } = pendingCreateState(record, now);
  return {
    id,
    label,
    description,
    icon,
    contextValue: contextTokens("pendingCreate", `kind-${kind.id}`, `pendingCreate-${record.status}`, ...can),
    accessibleLabel: [label, kind.title, description].join(", "),
    collapsible: "none",
    command: { id: "showOperation", title: "Show Operation" },
    ...(record.status === "running" && { countsTime: true as const }),
  };
}

function pendingCreateState(record: OperationRecord, now: number) {
  if (record.status === "failed") {
    const reason = record.error ? shortText(record.error.message) || record.error.code : "no reason given";
    return {
      description: `Create failed: ${reason}`,
      icon: { id: "error", color: "charts.red" },
      can: ["can-recreate", "can-showFailure", "can-discard"],
    };
  }
  if (record.status === "interrupted") {
    return {
      description: "Create interrupted",
      icon: { id: "debug-pause", color: "charts.yellow" },
      can: ["can-resume", "can-discard"],
    };
  }
  return {
    description: `Creating · ${durationText(now - record.createdAt)}`,
    icon: { id: "sync~spin", color: "charts.blue" },
    can: [],
  };
}
