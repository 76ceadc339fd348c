import type { Kind } from "../instances/kind";
import { createOnce } from "./createOnce";
import { requireOwner } from "./pinnedPlace";
import { stepNames } from "./progress";
import { required, StoppedError, type Step, type StepContext } from "./step";

/** For how long a new instance may be missing before it counts as gone: reads may lag behind a create. */
const patienceMs = 5 * 60 * 1000;

/** Between two looks at what is missing. */
const missingMs = 10_000;

export function createSteps(kind: Kind): readonly Step[] {
  return kind.hasStates ? [sendCreate, followCreated] : [sendCreate];
}

export const sendCreate: Step = {
  ...stepNames.create,
  async run(context) {
    if (context.record.created) {
      requireOwner(context.record, context.record.created);
      return;
    }
    const { created, how } = await createOnce(context);
    const { id, instance } = created;
    const name = instance?.name ?? draftName(context);
    const arn = instance?.arn ?? id;
    await context.save({ created: { id, arn, ...(name === undefined ? {} : { name }) } }, `${how} ${id}`);
    requireOwner(context.record, { id, arn });
  },
};

export const followCreated: Step = {
  ...stepNames.follow,
  async run(context) {
    const { id } = required(context.record.created, "created instance");
    let missingSince: number | undefined;
    for await (const seen of context.follow(id)) {
      if (seen?.phase === "creating") continue;
      const instance = await context.get(id);
      if (!instance) {
        missingSince ??= context.monotonic();
        if (context.monotonic() - missingSince >= patienceMs)
          throw new StoppedError("failed", "InstanceGone", `Instance ${id} was created, and is no longer there.`);
        await context.sleep(missingMs);
        continue;
      }
      missingSince = undefined;
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

function draftName(context: StepContext): string | undefined {
  return context.record.draft?.values[context.kind.nameField];
}
