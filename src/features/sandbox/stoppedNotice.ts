import * as vscode from "vscode";
import type { Log } from "../../core/log";
import type { FullCommandId } from "../../core/commandIds";
import { notify } from "../../ui/notify";

const startSandbox: FullCommandId = "appInstances.startSandbox";

/** What this window shows of the sandbox has gone, by another window's hand. */
export function tellStopped(log: Log): void {
  notify(log, "info", "The sandbox was stopped in another window.", [
    { title: "Start Sandbox", run: () => vscode.commands.executeCommand(startSandbox) },
  ]);
}
