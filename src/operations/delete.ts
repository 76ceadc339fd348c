import type { Instance } from "../instances/instance";
import type { Kind } from "../instances/kind";
import { isRefusal, refused, required, StoppedError, type Step, type StepContext } from "./step";

/** Reads of a state that should not be, before the wait is given up. */
const patience = 10;

export function deleteSteps(kind: Kind): readonly Step[] {
  return kind.hasStates ? [sendDelete, waitDeleted] : [sendDelete];
}

const sendDelete: Step = {
  id: "delete",
  label: "deleting",
  async run(context) {
    const { id } = required(context.record.target, "target");
    // A second DeleteInstance would be harmless where the first one is known to the service, but may be refused.
    if (context.isResumed && context.kind.hasStates && isGoing(await context.get(id))) return;
    await requestDeletion(context, id);
  },
};

/** Also a step of recreate. */
export const waitDeleted: Step = {
  id: "waitDeleted",
  label: "waiting for deletion",
  async run(context) {
    const { id } = required(context.record.target, "target");
    let surprises = 0;
    for await (const seen of context.follow(id)) {
      if (seen?.phase === "deleting") continue;
      // What a follower shows may be older than our request, or come from another account: only a read of our own decides.
      const instance = await context.get(id);
      if (isGone(instance)) return;
      if (instance.phase === "deleteFailed")
        throw new StoppedError(
          "failed",
          "DeleteFailed",
          instance.errorMessage ?? "The service could not delete the instance.",
        );
      if (instance.phase !== "deleting" && ++surprises >= patience)
        throw new StoppedError(
          "interrupted",
          "NotDeleted",
          `The service took the request to delete, but the instance is still ${instance.state ?? "there"}.`,
        );
    }
  },
};

export async function requestDeletion(context: StepContext, id: string): Promise<void> {
  try {
    await context.change((session, options) => context.kind.delete(session, id, options));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // The reply to an earlier request may have been lost: then this one is refused because that one was carried out.
    const isRepeated = context.record.attempts > 1 || error.followsLostAttempt;
    if (isRepeated && (await wasDeleted(context, id))) return;
    throw refused(error);
  }
}

async function wasDeleted(context: StepContext, id: string): Promise<boolean> {
  const { kind } = context;
  if (kind.hasStates) return isGoing(await context.get(id));
  // A service without states may refuse to read what is gone, as it refused to delete it: the listing tells.
  return context.read(async (session, options) => {
    for await (const page of kind.list(session, options)) if (page.some((listed) => listed.id === id)) return false;
    return true;
  });
}

export function isGone(instance: Instance | undefined): instance is undefined {
  return instance === undefined || instance.phase === "deleted";
}

export function isGoing(instance: Instance | undefined): boolean {
  return isGone(instance) || instance.phase === "deleting";
}
