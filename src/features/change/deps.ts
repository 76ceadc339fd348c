import type { Operations } from "../../operations/runner";
import type { Clipboard } from "../../ui/prompts";
import type { ReadDeps } from "../../ui/readTarget";
import type { TargetDeps } from "../../ui/targets";

/** What the commands that change one instance need. */
export interface ChangeDeps extends TargetDeps, ReadDeps {
  readonly operations: Pick<Operations, "list" | "start">;
  readonly clipboard: Clipboard;
  readonly deleteConfirmation: () => "typeName" | "button";
}
