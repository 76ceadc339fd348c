import { CancelledError } from "../../core/errors";
import { instanceLabel, type Phase } from "../../instances/instance";
import { toTyped, visibleText } from "../../ui/text/displayText";
import { identityText, instanceText, nameText } from "../../ui/text/instanceText";
import {
  placeText,
  readTarget,
  throwIfBusy,
  throwIfElsewhere,
  toOperationTarget,
  type ReadInstance,
} from "../../ui/instance/read";
import { targetInstance } from "../../ui/instance/pick";
import type { ChangeDeps } from "./deps";

/** Delete…: what is deleted, where, and with what consequences, is confirmed before anything is written or sent. */
export async function deleteInstance(deps: ChangeDeps, target?: unknown): Promise<void> {
  const found = await targetInstance(deps, target, {
    title: "Delete an instance",
    accepts: ({ phase }) => phase !== "deleting" && phase !== "deleted",
    none: "There are no instances to delete",
  });
  const read = await readTarget(deps, found);
  const { instance } = read;
  throwIfBusy(deps.operations, read);
  await confirmDeletion(deps, read);
  await throwIfElsewhere(deps, read);
  await deps.operations.start(read.scope, { type: "delete", target: toOperationTarget(instance) });
}

/** No document says what the service does with such a request: only that it may refuse any. */
const inProgressWarnings: Readonly<Partial<Record<Phase, string>>> = {
  creating: "It is still being created: the service may refuse to delete it before that is done.",
  deleting:
    "It is being deleted already: the service may refuse, and asking again helps only if that has come to a halt.",
};

async function confirmDeletion({ prompts, deleteConfirmation }: ChangeDeps, read: ReadInstance): Promise<void> {
  const { kind, instance, scope, tags } = read;
  const label = instanceText(instance);
  // A tag of the instance may be quoted in them.
  const inProgress = inProgressWarnings[instance.phase];
  const warnings = [...(inProgress === undefined ? [] : [inProgress]), ...kind.deletionWarnings(instance, tags)].map(
    visibleText,
  );
  if (deleteConfirmation() === "button") {
    await prompts.confirm({
      message: `Delete ${label}?`,
      detail: [`${kind.title}, ${identityText(instance)}, ${placeText(scope)}.`, ...warnings].join("\n\n"),
      action: "Delete",
    });
    return;
  }
  const orId = label === instanceLabel(instance) ? "" : `, or its ID ${nameText(instance.id)},`;
  const answer = await prompts.input({
    title: `Delete ${kind.title}: ${label}`,
    placeholder: label,
    prompt: [
      ...warnings,
      `Type ${label}${orId} to delete it (${identityText(instance)}) from ${placeText(scope)}.`,
    ].join(" "),
    validate: (typed, isFinal) => typedNameProblem(label, typed, isFinal, instance.id),
  });
  if (answer.type !== "value") throw new CancelledError();
}

/** What is shown is what has to be typed; the ID will do too. What is right so far is not complained about until Enter. */
export function typedNameProblem(label: string, typed: string, isFinal: boolean, id = label): string | undefined {
  const wanted = [toTyped(label), toTyped(id)];
  const given = toTyped(typed);
  if (wanted.includes(given)) return undefined;
  if (!isFinal && wanted.some((text) => text.startsWith(given))) return undefined;
  return `That is not ${visibleText(label)}.`;
}
