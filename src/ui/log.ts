import * as vscode from "vscode";

/** The "App Instances" channel: a `Log` for every layer, with levels that the user chooses in the Output view. */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel("App Instances", { log: true });
}
