import type { Kind } from "../instances/kind";
import { createSteps } from "./create";
import { deleteSteps } from "./delete";
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
