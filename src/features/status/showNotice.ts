import * as vscode from "vscode";
import type { Log } from "../../core/log";
import { notify } from "../../ui/notify";
import type { SettledNotice } from "./settledNotice";

/** A toast whose buttons run our commands. */
export function showNotice(log: Log, { severity, message, actions, link }: SettledNotice): void {
  notify(log, severity, message, [
    ...actions.map(({ title, command, node }) => ({
      title,
      run: () => vscode.commands.executeCommand(`appInstances.${command}`, node),
    })),
    ...(link ? [{ title: link.title, run: () => vscode.env.openExternal(vscode.Uri.parse(link.url, true)) }] : []),
  ]);
}
