import type { Kind } from "../instances/kind";
import { createSteps, followCreated } from "./create";
import { deleteSteps, waitDeleted } from "./delete";
import { editSteps } from "./edit";
import type { OperationRecord } from "./operationRecord";
import { recreateSteps } from "./recreate";
import type { Step } from "./step";
import { tagSteps } from "./tags";

type OperationType = OperationRecord["type"];

/** What an operation does, in order. */
export function stepsOf(type: OperationType, kind: Kind): readonly Step[] {
  switch (type) {
    case "create":
      return createSteps(kind);
    case "recreate":
      return recreateSteps();
    case "delete":
      return deleteSteps(kind);
    case "edit":
      return editSteps();
    case "tags":
      return tagSteps();
  }
}

/** Everything was sent that the present step needs: what is left of it is the service's. */
export function isOnlyWaiting({ step }: Pick<OperationRecord, "step">): boolean {
  return step === waitDeleted.id || step === followCreated.id;
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
  record: Pick<OperationRecord, "type" | "step" | "status" | "stepTimes" | "settledAt">,
  kind: Kind,
): readonly StepProgress[] {
  const steps = stepsOf(record.type, kind);
  const present = steps.findIndex(({ id }) => id === record.step);
  const times = record.stepTimes ?? [];
  return steps.map(({ id, label }, index) => {
    const place = times.findIndex(({ step }) => step === id);
    const from = times[place]?.at;
    const to = times[place + 1]?.at ?? record.settledAt;
    return {
      label,
      status: statusOf(record.status, index, present),
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

/** Where an operation stands, for people: "2 of 4: waiting for deletion". Steps without a wait of their own count as one. */
export function progressOf(
  record: Pick<OperationRecord, "type" | "step">,
  kind: Kind,
): { readonly number: number; readonly count: number; readonly label: string } {
  const steps = stepsOf(record.type, kind);
  const counted = steps.filter(({ id }) => id !== "check");
  const index = counted.findIndex(({ id }) => id === record.step);
  const label = steps.find(({ id }) => id === record.step)?.label ?? record.step;
  return { number: Math.max(index, 0) + 1, count: counted.length, label };
}
