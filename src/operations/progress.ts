import type { Kind } from "../instances/kind";
import type { OperationRecord } from "./operationRecord";

/** What a step is called: in the journal, and for people in words that follow "2 of 5:". */
interface StepName {
  readonly id: string;
  readonly label: string;
}

export const stepNames = {
  check: { id: "check", label: "checking the state" },
  create: { id: "create", label: "creating" },
  follow: { id: "follow", label: "waiting until it is active" },
  delete: { id: "delete", label: "deleting" },
  waitDeleted: { id: "waitDeleted", label: "waiting for deletion" },
  edit: { id: "edit", label: "changing" },
  setTags: { id: "setTags", label: "setting tags" },
  removeTags: { id: "removeTags", label: "removing tags" },
} as const satisfies Readonly<Record<string, StepName>>;

/** The steps of an operation, in order, by name: what they do is in `stepLists.ts`, which need not be loaded to show them. */
export function stepNamesOf(
  type: OperationRecord["type"],
  { hasStates }: Pick<Kind, "hasStates">,
): readonly StepName[] {
  const { check, create, follow, delete: sendDelete, waitDeleted, edit, setTags, removeTags } = stepNames;
  switch (type) {
    case "create":
      return hasStates ? [create, follow] : [create];
    case "recreate":
      return [check, sendDelete, waitDeleted, create, follow];
    case "delete":
      return hasStates ? [sendDelete, waitDeleted] : [sendDelete];
    case "edit":
      return [edit];
    case "tags":
      return [setTags, removeTags];
  }
}

/** Everything was sent that the present step needs: what is left of it is the service's. */
export function isOnlyWaiting({ step }: Pick<OperationRecord, "step">): boolean {
  return step === stepNames.waitDeleted.id || step === stepNames.follow.id;
}

export interface StepProgress {
  readonly label: string;
  readonly status: "done" | "current" | "stopped" | "failed" | "waiting";
  /** When it began and ended, where the record has it. */
  readonly from?: number;
  readonly to?: number;
}

/** Every step of an operation, and how far it is. */
export function stepsProgress(
  record: Pick<OperationRecord, "type" | "step" | "status" | "stepTimes" | "settledAt" | "givenUp">,
  kind: Kind,
): readonly StepProgress[] {
  const steps = stepNamesOf(record.type, kind);
  const present = steps.findIndex(({ id }) => id === record.step);
  const times = record.stepTimes ?? [];
  return steps.map(({ id, label }, index) => {
    const place = times.findIndex(({ step }) => step === id);
    const from = times[place]?.at;
    const to = times[place + 1]?.at ?? record.givenUp?.since ?? record.settledAt;
    return {
      label,
      status: statusOf(record.givenUp?.was ?? record.status, index, present),
      ...(from !== undefined && { from, ...(to !== undefined && { to }) }),
    };
  });
}

function statusOf(status: OperationRecord["status"], index: number, present: number): StepProgress["status"] {
  if (index < present || status === "succeeded") return "done";
  if (index > present) return "waiting";
  if (status === "failed") return "failed";
  return status === "running" ? "current" : "stopped";
}

/** How it came to its end, by time: what failed, or was interrupted, and was discarded later has two. */
export function endsOf({
  settledAt,
  givenUp,
}: Pick<OperationRecord, "settledAt" | "givenUp">): readonly { readonly name: string; readonly at: number }[] {
  if (givenUp)
    return [
      { name: givenUp.was === "failed" ? "Failed" : "Interrupted", at: givenUp.since },
      { name: "Discarded", at: givenUp.at },
    ];
  return settledAt === undefined ? [] : [{ name: "Ended", at: settledAt }];
}

/** Where an operation stands, for people: "3 of 5: waiting for deletion", counted as its page lists the steps. */
export function progressOf(
  record: Pick<OperationRecord, "type" | "step">,
  kind: Kind,
): { readonly number: number; readonly count: number; readonly label: string } {
  const steps = stepNamesOf(record.type, kind);
  const index = steps.findIndex(({ id }) => id === record.step);
  return { number: Math.max(index, 0) + 1, count: steps.length, label: steps[index]?.label ?? record.step };
}
