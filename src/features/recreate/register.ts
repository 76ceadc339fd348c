import type { Commands } from "../../ui/commands";
import { recreate, showFailure, type RecreateDeps } from "./recreate";

export function registerRecreateCommands(commands: Pick<Commands, "registerCommand">, deps: RecreateDeps): void {
  commands.registerCommand("recreate", (target) => recreate(deps, target));
  commands.registerCommand("showFailure", (target) => showFailure(deps, target));
}
