import type { Draft } from "../instances/draft";
import type { Instance } from "../instances/instance";
import type { Created, Kind } from "../instances/kind";
import { requireOwner } from "./pinnedPlace";
import { isRefusal, refused, required, StoppedError, type Call, type Step, type StepContext } from "./step";

/** For how long a repeated token is taken to give the same instance. The services document no window; others of AWS keep hours. */
const tokenTrustMs = 60 * 60 * 1000;

/** How far the service's clock may differ from ours. */
const clockToleranceMs = 5 * 60 * 1000;

/** A domain may stay taken for a while after the instance that had it is gone. */
const conflictDelaysMs = [2_000, 4_000, 8_000, 15_000, 30_000];

/** Reads that do not find a new instance, before it counts as gone. */
const patience = 5;

export function createSteps(kind: Kind): readonly Step[] {
  return kind.hasStates ? [sendCreate, followCreated] : [sendCreate];
}

export const sendCreate: Step = {
  id: "create",
  label: "creating",
  async run(context) {
    if (context.record.created) return;
    const { created, how } = await createOnce(context);
    const { id, instance } = created;
    const name = instance?.name ?? draftName(context);
    const arn = instance?.arn ?? id;
    await context.save({ created: { id, arn, ...(name === undefined ? {} : { name }) } }, `${how} ${id}`);
    requireOwner(context.record, { id, arn });
  },
};

export const followCreated: Step = {
  id: "follow",
  label: "waiting until it is active",
  async run(context) {
    const { id } = required(context.record.created, "created instance");
    let missing = 0;
    for await (const seen of context.follow(id)) {
      if (seen?.phase === "creating") continue;
      const instance = await context.get(id);
      if (!instance) {
        if (++missing >= patience)
          throw new StoppedError("failed", "InstanceGone", `Instance ${id} was created, and is no longer there.`);
        continue;
      }
      switch (instance.phase) {
        case "ready":
        case "present":
          return;
        case "createFailed":
          throw new StoppedError(
            "failed",
            "CreateFailed",
            instance.errorMessage ?? "The service could not create the instance.",
          );
        case "deleting":
        case "deleted":
        case "deleteFailed":
          throw new StoppedError("failed", "InstanceGone", `Instance ${id} was deleted while it came up.`);
        case "creating":
        case "unknown":
      }
    }
  },
};

interface Outcome {
  readonly created: Created;
  readonly how: "Created" | "Found";
}

/** However often this runs, one instance comes of it. */
async function createOnce(context: StepContext): Promise<Outcome> {
  const draft: Draft = required(context.record.draft, "draft");
  const token = required(context.record.token, "token");
  const find: Call<Outcome | undefined> = async (session, options) => {
    const instance = await findOwn(context, draft, session, options);
    return instance && { created: { id: instance.id, instance }, how: "Found" };
  };
  // An earlier request of ours may have made the instance without our hearing of it.
  let isPossiblyMade = context.isResumed;
  const send: Call<Outcome> = async (session, options) => {
    // Hours may have passed: before an operation is resumed, or while a machine sleeps between two requests.
    const found = isPossiblyMade && !isTokenTrusted(context) ? await find(session, options) : undefined;
    return found ?? { created: await context.kind.create(session, draft, token, options), how: "Created" };
  };
  for (let conflicts = 0; ;) {
    try {
      return await context.change(send, { onRetry: () => (isPossiblyMade = true) });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      isPossiblyMade ||= error.attempts > 1;
      const found = isPossiblyMade ? await context.read(find) : undefined;
      if (found) return found;
      const delayMs = isDomainConflict(context, draft, error) ? conflictDelaysMs[conflicts++] : undefined;
      if (delayMs === undefined) throw refused(error);
      await context.save({}, `${error.message} Trying again in ${delayMs / 1000} s.`);
      await context.sleep(delayMs);
    }
  }
}

function isTokenTrusted(context: StepContext): boolean {
  const age = context.now() - (context.record.sentAt ?? context.record.createdAt);
  return age >= -clockToleranceMs && age < tokenTrustMs;
}

/** Recreate took the domain's owner away a moment ago: the refusal need not last. */
function isDomainConflict(context: StepContext, draft: Draft, error: { readonly status: number }): boolean {
  return (
    context.record.type === "recreate" &&
    error.status === 409 &&
    context.kind.fields.some((field) => field.control === "domain" && draft.values[field.id] !== undefined)
  );
}

/**
 * The instance that our own request must have made: the only one with the draft's values that came into being after the
 * operation began and that no other operation claims. Stops when that cannot be told.
 */
async function findOwn(
  context: StepContext,
  draft: Draft,
  ...[session, options]: Parameters<Call<unknown>>
): Promise<Instance | undefined> {
  const { kind } = context;
  const name = draft.values[kind.nameField];
  const claimed = new Set(context.others().flatMap((other) => other.created?.id ?? []));
  const listed = await kind.findByName(session, name ?? "", options);
  const candidates: Instance[] = [];
  for (const { id } of listed) {
    const instance = claimed.has(id) ? undefined : await kind.get(session, id, options);
    if (!instance || instance.phase === "deleting" || instance.phase === "deleted") continue;
    const isNew = (instance.createdAt ?? 0) >= context.record.createdAt - clockToleranceMs;
    if (isNew && hasValues(kind, instance, draft)) candidates.push(instance);
  }
  if (candidates.length > 1)
    throw new StoppedError(
      "interrupted",
      "OutcomeUnknown",
      `There are ${candidates.length} new instances that this operation may have created: ${candidates.map(({ id }) => id).join(", ")}. Check them, then discard the operation.`,
    );
  return candidates[0];
}

function hasValues(kind: Kind, instance: Instance, draft: Draft): boolean {
  const { values } = kind.capture(instance, {});
  // The service may choose for itself what the draft leaves to it and nobody can change later: a domain, a key.
  return kind.fields.every(
    ({ id, editable }) => values[id] === draft.values[id] || (!editable && draft.values[id] === undefined),
  );
}

function draftName(context: StepContext): string | undefined {
  return context.record.draft?.values[context.kind.nameField];
}
