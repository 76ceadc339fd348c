import type { Instance } from "../../instances/instance";
import type { Draft } from "../../instances/draft";
import { shortText, visibleText } from "../../ui/text/displayText";
import { identityText, instanceText } from "../../ui/text/instanceText";
import type { ConfirmRequest } from "../../ui/prompts/prompts";
import { differenceLines } from "../../ui/text/draftText";
import { placeText, type ReadInstance } from "../../ui/instance/read";

/** The modal question before a failed instance is deleted and created again. */
export function recreateConfirmation(
  { kind, instance, tags, scope }: Pick<ReadInstance, "kind" | "instance" | "tags" | "scope">,
  draft: Draft,
): ConfirmRequest {
  const label = instanceText(instance);
  const changes = differenceLines(kind, kind.capture(instance, tags), draft);
  return {
    message: `Delete ${label} and create it again?`,
    detail: [
      `${kind.title}, ${identityText(instance)}, ${placeText(scope)}.`,
      ...kind.deletionWarnings(instance, tags).map(visibleText),
      ...(changes.length === 0 ? [] : [`What changes: ${changes.map((line) => shortText(line, 200)).join("; ")}.`]),
      "Then a new instance is created from the form. If anything stops on the way, the draft is kept and the work can be resumed.",
    ].join("\n\n"),
    action: "Delete and Recreate",
  };
}

/** Why an instance cannot be recreated, undefined when it can. */
export function recreateObstacle(instance: Instance): string | undefined {
  if (instance.phase === "createFailed") return undefined;
  const label = instanceText(instance);
  const state = visibleText(instance.state ?? instance.phase);
  if (instance.phase === "deleteFailed")
    return `${label} could not be deleted (${state}), so it cannot be recreated yet. Delete it first.`;
  return `${label} is ${state}. Only an instance whose creation failed can be recreated; nothing was changed.`;
}
