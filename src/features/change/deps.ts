import type { Operations } from "../../operations/operations";
import type { Clipboard } from "../../ui/prompts/prompts";
import type { ReadDeps } from "../../ui/instance/read";
import type { TargetDeps } from "../../ui/instance/pick";

/** What the commands that change one instance need. */
export interface ChangeDeps extends TargetDeps, ReadDeps {
  readonly operations: Pick<Operations, "list" | "start">;
  readonly clipboard: Clipboard;
  readonly deleteConfirmation: () => "typeName" | "button";
}
