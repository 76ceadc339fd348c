import type { Instance } from "../instances/instance";
import type { Kind } from "../instances/kind";
import { Doubt } from "./doubt";
import { stepNames } from "./progress";
import { isRefusal, refused, required, StoppedError, type Step, type StepContext } from "./step";

/** For how long a state is read that should not be, before the wait is given up: reads may lag behind the request. */
const patienceMs = 5 * 60 * 1000;

/** Between two looks at it. */
const surpriseMs = 5_000;

/** What a refused request may have done before is looked at for as long as reads and listings may lag. */
const lagDelaysMs = [2_000, 4_000, 8_000, 15_000, 30_000];

export function deleteSteps(kind: Kind): readonly Step[] {
  return kind.hasStates ? [sendDelete, waitDeleted] : [sendDelete];
}

const sendDelete: Step = {
  ...stepNames.delete,
  async run(context) {
    const { id } = required(context.record.target, "target");
    // A second DeleteInstance would be harmless where the first one is known to the service, but may be refused.
    if (context.isResumed && context.kind.hasStates && isGoing(await context.get(id))) return;
    await requestDeletion(context, id);
  },
};

/** Also a step of recreate. */
export const waitDeleted: Step = {
  ...stepNames.waitDeleted,
  async run(context) {
    const { id } = required(context.record.target, "target");
    let surprisedSince: number | undefined;
    for await (const seen of context.follow(id)) {
      if (seen?.phase === "deleting") {
        surprisedSince = undefined;
        continue;
      }
      // What a follower shows may be older than our request, or come from another account: only a read of our own decides.
      const instance = await context.get(id);
      if (isGone(instance)) return;
      if (instance.phase === "deleteFailed")
        throw new StoppedError(
          "failed",
          "DeleteFailed",
          instance.errorMessage ?? "The service could not delete the instance.",
        );
      if (instance.phase === "deleting") continue;
      surprisedSince ??= context.monotonic();
      if (context.monotonic() - surprisedSince >= patienceMs)
        throw new StoppedError(
          "interrupted",
          "NotDeleted",
          `The service took the request to delete, but the instance is still ${instance.state ?? "there"}.`,
        );
      await context.sleep(surpriseMs);
    }
  },
};

export async function requestDeletion(context: StepContext, id: string): Promise<void> {
  const doubt = new Doubt(context.record);
  try {
    await context.change((session, options) => context.kind.delete(session, id, doubt.listen(options)), {
      onRetry: (error) => doubt.note(error),
    });
  } catch (error) {
    doubt.note(error);
    if (!isRefusal(error)) {
      await doubt.beginAnewAfterSignIn(context, error);
      throw error;
    }
    // The reply to an earlier request may have been lost: then this one is refused because that one was carried out.
    if (doubt.isInDoubt && (await wasDeleted(context, id))) return;
    throw refused(error);
  }
}

async function wasDeleted(context: StepContext, id: string): Promise<boolean> {
  // A state is the service's word. That a listing has no line proves something only when it still has none half a minute later.
  const [isDeleted, looksNeeded] = context.kind.hasStates
    ? [async () => isGoing(await context.get(id)), 1]
    : [() => isUnlisted(context, id), lagDelaysMs.length + 1];
  let looks = 0;
  for (const delayMs of lagDelaysMs) {
    looks = (await isDeleted()) ? looks + 1 : 0;
    if (looks >= looksNeeded) return true;
    await context.sleep(delayMs);
  }
  return (await isDeleted()) && (looksNeeded === 1 || looks > 0);
}

/** A service without states may refuse to read what is gone, as it refused to delete it: the listing tells. */
function isUnlisted(context: StepContext, id: string): Promise<boolean> {
  return context.read(async (session, options) => {
    for await (const page of context.kind.list(session, options))
      if (page.some((listed) => listed.id === id)) return false;
    return true;
  });
}

export function isGone(instance: Instance | undefined): instance is undefined {
  return instance === undefined || instance.phase === "deleted";
}

export function isGoing(instance: Instance | undefined): boolean {
  return isGone(instance) || instance.phase === "deleting";
}
