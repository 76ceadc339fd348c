import type { Commands } from "../../ui/commands";
import type { CreateWizard } from "../../ui/prompts/wizard";
import { onFocusedRow, type FocusedRow } from "../../ui/tree/focusedRow";
import type { TreeNode } from "../../ui/tree/nodes";
import { copyCreateCommand, createLikeThis } from "./copyInstance";
import { deleteInstance } from "./deleteInstance";
import type { ChangeDeps } from "./deps";
import { editInstance } from "./editInstance";
import { editTags } from "./editTags";

export function registerChangeCommands(
  commands: Pick<Commands, "registerCommand">,
  deps: ChangeDeps & { readonly wizard: CreateWizard; readonly instances: FocusedRow<TreeNode> },
): void {
  const { instances } = deps;
  const remove = (target: unknown) => deleteInstance(deps, target);
  const edit = (target: unknown) => editInstance(deps, target);
  commands.registerCommand(
    "delete",
    onFocusedRow(instances, "delete", remove, ["removeConnection", "discardOperation"]),
  );
  commands.registerCommand("edit", onFocusedRow(instances, "edit", edit));
  commands.registerCommand("editTags", (target) => editTags(deps, target));
  commands.registerCommand("createLikeThis", (target) => createLikeThis(deps, target));
  commands.registerCommand("copyCreateCommand", (target) => copyCreateCommand(deps, target));
}
