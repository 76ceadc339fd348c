import * as vscode from "vscode";
import type { Disposable } from "../core/disposable";
import type { Log } from "../core/log";
import { logEntry } from "./text/displayText";

export interface ShownLog extends Log, Disposable {
  show(): void;
}

/** The "App Instances" channel: a `Log` for every layer, with levels that the user chooses in the Output view. */
export function createLog(): ShownLog {
  const channel = vscode.window.createOutputChannel("App Instances", { log: true });
  return {
    trace: (message) => channel.trace(logEntry(message)),
    debug: (message) => channel.debug(logEntry(message)),
    info: (message) => channel.info(logEntry(message)),
    warn: (message) => channel.warn(logEntry(message)),
    error: (message) => channel.error(logEntry(message)),
    show: () => channel.show(),
    dispose: () => channel.dispose(),
  };
}
