import { isGone } from "./delete";
import { isRefusal, refused, required, StoppedError, type Step } from "./step";

/** Sets values, whatever they were: carrying it out twice changes no more than once. */
export function editSteps(): readonly Step[] {
  return [edit];
}

const edit: Step = {
  id: "edit",
  label: "changing",
  async run(context) {
    const { id } = required(context.record.target, "target");
    const values = required(context.record.values, "values");
    const instance = await context.get(id);
    if (isGone(instance)) throw new StoppedError("failed", "InstanceGone", "The instance no longer exists.");
    try {
      await context.change((session, options) => context.kind.update(session, instance, values, options));
    } catch (error) {
      throw isRefusal(error) ? refused(error) : error;
    }
  },
};
