import type { Clock } from "../../core/clock";
import { DisposableStore, type Disposable } from "../../core/disposable";
import type { Log } from "../../core/log";
import type { Commands } from "../../ui/commands";
import type { ContextKey } from "../../ui/contextKeys";
import {
  cancelOperation,
  copyRequestId,
  discardOperation,
  resumeOperation,
  stopFollowing,
  type ActivityDeps,
} from "./operationCommands";
import { createActivityView } from "./activityView";
import { watchJournal } from "./announce";

export interface ActivityFeatureDeps extends ActivityDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly setContext: (key: ContextKey, value: boolean) => void;
  /** Done once, before anything is shown. */
  readonly start: () => unknown;
}

/** The Activity view, and what one can do about an operation. */
export function registerActivity(commands: Pick<Commands, "registerCommand">, deps: ActivityFeatureDeps): Disposable {
  const parts = new DisposableStore();
  parts.add(createActivityView(deps));
  parts.add(watchJournal(deps, (hasInterrupted) => deps.setContext("hasInterrupted", hasInterrupted)));
  commands.registerCommand("resumeOperation", (target) => resumeOperation(deps, target));
  commands.registerCommand("discardOperation", (target) => discardOperation(deps, target));
  commands.registerCommand("cancelOperation", (target) => cancelOperation(deps, target));
  commands.registerCommand("stopFollowing", (target) => stopFollowing(deps, target));
  commands.registerCommand("copyRequestId", (target) => copyRequestId(deps, target));
  return parts;
}
