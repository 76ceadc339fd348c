import type { Connection } from "../../instances/connection";
import { isSettled } from "../../operations/operationRecord";
import { keepsDraft } from "../../operations/retention";
import type { Operations } from "../../operations/operations";
import type { Kinds } from "../../instances/kinds/registry";
import { operationTitle } from "../../ui/text/operationText";
import { connectionOf } from "../../ui/instance/pick";
import type { Commands } from "../../ui/commands";
import type { Prompts } from "../../ui/prompts/prompts";
import { sandboxProfiles, type PinnedSandbox } from "./pinnedSandbox";

export interface SandboxCommandDeps {
  readonly sandbox: PinnedSandbox;
  readonly operations: Pick<Operations, "list" | "discard">;
  readonly kinds: Pick<Kinds, "get">;
  readonly prompts: Prompts;
  /** Shows its row in the Instances view. */
  readonly revealConnection: (connection: Connection) => void;
}

export function registerSandbox(commands: Pick<Commands, "registerCommand">, deps: SandboxCommandDeps): void {
  const { sandbox } = deps;
  commands.registerCommand("startSandbox", async (target) => {
    // The walkthrough asks for the restricted one, and what was interrupted for its own.
    const wanted = connectionOf(target)?.profile ?? target;
    deps.revealConnection(await sandbox.start(sandboxProfiles.find((profile) => profile === wanted)));
  });
  commands.registerCommand("stopSandbox", () => stopSandbox(deps));
  commands.registerCommand("resetSandbox", () => resetSandbox(deps));
}

/** What is at work in it is interrupted: that is asked about. */
export async function stopSandbox({
  sandbox,
  operations,
  kinds,
  prompts,
}: Pick<SandboxCommandDeps, "operations" | "kinds" | "prompts"> & {
  readonly sandbox: Pick<PinnedSandbox, "stop">;
}): Promise<void> {
  const atWork = operations
    .list()
    .filter(({ status, connection }) => status === "running" && connection.source === "sandbox")
    .map((record) => operationTitle(record, kinds.get(record.kind)));
  if (atWork.length > 0)
    await prompts.confirm({
      message: "Stop the sandbox?",
      detail: `At work in it: ${atWork.join(", ")}. That is interrupted, and can be resumed once the sandbox runs again.`,
      action: "Stop Sandbox",
    });
  await sandbox.stop();
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
