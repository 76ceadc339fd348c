import { capitalized } from "../../core/capitalized";
import { connectionKey } from "../../instances/connection";
import type { Instance } from "../../instances/instance";
import type { Kind, Remains } from "../../instances/kind";
import type { Mitigation } from "../../instances/mitigation";
import type { OperationRecord } from "../../operations/operationRecord";
import { recreateLabel } from "../../operations/operationWords";
import { endsOf, isOnlyWaiting, stepsProgress } from "../../operations/progress";
import { keepsDraft } from "../../operations/retention";
import { visibleText } from "../../ui/text/displayText";
import { explainedFailure, outcomeTitle, outcomeTones, resumeButtons } from "../../ui/page/outcome";
import { pageSubtitle } from "../../ui/page/subtitle";
import type { OperationModel } from "../../ui/page/protocol/operation";
import type { Button, DetailsRow, TimelineModel, Tone } from "../../ui/page/protocol/pieces";
import type { TreeNode } from "../../ui/tree/nodes";

export interface OperationSource {
  readonly record: OperationRecord;
  /** Undefined when a newer version recorded it. */
  readonly kind: Kind | undefined;
  /** What it works on or has made, as the store has it. */
  readonly instance: Instance | undefined;
  readonly canCancel: boolean;
  /** How long such operations took before. */
  readonly usual: TimelineModel["usual"];
  readonly isSandboxRunning: boolean;
  /** It has left the journal: nothing can be done about it any more. */
  readonly isForgotten: boolean;
}

/** What the page of an operation shows. `mitigation` is what its Copy button copies. */
export function toOperationModel(source: OperationSource): {
  readonly model: OperationModel;
  readonly mitigation: Mitigation | undefined;
} {
  const { record, kind } = source;
  const explained = kind && explainedFailure({ ...source, kind });
  const timeline = timelineOf(source);
  const left = remainsOf(record, kind);
  const model: OperationModel = {
    type: "operation",
    id: record.id,
    title: outcomeTitle(source),
    subtitle: pageSubtitle(kind, record.connection, record.accountId),
    state: {
      text: record.givenUp?.was === "failed" ? "Failed, then discarded" : stateTexts[record.status],
      tone: outcomeTones[record.status],
    },
    ...(record.status === "running" && { since: record.createdAt }),
    ...(left && { notice: visibleText(left.text) }),
    ...(record.status === "discarded" && keepsDraft(record) && { notice: draftNotice(record) }),
    ...(source.isForgotten && { notice: "This operation is no longer kept. Below is what was last known of it." }),
    ...(explained && { failure: explained.failure }),
    buttons: buttonsOf(source),
    ...(timeline && { timeline }),
    steps: kind ? stepsProgress(record, kind).map((step) => ({ ...step, label: capitalized(step.label) })) : [],
    rows: rowsOf(record),
    requestIds: record.requestIds.map(visibleText),
    events: record.history.map(({ at, text }) => ({ at, text: visibleText(text) })),
  };
  return { model, mitigation: explained?.mitigation };
}

function draftNotice({ label }: OperationRecord): string {
  return `The draft of ${visibleText(label)} is kept here and nowhere else: Recreate… creates it.`;
}

/** What a deletion has left behind. */
export function remainsOf(
  { type, status, target, connection }: OperationRecord,
  kind: Kind | undefined,
): Remains | undefined {
  return type === "delete" && status === "succeeded" && target ? kind?.remains?.(target, connection) : undefined;
}

const stateTexts: Readonly<Record<OperationRecord["status"], string>> = {
  running: "Running",
  interrupted: "Interrupted",
  succeeded: "Done",
  failed: "Failed",
  discarded: "Discarded",
};

/** The row in the Instances view that shows what it works on; undefined when there is none. */
export function instancesNode(record: OperationRecord, instance: Instance | undefined): TreeNode | undefined {
  const { connection, kind } = record;
  if (instance && instance.phase !== "deleted") return { type: "instance", connection, kind, id: instance.id };
  // What was made and is not listed any more has no row either.
  if (record.created && record.status !== "running") return undefined;
  const isPending = record.type === "create" || record.type === "recreate";
  if (!isPending || record.status === "succeeded" || record.status === "discarded") return undefined;
  return { type: "pendingCreate", connection, kind, operationId: record.id };
}

/** The steps as a bar; none in records that were written before their times were. */
function timelineOf({ record, kind, usual }: OperationSource): TimelineModel | undefined {
  if (!kind) return undefined;
  const segments = stepsProgress(record, kind).flatMap(({ label, status, from, to }) => {
    if (from === undefined) return [];
    const end = to ?? (record.status === "running" ? undefined : record.updatedAt);
    const tone: Tone = status === "done" ? "success" : outcomeTones[record.givenUp?.was ?? record.status];
    return [{ text: label, tone, from, ...(end !== undefined && { to: end }) }];
  });
  return segments.length === 0 ? undefined : { segments, ...(usual && { usual }) };
}

function rowsOf(record: OperationRecord): DetailsRow[] {
  const { target, created } = record;
  const row = (name: string, value: string | undefined): DetailsRow[] =>
    value === undefined ? [] : [{ name, label: "", value: visibleText(value) }];
  return [
    { name: "Started", label: "", value: "", at: record.createdAt },
    ...endsOf(record).map(({ name, at }) => ({ name, label: "", value: "", at })),
    ...row("Account", record.accountId),
    ...row("Endpoint", endpointText(record)),
    ...row("Target instance", target?.id),
    ...row("New instance", created?.id),
    ...row("Write requests", String(record.attempts)),
    ...row("Operation", record.id),
  ];
}

/** The sandbox's own would say its key. */
function endpointText({ place, connection }: OperationRecord): string | undefined {
  return connection.source === "sandbox" ? "the sandbox" : place && `${place.endpoint} (${place.region})`;
}

function buttonsOf({ record, kind, instance, canCancel, isForgotten, isSandboxRunning }: OperationSource): Button[] {
  if (isForgotten) return [];
  const isCreate = record.type === "create" || record.type === "recreate";
  const buttons: (Button | false | undefined)[] = [
    ...(record.status === "interrupted" ? resumeButtons(record, isSandboxRunning) : []),
    record.status === "running" && canCancel && { action: "cancel", label: "Cancel" },
    record.status === "running" && isOnlyWaiting(record) && { action: "stopFollowing", label: "Stop Following" },
    (record.status === "failed" ? isCreate : keepsDraft(record)) &&
      kind && { action: "recreate", label: recreateLabel(record) },
    (record.status === "interrupted" || record.status === "failed") && { action: "discard", label: "Discard…" },
    record.status === "discarded" && keepsDraft(record) && { action: "discard", label: "Give Up Draft…" },
    instance && instance.phase !== "deleted" && { action: "showDetails", label: "Show Details" },
    remainsOf(record, kind) &&
      record.connection.source === "profile" && {
        action: "openRemains",
        label: remainsOf(record, kind)?.urlTitle ?? "",
      },
    instancesNode(record, instance) && { action: "showInTree", label: "Show in Instances" },
    { action: "copyReport", label: "Copy Report for Support" },
    record.error && { action: "showLog", label: "Show Log" },
  ];
  return buttons.filter((button) => typeof button === "object");
}

/** The instance that tells most of what the operation does: what it made, or else what it works on. */
export function subjectOf({
  connection,
  kind,
  created,
  target,
}: OperationRecord): { readonly connectionKey: string; readonly kind: string; readonly id: string } | undefined {
  const instance = created ?? target;
  return instance && { connectionKey: connectionKey(connection), kind, id: instance.id };
}
