import * as vscode from "vscode";
import type { Disposable } from "../../core/disposable";
import type { Log } from "../../core/log";
import type { Commands } from "../../ui/commands";
import { reportError } from "../../ui/notify";
import { withoutIcons } from "../../ui/text/displayText";
import { SettledWatch, type WatchDeps } from "./notifyWhenSettled";
import { showNotice } from "./showNotice";

const acknowledgementMs = 5_000;

export interface WatchCommandDeps extends Omit<WatchDeps, "show" | "acknowledge" | "reportError"> {
  readonly log: Log;
}

/** The toast that somebody asks for. */
export function registerWatch(commands: Pick<Commands, "registerCommand">, deps: WatchCommandDeps): Disposable {
  const { log } = deps;
  const watch = new SettledWatch({
    ...deps,
    show: (notice) => showNotice(log, notice),
    acknowledge: (text) => void vscode.window.setStatusBarMessage(withoutIcons(text), acknowledgementMs),
    reportError: (error) => reportError(log, error),
  });
  commands.registerCommand("notifyWhenSettled", (target) => watch.add(target));
  return watch;
}
