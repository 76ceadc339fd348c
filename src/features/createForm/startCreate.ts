import type { Draft } from "../../instances/draft";
import type { Kind } from "../../instances/kind";
import type { OperationRecord } from "../../operations/operationRecord";
import type { Operations, OperationScope } from "../../operations/operations";
import { placeText } from "../../ui/instance/read";
import type { Prompts } from "../../ui/prompts/prompts";
import { withArticle } from "./model";

interface StartDeps {
  readonly prompts: Pick<Prompts, "confirm">;
  readonly operations: Pick<Operations, "start">;
}

/** Something new: the button says what it does, so only what may have been forgotten is asked about. */
export async function startCreate(
  { prompts, operations }: StartDeps,
  { title, nameField }: Kind,
  draft: Draft,
  scope: OperationScope,
): Promise<OperationRecord> {
  if (draft.values[nameField] === undefined)
    await prompts.confirm({
      message: `Create ${withArticle(title)} without a name?`,
      detail: `It will be shown by its ID. ${placeText(scope)}.`,
      action: "Create Without a Name",
    });
  return operations.start(scope, { type: "create", draft });
}
