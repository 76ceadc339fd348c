import type { Clock } from "../../core/clock";
import type { Log } from "../../core/log";
import type { Operations } from "../../operations/operations";
import type { Sync } from "../../instances/sync";
import type { Sessions } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore } from "../../instances/store";
import { createInstancesView, type InstancesView } from "./instancesView";
import { InstanceTree } from "./instanceTree";
import { readTags } from "./readTags";
import { refreshSettled } from "./refreshSettled";

export interface InstancesDeps {
  readonly kinds: Kinds;
  readonly sessions: Sessions;
  readonly store: InstanceStore;
  readonly operations: Pick<Operations, "list" | "get" | "onDidChange">;
  readonly sync: Sync;
  readonly clock: Clock;
  readonly log: Log;
  /** Done once, before anything is shown. */
  readonly start: () => unknown;
}

/** The Instances view with its tree. */
export function createTreeAndView(deps: InstancesDeps): InstancesView & { readonly tree: InstanceTree } {
  const { store, operations, sync, clock, log } = deps;
  const tree = new InstanceTree(deps);
  const view = createInstancesView({
    tree,
    store,
    operations,
    clock,
    log,
    readTags: (node) => readTags(deps, node),
    setVisible: (isVisible) => {
      if (isVisible) deps.start();
      sync.setVisible(isVisible);
    },
  });
  const refreshing = refreshSettled(operations, (key) => void sync.refresh(key));
  return {
    ...view,
    tree,
    dispose() {
      refreshing.dispose();
      view.dispose();
    },
  };
}
