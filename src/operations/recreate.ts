import { isGone, isGoing, requestDeletion, waitDeleted } from "./delete";
import { followCreated, sendCreate } from "./create";
import { stepNames } from "./progress";
import { required, StoppedError, type Step } from "./step";

/** From a failed instance to a new one: what was captured is in the record before anything is deleted. */
export function recreateSteps(): readonly Step[] {
  return [check, deleteFailed, waitDeleted, sendCreate, followCreated];
}

/** Anything but the failed state stops the operation, while nothing was changed. */
const check: Step = {
  ...stepNames.check,
  async run(context) {
    const instance = await context.get(required(context.record.target, "target").id);
    if (isGone(instance)) throw changed("it no longer exists");
    if (instance.phase !== "createFailed") throw changed(`it is ${instance.state ?? instance.phase}, not failed`);
  },
};

const deleteFailed: Step = {
  ...stepNames.delete,
  async run(context) {
    const { id } = required(context.record.target, "target");
    // Read once more, right before the request; once a request is on disk, a missing instance is one that we deleted.
    const instance = await context.get(id);
    if (isGoing(instance) && context.record.sentAt !== undefined) return;
    if (instance?.phase === "deleteFailed" && context.isResumed)
      throw new StoppedError(
        "failed",
        "DeleteFailed",
        instance.errorMessage ?? "The service could not delete the instance.",
      );
    if (instance?.phase !== "createFailed") throw changed(`it is ${instance?.state ?? "gone"}, not failed`);
    await requestDeletion(context, id);
  },
};

function changed(what: string): StoppedError {
  return new StoppedError(
    "failed",
    "StateChanged",
    `The instance is no longer as it was: ${what}. Nothing was deleted. Refresh, look again, and recreate it if that is still right.`,
  );
}
