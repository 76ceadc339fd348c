import type { Connection } from "../../instances/connection";
import { isSettled } from "../../operations/operationRecord";
import { keepsDraft } from "../../operations/retention";
import type { Operations } from "../../operations/operations";
import type { Commands } from "../../ui/commands";
import type { Prompts } from "../../ui/prompts/prompts";
import { sandboxProfiles, type PinnedSandbox } from "./pinnedSandbox";

export interface SandboxCommandDeps {
  readonly sandbox: PinnedSandbox;
  readonly operations: Pick<Operations, "list" | "discard">;
  readonly prompts: Prompts;
  /** Shows its row in the Instances view. */
  readonly revealConnection: (connection: Connection) => void;
}

export function registerSandbox(commands: Pick<Commands, "registerCommand">, deps: SandboxCommandDeps): void {
  const { sandbox } = deps;
  commands.registerCommand("startSandbox", async (target) => {
    // The walkthrough asks for the restricted one.
    deps.revealConnection(await sandbox.start(sandboxProfiles.find((profile) => profile === target)));
  });
  commands.registerCommand("stopSandbox", () => sandbox.stop());
  commands.registerCommand("resetSandbox", () => resetSandbox(deps));
}

async function resetSandbox({ sandbox, operations, prompts }: SandboxCommandDeps): Promise<void> {
  await prompts.confirm({
    message: "Reset the sandbox?",
    detail: "Every instance in it is removed, and it starts with its demo instances again. Nothing in AWS is touched.",
    action: "Reset Sandbox",
  });
  await sandbox.reset();
  // What they were about is gone.
  for (const record of operations.list()) {
    const isOpen = !isSettled(record) || record.status === "failed" || keepsDraft(record);
    if (record.connection.source === "sandbox" && isOpen)
      await operations.discard(record.id, { evenAtWork: true, withDraft: true });
  }
}
