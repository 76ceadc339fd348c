import * as vscode from "vscode";

export type ContextKey = "hasConnections" | "sandboxRunning" | "hasInterrupted" | "isFiltered";

/** Sets `appInstances.*` keys for the manifest's `when` clauses, each only when it changes. */
export function createContextKeys(): (key: ContextKey, value: boolean) => void {
  const current = new Map<ContextKey, boolean>();
  return (key, value) => {
    if (current.get(key) === value) return;
    current.set(key, value);
    void vscode.commands.executeCommand("setContext", `appInstances.${key}`, value);
  };
}
