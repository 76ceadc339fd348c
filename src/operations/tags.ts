import { stepNames } from "./progress";
import { isRefusal, refused, required, type Step, type StepContext } from "./step";

/** The smallest change: tags that stay as they are are not sent. */
export function tagSteps(): readonly Step[] {
  return [setTags, removeTags];
}

const setTags: Step = {
  ...stepNames.setTags,
  async run(context) {
    const target = required(context.record.target, "target");
    const { set } = required(context.record.tagChanges, "tag changes");
    if (Object.keys(set).length === 0) return;
    await change(context, (session, options) => context.kind.setTags(session, target, set, options));
  },
};

const removeTags: Step = {
  ...stepNames.removeTags,
  async run(context) {
    const target = required(context.record.target, "target");
    const { remove } = required(context.record.tagChanges, "tag changes");
    if (remove.length === 0) return;
    await change(context, (session, options) => context.kind.removeTags(session, target, remove, options));
  },
};

async function change(context: StepContext, call: Parameters<typeof context.change<void>>[0]): Promise<void> {
  try {
    await context.change(call);
  } catch (error) {
    throw isRefusal(error) ? refused(error) : error;
  }
}
