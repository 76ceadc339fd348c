import { CancelledError } from "../../core/errors";
import { diffTags } from "../../instances/draft";
import { instanceText } from "../../ui/text/instanceText";
import { plain, type PickItem } from "../../ui/prompts/prompts";
import {
  placeLabel,
  readTarget,
  throwIfBusy,
  throwIfElsewhere,
  toOperationTarget,
  type ReadInstance,
} from "../../ui/instance/read";
import { askTags } from "../../ui/prompts/tagsPrompt";
import { targetInstance } from "../../ui/instance/pick";
import { tagChangeLines, type Tags } from "../../ui/text/draftText";
import { countChanges, editableTags, isEmptyChange } from "./changeText";
import type { ChangeDeps } from "./deps";

/** Edit Tags…: the list of tags, then the difference; only the difference is sent. */
export async function editTags(deps: ChangeDeps, target?: unknown): Promise<void> {
  const found = await targetInstance(deps, target, {
    title: "Edit the tags of an instance",
    accepts: ({ phase }) => phase !== "deleting" && phase !== "deleted",
  });
  const read = await readTarget(deps, found);
  const { instance } = read;
  throwIfBusy(deps.operations, read);
  const before = editableTags(read.tags);
  const after = await askNewTags(deps, read, before);
  const changes = diffTags(before, after);
  if (isEmptyChange(changes)) {
    deps.prompts.inform(`The tags of ${instanceText(instance)} stay as they are.`);
    return;
  }
  await throwIfElsewhere(deps, read);
  await deps.operations.start(read.scope, { type: "tags", target: toOperationTarget(instance), changes });
}

async function askNewTags(
  { prompts }: ChangeDeps,
  { kind, instance, scope }: ReadInstance,
  before: Tags,
): Promise<Tags> {
  const frame = { title: `Edit tags of ${instanceText(instance)}` };
  let tags = before;
  for (;;) {
    const answer = await askTags(prompts, { kind, tags, frame });
    if (answer.type !== "value") throw new CancelledError();
    tags = answer.value;
    const lines = tagChangeLines(before, tags);
    if (lines.length === 0) return tags;
    const confirmed = await prompts.pick<"send" | "again">({
      ...frame,
      canGoBack: true,
      placeholder: "Review the changes: save, or choose a line to go back",
      items: [
        ...lines.map(({ sign, text }): PickItem<"again"> => ({ label: plain(`${sign} ${text}`), value: "again" })),
        {
          label: `$(check) ${plain(`Save ${countChanges(lines.length)} in ${placeLabel(scope)}`)}`,
          value: "send",
        },
      ],
      isActive: (value) => value === "send",
    });
    if (confirmed.type === "value" && confirmed.value === "send") return tags;
  }
}
