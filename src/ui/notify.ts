import * as vscode from "vscode";
import { isCancelled, messageOf, UserError, type Copyable } from "../core/errors";
import type { Log } from "../core/log";
import { toastText } from "./text/displayText";
import { logError } from "../core/errorLog";

export interface NotificationAction {
  readonly title: string;
  run(): unknown;
}

type Severity = "info" | "warning" | "error";

/**
 * Shows a toast and returns at once: nobody waits for a toast. The action that the user chooses runs later;
 * what it throws is reported as a toast of its own.
 */
export function notify(
  log: Log,
  severity: Severity,
  message: string,
  actions: readonly NotificationAction[] = [],
): void {
  const titles = actions.map((action) => action.title);
  void Promise.resolve(show(severity, toastText(message), titles))
    .then((chosen) => actions.find((action) => action.title === chosen)?.run())
    .catch((error: unknown) => reportError(log, error));
}

/** The one place where an error becomes something to see. Cancelling is silent. */
export function reportError(log: Log, error: unknown): void {
  if (isCancelled(error)) return;
  logError(log, error);
  if (error instanceof UserError) {
    notify(log, "error", error.message, [
      ...error.remedies.map(remedyAction),
      ...(error.copyable ? [copyAction(error.copyable)] : []),
    ]);
    return;
  }
  notify(log, "error", messageOf(error), [
    { title: "Show Log", run: () => vscode.commands.executeCommand("appInstances.showLog") },
  ]);
}

function remedyAction(remedy: UserError["remedies"][number]): NotificationAction {
  return {
    title: remedy.title,
    run: () => vscode.commands.executeCommand(remedy.command, ...(remedy.args ?? [])),
  };
}

function copyAction({ title, text }: Copyable): NotificationAction {
  return { title, run: () => vscode.env.clipboard.writeText(text) };
}

function show(severity: Severity, message: string, titles: readonly string[]): Thenable<string | undefined> {
  if (severity === "error") return vscode.window.showErrorMessage(message, ...titles);
  if (severity === "warning") return vscode.window.showWarningMessage(message, ...titles);
  return vscode.window.showInformationMessage(message, ...titles);
}
