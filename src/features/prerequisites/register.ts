import type { Commands } from "../../ui/commands";
import { checkPrerequisites, type CheckPrerequisitesDeps } from "./checkPrerequisites";

export function registerPrerequisites(commands: Pick<Commands, "registerCommand">, deps: CheckPrerequisitesDeps): void {
  commands.registerCommand("checkPrerequisites", (target) => checkPrerequisites(deps, target));
}
