import type { Instance } from "../../instances/instance";
import type { Kind } from "../../instances/kind";
import { failedWork, type Mitigation } from "../../instances/mitigation";
import type { OperationRecord } from "../../operations/operationRecord";
import { operationWords, recreateLabel } from "../../operations/operationWords";
import { progressOf } from "../../operations/progress";
import { keepsDraft } from "../../operations/retention";
import { interruptionText, wayOn } from "../../operations/wayOn";
import { visibleLines, visibleText } from "../text/displayText";
import { instanceText, nameText } from "../text/instanceText";
import { doneText } from "../text/operationText";
import type { OutcomeModel } from "./protocol/form";
import type { Button, Tone } from "./protocol/pieces";
import { nextModel } from "./nextSteps";
import { pageSubtitle } from "./subtitle";
import { explain, operationPlace, type ExplainedFailure } from "./failure";

export interface OutcomeSource {
  readonly record: OperationRecord;
  readonly kind: Kind;
  /** What the create made, as the store has it. */
  readonly instance: Instance | undefined;
  /** The states that were seen of it. */
  readonly seen: readonly { readonly state: string; readonly at: number }[];
  readonly isSandboxRunning: boolean;
}

/** What the page shows of an operation, from its start to its end. */
export function toOutcome(source: OutcomeSource): {
  readonly model: OutcomeModel;
  readonly mitigation: Mitigation | undefined;
} {
  const { record } = source;
  const explained = explainedFailure(source);
  const next = record.status === "succeeded" ? nextModel(source.kind, source.instance) : undefined;
  const model: OutcomeModel = {
    type: "outcome",
    operationId: record.id,
    tone: outcomeTones[record.status],
    title: outcomeTitle(source),
    subtitle: pageSubtitle(source.kind, record.connection, record.accountId),
    isRunning: record.status === "running",
    startedAt: record.createdAt,
    events: eventsOf(source),
    ...(explained && { failure: explained.failure }),
    ...(next && { next }),
    buttons: buttonsOf(source),
  };
  return { model, mitigation: explained?.mitigation };
}

export const outcomeTones: Readonly<Record<OperationRecord["status"], Tone>> = {
  running: "progress",
  interrupted: "warning",
  succeeded: "success",
  failed: "error",
  discarded: "neutral",
};

type Titled = Pick<OutcomeSource, "record" | "instance"> & { readonly kind: Kind | undefined };

export function outcomeTitle({ record, kind, instance }: Titled): string {
  const label = instance ? instanceText(instance) : nameText(record.label);
  const { verb, progressive } = operationWords[record.type];
  switch (record.status) {
    case "running":
      return `${progressive} ${label}`;
    case "succeeded":
      return doneText(record, kind, label);
    case "failed":
      return `Could not ${verb} ${label}`;
    case "interrupted":
      return `${progressive} ${label} was interrupted`;
    case "discarded":
      return `${progressive} ${label} was discarded`;
  }
}

export function explainedFailure({
  record,
  kind,
  instance,
  isSandboxRunning,
}: Omit<OutcomeSource, "seen">): ExplainedFailure | undefined {
  if (record.status === "interrupted") return interruption(record, isSandboxRunning);
  if (record.status !== "failed" && record.givenUp?.was !== "failed") return undefined;
  const error = instance?.errorMessage ?? record.error?.message;
  if (error === undefined) return undefined;
  const work = record.type === "delete" ? "deleting" : failedWork(instance?.phase);
  return explain(record.error?.code ?? instance?.state ?? "Failed", kind, error, operationPlace(record), work);
}

/** Nothing has failed yet, so nothing is to be corrected or recreated. */
function interruption(record: OperationRecord, isSandboxRunning: boolean): ExplainedFailure | undefined {
  const error = interruptionText(record, isSandboxRunning);
  if (error === undefined) return undefined;
  const { advice: summary } = wayOn(record, isSandboxRunning);
  return {
    failure: { title: "Interrupted", error: visibleLines(error), advice: visibleText(summary) },
    mitigation: { summary },
  };
}

/** What we did and what the service said, in one list by time. */
function eventsOf({ record, kind, seen }: OutcomeSource): OutcomeModel["events"] {
  const events = [
    ...record.history,
    ...seen.filter(({ at }) => at >= record.createdAt).map(({ state, at }) => ({ at, text: state })),
  ]
    .sort((a, b) => a.at - b.at)
    .map(({ at, text }) => ({ at, text: visibleText(text) }));
  if (record.status !== "running") return events;
  const { number, count, label } = progressOf(record, kind);
  return [...events, { at: record.updatedAt, text: `Step ${number} of ${count}: ${label}…` }];
}

/** What an interrupted operation may need first, and Resume where it can help. */
export function resumeButtons(record: OperationRecord, isSandboxRunning: boolean): Button[] {
  const { canResume, first } = wayOn(record, isSandboxRunning);
  return [
    ...(first === "signIn" ? [{ action: first, label: "Sign In…" }] : []),
    ...(first === "startSandbox" ? [{ action: first, label: "Start Sandbox" }] : []),
    ...(first === "openConfigFile" ? [{ action: first, label: "Open AWS Config File" }] : []),
    ...(canResume ? [{ action: "resume" as const, label: "Resume" }] : []),
  ];
}

function buttonsOf({ record, kind, instance, isSandboxRunning }: OutcomeSource): Button[] {
  const buttons: Button[] = [];
  const isInAws = record.connection.source === "profile";
  const showInTree: Button = { action: "showInTree", label: "Show in Instances" };
  const showDetails: Button = { action: "showDetails", label: "Show Details" };
  switch (record.status) {
    case "running":
      return [showInTree];
    case "succeeded":
      if (instance && isInAws && kind.webAppUrl?.(instance) !== undefined)
        buttons.push({ action: "openWebApp", label: "Open Web App" });
      if (instance && isInAws && kind.nextSteps?.(instance))
        buttons.push({ action: "openInConsole", label: "Open in AWS Console" });
      return [...buttons, showDetails, showInTree, { action: "createAnother", label: "Create Another" }];
    case "failed":
      buttons.push({ action: "recreate", label: recreateLabel(record) });
      if (record.created) buttons.push(showDetails);
      return [...buttons, showInTree, { action: "showLog", label: "Show Log" }];
    case "interrupted":
      return [
        ...resumeButtons(record, isSandboxRunning),
        { action: "discard", label: "Discard…" },
        showInTree,
        { action: "showLog", label: "Show Log" },
      ];
    case "discarded":
      return [
        ...(keepsDraft(record) ? [{ action: "recreate" as const, label: recreateLabel(record) }] : []),
        { action: "createAnother", label: "Create Another" },
      ];
  }
}
