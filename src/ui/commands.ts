import type { CommandId } from "../core/commandIds";
import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../core/disposable";
import type { Log } from "../core/log";
import { reportError } from "./notify";

/** What a command does. It throws: the boundary below is the only place that reports. */
export type CommandRun = (target?: unknown, ...more: readonly unknown[]) => Promise<void> | void;

export interface Commands extends Disposable {
  registerCommand(id: CommandId, run: CommandRun): void;
}

/** Registers commands behind the one error boundary: see `reportError`. `ready` is what all of them wait for first. */
export function createCommands(log: Log, ready: () => Promise<void>): Commands {
  const registered = new DisposableStore();
  return {
    registerCommand(id, run) {
      registered.add(
        vscode.commands.registerCommand(`appInstances.${id}`, async (target?: unknown, ...more: unknown[]) => {
          try {
            await ready();
            await run(target, ...more);
          } catch (error) {
            reportError(log, error);
          }
        }),
      );
    },
    dispose: () => registered.dispose(),
  };
}
