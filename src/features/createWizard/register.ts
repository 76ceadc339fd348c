import * as vscode from "vscode";
import type { Commands } from "../../ui/commands";
import type { TreeNode } from "../../ui/tree/nodes";
import { connectionOf } from "../../ui/instance/pick";
import type { CreateWizard } from "../../ui/prompts/wizard";
import { createCreateWizard, type CreateWizardDeps } from "./wizard";

export interface CreateWizardFeatureDeps extends Omit<CreateWizardDeps, "runCommand" | "onStarted"> {
  /** Selects a row of the Instances view. */
  readonly select: (node: TreeNode) => PromiseLike<unknown>;
}

/** One create command for each kind, by the id that the kind has for it. Returns the wizard for features that start it with a draft. */
export function registerCreateWizard(
  commands: Pick<Commands, "registerCommand">,
  deps: CreateWizardFeatureDeps,
): CreateWizard {
  const wizard = createCreateWizard({
    ...deps,
    runCommand: (command) => vscode.commands.executeCommand(command),
    onStarted: ({ id, connection, kind }) =>
      void deps.select({ type: "pendingCreate", connection, kind, operationId: id }),
  });
  for (const kind of deps.kinds.all) {
    commands.registerCommand(kind.createCommandId, (target) => {
      const connection = connectionOf(target);
      return wizard.run({ kind: kind.id, ...(connection && { connection }) });
    });
  }
  return wizard;
}
