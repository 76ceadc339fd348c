import { CancelledError, UserError } from "../../core/errors";
import { instanceLabel } from "../../instances/instance";
import { visibleText } from "../../ui/displayText";
import {
  placeText,
  readTarget,
  throwIfAnotherAccount,
  throwIfBusy,
  toOperationTarget,
  toScope,
  type ReadInstance,
} from "../../ui/readTarget";
import { targetInstance } from "../../ui/targets";
import type { ChangeDeps } from "./deps";

/** Delete…: what is deleted, where, and with what consequences, is confirmed before anything is written or sent. */
export async function deleteInstance(deps: ChangeDeps, target?: unknown): Promise<void> {
  const found = await targetInstance(deps, target, {
    title: "Delete an instance",
    accepts: ({ phase }) => phase !== "deleting" && phase !== "deleted",
    none: "There are no instances to delete",
  });
  const read = await readTarget(deps, found);
  const { instance, session } = read;
  if (instance.phase === "deleting")
    throw new UserError(`${visibleText(instanceLabel(instance))} is being deleted already.`);
  throwIfBusy(deps.operations, instance);
  await confirmDeletion(deps, read);
  await throwIfAnotherAccount(deps, session);
  await deps.operations.start(toScope(read), { type: "delete", target: toOperationTarget(instance) });
}

async function confirmDeletion({ prompts, deleteConfirmation }: ChangeDeps, read: ReadInstance): Promise<void> {
  const { kind, instance, session, tags } = read;
  const label = instanceLabel(instance);
  const warnings = kind.deletionWarnings(instance, tags);
  if (deleteConfirmation() === "button") {
    await prompts.confirm({
      message: `Delete ${visibleText(label)}?`,
      detail: [`${kind.title}, ${placeText(session)}.`, ...warnings].join("\n\n"),
      action: "Delete",
    });
    return;
  }
  const answer = await prompts.input({
    title: `Delete ${kind.title}: ${visibleText(label)}`,
    placeholder: visibleText(label),
    prompt: [...warnings, `Type ${visibleText(label)} to delete it from ${placeText(session)}.`].join(" "),
    validate: (typed, isFinal) => typedNameProblem(label, typed, isFinal),
  });
  if (answer.type !== "value") throw new CancelledError();
}

/** A name that is right so far is not complained about until Enter. */
export function typedNameProblem(label: string, typed: string, isFinal: boolean): string | undefined {
  if (typed === label || (!isFinal && label.startsWith(typed))) return undefined;
  return `That is not ${visibleText(label)}.`;
}
