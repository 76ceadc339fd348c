import type { Instance } from "../instances/instance";
import { isGone } from "./delete";
import { stepNames } from "./progress";
import {
  beginAnew,
  isRefusal,
  readOptions,
  refused,
  required,
  StoppedError,
  type Step,
  type StepContext,
} from "./step";

/** Reads may lag behind a create: what they do not show is asked for again before it counts as gone. */
const lagDelaysMs = [2_000, 4_000, 8_000];

/** Sets values, whatever they were: carrying it out twice changes no more than once. */
export function editSteps(): readonly Step[] {
  return [edit];
}

const edit: Step = {
  ...stepNames.edit,
  async run(context) {
    const { id } = required(context.record.target, "target");
    const values = required(context.record.values, "values");
    await expectThere(context, id);
    try {
      await context.change(async (session, options) => {
        // A service may want unchanged values along, and a colleague may have changed them while we waited.
        const instance = existing(await context.kind.get(session, id, readOptions(options)));
        const beforeAttempt = async (number: number) => {
          await options.beforeAttempt?.(number);
          if (number > 1) throw beginAnew("The instance is read again before the change is repeated.");
        };
        await context.kind.update(session, instance, values, { ...options, beforeAttempt });
      });
    } catch (error) {
      throw isRefusal(error) ? refused(error) : error;
    }
  },
};

async function expectThere(context: StepContext, id: string): Promise<void> {
  for (const delayMs of lagDelaysMs) {
    if (!isGone(await context.get(id))) return;
    await context.sleep(delayMs);
  }
  existing(await context.get(id));
}

function existing(instance: Instance | undefined): Instance {
  if (isGone(instance)) throw new StoppedError("failed", "InstanceGone", "The instance no longer exists.");
  return instance;
}
