import * as vscode from "vscode";

/** Of the manifest: menus ask for them, and the walkthrough's steps are done when theirs is true. */
export type ContextKey =
  | "hasConnections"
  | "hasProfileConnection"
  | "sandboxRunning"
  | "hasInterrupted"
  | "hasCreated"
  | "hasCreateFailed"
  | "hasRecreated"
  | "isFiltered";

/** Sets `appInstances.*` keys, each only when it changes. */
export function createContextKeys(): (key: ContextKey, value: boolean) => void {
  const current = new Map<ContextKey, boolean>();
  return (key, value) => {
    if (current.get(key) === value) return;
    current.set(key, value);
    void vscode.commands.executeCommand("setContext", `appInstances.${key}`, value);
  };
}
