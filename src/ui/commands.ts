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

export interface CommandLoading {
  /** What all commands wait for first. */
  readonly ready: () => Promise<void>;
  /** Registers what the commands do that have nothing to do yet. */
  readonly load: () => Promise<unknown>;
}

/** Commands that VS Code knows at once, behind the one error boundary: see `reportError`. What they do may be loaded with the first of them. */
export function createCommands(log: Log, ids: readonly CommandId[], { ready, load }: CommandLoading): Commands {
  const registered = new DisposableStore();
  const runs = new Map<CommandId, CommandRun>();
  const runOf = async (id: CommandId) => {
    if (!runs.has(id)) await load();
    const run = runs.get(id);
    if (!run) throw new Error(`Nothing is registered for the command ${id}`);
    return run;
  };
  for (const id of ids) {
    registered.add(
      vscode.commands.registerCommand(`appInstances.${id}`, async (target?: unknown, ...more: unknown[]) => {
        try {
          await ready();
          const run = await runOf(id);
          await run(target, ...more);
        } catch (error) {
          reportError(log, error);
        }
      }),
    );
  }
  return {
    registerCommand: (id, run) => void runs.set(id, run),
    dispose: () => registered.dispose(),
  };
}
