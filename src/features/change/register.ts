import type { Commands } from "../../ui/commands";
import type { CreateWizard } from "../../ui/prompts/wizard";
import { copyCreateCommand, createLikeThis } from "./copyInstance";
import { deleteInstance } from "./deleteInstance";
import type { ChangeDeps } from "./deps";
import { editInstance } from "./editInstance";
import { editTags } from "./editTags";

export function registerChangeCommands(
  commands: Pick<Commands, "registerCommand">,
  deps: ChangeDeps & { readonly wizard: CreateWizard },
): void {
  commands.registerCommand("delete", (target) => deleteInstance(deps, target));
  commands.registerCommand("edit", (target) => editInstance(deps, target));
  commands.registerCommand("editTags", (target) => editTags(deps, target));
  commands.registerCommand("createLikeThis", (target) => createLikeThis(deps, target));
  commands.registerCommand("copyCreateCommand", (target) => copyCreateCommand(deps, target));
}
