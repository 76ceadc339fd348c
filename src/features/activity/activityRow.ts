import { durationText } from "../../core/duration";
import { shortTimeText, timeText } from "../../core/timeText";
import { connectionKey, connectionLabel, sandboxStopped } from "../../instances/connection";
import type { Kind } from "../../instances/kind";
import type { OperationRecord } from "../../operations/operationRecord";
import { endsOf, isOnlyWaiting, progressOf } from "../../operations/progress";
import { keepsDraft } from "../../operations/retention";
import { interruptionText, wayOn } from "../../operations/wayOn";
import { shortText } from "../../ui/text/displayText";
import { nameText } from "../../ui/text/instanceText";
import { operationTitle } from "../../ui/text/operationText";
import { markdownField, markdownLines, markdownParagraphs, markdownText } from "../../ui/text/markdownText";
import { contextTokens, type RowIcon, type TreeRow } from "../../ui/tree/treeRow";

const icons: Readonly<Record<OperationRecord["status"], RowIcon>> = {
  running: { id: "sync~spin", color: "charts.blue" },
  interrupted: { id: "debug-pause", color: "charts.yellow" },
  succeeded: { id: "pass", color: "testing.iconPassed" },
  failed: { id: "error", color: "charts.red" },
  discarded: { id: "circle-slash", color: "disabledForeground" },
};

export interface RowSituation {
  readonly now: number;
  /** Nothing that changes anything was sent yet, and this window can still keep it from being sent. */
  readonly canCancel: boolean;
  readonly isSandboxRunning: boolean;
}

export function activityRow(record: OperationRecord, kind: Kind | undefined, situation: RowSituation): TreeRow {
  const { canCancel, isSandboxRunning } = situation;
  const way = record.status === "interrupted" ? wayOn(record, isSandboxRunning) : undefined;
  const label = operationTitle(record, kind);
  const where = connectionLabel(record.connection);
  const description = `${progressText(record, kind, situation)}  ${nameText(where)}`;
  const isDraftKept = record.status === "discarded" && keepsDraft(record);
  const isCreate = record.type === "create" || record.type === "recreate";
  return {
    id: `${connectionKey(record.connection)}/operation/${record.id}`,
    label,
    description,
    icon: icons[record.status],
    contextValue: contextTokens(
      "operation",
      `operation-${record.type}`,
      `status-${record.status}`,
      record.status === "running" && canCancel && "can-cancel",
      record.status === "running" && isOnlyWaiting(record) && "can-stopFollowing",
      way?.canResume && "can-resume",
      way?.first === "startSandbox" && "can-startSandbox",
      (record.status === "interrupted" || record.status === "failed" || isDraftKept) && "can-discard",
      ((record.status === "failed" && isCreate && record.created === undefined) || isDraftKept) && "can-recreate",
      record.requestIds.length > 0 && "can-copyRequestId",
      canShowFailure(record) && "can-showFailure",
      record.status !== "discarded" &&
        !(record.type === "delete" && record.status === "succeeded") &&
        "can-showInInstances",
    ),
    accessibleLabel: `${label}, ${record.status}, ${description}`,
    collapsible: "none",
    command: { id: "showOperation", title: "Show Operation" },
    ...(record.status === "running" && { countsTime: true as const }),
  };
}

/** What the service could not finish, or did not take, has a failure to show. */
function canShowFailure({ type, status }: OperationRecord): boolean {
  return status === "failed" && (type === "create" || type === "recreate" || type === "delete");
}

function progressText(
  record: OperationRecord,
  kind: Kind | undefined,
  { now, isSandboxRunning }: RowSituation,
): string {
  switch (record.status) {
    case "running": {
      const elapsed = durationText(now - record.createdAt);
      if (!kind) return elapsed;
      const { number, count, label } = progressOf(record, kind);
      return `${elapsed} · ${number} of ${count}: ${label}`;
    }
    case "interrupted": {
      const reason = interruptionText(record, isSandboxRunning);
      return reason === undefined ? "interrupted before an answer" : `interrupted: ${shortText(reason, 80)}`;
    }
    case "failed":
      return record.error ? shortText(errorText(record.error), 100) : "failed";
    case "succeeded": {
      const settledAt = record.settledAt ?? record.updatedAt;
      return `${durationText(settledAt - record.createdAt)} · ${shortTimeText(settledAt, now)}`;
    }
    case "discarded": {
      const { givenUp, settledAt = record.updatedAt } = record;
      const failed = givenUp?.was === "failed" ? `failed ${shortTimeText(givenUp.since, now)} · ` : "";
      const draft = keepsDraft(record) ? " · draft kept" : "";
      return `${failed}discarded ${shortTimeText(givenUp?.at ?? settledAt, now)}${draft}`;
    }
  }
}

/** The service's code is worth knowing; that a message is one of ours is not. */
function errorText({ code, message }: NonNullable<OperationRecord["error"]>): string {
  return code === "UserError" || code === sandboxStopped ? message : `${code}: ${message}`;
}

/** Markdown: what happened, when, and the request ids that AWS support asks for. */
export function activityTooltip(record: OperationRecord, kind: Kind | undefined, isSandboxRunning: boolean): string {
  const { error } = record;
  const message = interruptionText(record, isSandboxRunning) ?? "";
  const progress = kind && record.status === "running" ? progressOf(record, kind) : undefined;
  return markdownParagraphs([
    `**${markdownText(operationTitle(record, kind))}**`,
    markdownLines([
      markdownField("Connection", connectionLabel(record.connection)),
      markdownField("Account", record.accountId),
      markdownField("Status", record.status),
      progress && markdownField("Step", `${progress.number} of ${progress.count}, ${progress.label}`),
      markdownField("Started", timeText(record.createdAt)),
      ...endsOf(record).map(({ name, at }) => markdownField(name, timeText(at))),
      markdownField("Write requests", String(record.attempts)),
      record.requestIds.length > 0 ? markdownField("Request IDs", record.requestIds.join(", ")) : undefined,
    ]),
    error && markdownText(errorText({ ...error, message })),
    markdownLines(record.history.map(({ at, text }) => markdownText(`${timeText(at)} ${text}`))),
  ]);
}
