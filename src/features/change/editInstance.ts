import { withValue, type Draft } from "../../instances/draft";
import type { Field } from "../../instances/kind";
import { instanceText } from "../../ui/text/instanceText";
import { askField } from "../../ui/prompts/fieldPrompt";
import { plain, type PickItem, type Prompts } from "../../ui/prompts/prompts";
import {
  placeLabel,
  readTarget,
  throwIfBusy,
  throwIfElsewhere,
  toOperationTarget,
  type ReadInstance,
} from "../../ui/instance/read";
import { targetInstance } from "../../ui/instance/pick";
import { runWizard, type StepOutcome, type WizardStep } from "../../ui/prompts/wizard";
import { changeText } from "../../ui/text/draftText";
import { editableFields, editedFields, toEditedField } from "./changeText";
import type { ChangeDeps } from "./deps";

/** Edit…: asks for what the service can change, shows the difference, and sends only that. */
export async function editInstance(deps: ChangeDeps, target?: unknown): Promise<void> {
  const found = await targetInstance(deps, target, {
    title: "Edit an instance",
    accepts: ({ phase }, kind) => (phase === "ready" || phase === "present") && editableFields(kind).length > 0,
    none: "There are no instances to edit",
  });
  const read = await readTarget(deps, found);
  const { kind, instance } = read;
  throwIfBusy(deps.operations, read);
  const label = instanceText(instance);
  const edited = await runWizard<Draft>({
    title: `Edit ${label}`,
    steps: [
      ...editableFields(kind).map((field) => fieldStep(deps.prompts, read, field)),
      reviewStep(deps.prompts, read),
    ],
    state: { kind: kind.id, values: instance.values, tags: {} },
  });
  const changes = editedFields(kind, instance, edited.values);
  if (changes.length === 0) {
    deps.prompts.inform(`${label} stays as it is.`);
    return;
  }
  await throwIfElsewhere(deps, read);
  await deps.operations.start(read.scope, {
    type: "edit",
    target: toOperationTarget(instance),
    values: Object.fromEntries(changes.map(({ field, after }) => [field.id, after])),
  });
}

function fieldStep(prompts: Prompts, { kind, instance }: ReadInstance, field: Field): WizardStep<Draft> {
  return {
    id: field.id,
    async ask(draft, frame) {
      const question = { field: toEditedField(kind, instance, field), value: draft.values[field.id] ?? "", frame };
      const answer = await askField(prompts, question);
      return answer.type === "value"
        ? { type: "next", state: withValue(draft, field.id, answer.value) }
        : { type: "back" };
    },
  };
}

const send = Symbol("send");

function reviewStep(prompts: Prompts, { kind, instance, scope }: ReadInstance): WizardStep<Draft> {
  return {
    id: "review",
    async ask(draft, frame): Promise<StepOutcome<Draft>> {
      const changes = editedFields(kind, instance, draft.values);
      if (changes.length === 0) return { type: "next", state: draft };
      const answer = await prompts.pick<string | typeof send>({
        ...frame,
        placeholder: "Review the changes: choose a line to change it again, or save",
        items: [
          ...changes.map((change): PickItem<string> => ({
            label: change.field.label,
            description: plain(changeText(change)),
            value: change.field.id,
          })),
          {
            label: `$(check) ${plain(`Save in ${placeLabel(scope)}`)}`,
            value: send,
          },
        ],
        isActive: (value) => value === send,
      });
      if (answer.type === "back") return answer;
      return answer.value === send ? { type: "next", state: draft } : { type: "goTo", step: answer.value };
    },
  };
}
