import type { Clock } from "../../core/clock";
import { DisposableStore, toDisposable } from "../../core/disposable";
import type { Log } from "../../core/log";
import type { Operations } from "../../operations/operations";
import type { Sync } from "../../instances/sync";
import type { Sessions } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore } from "../../instances/store";
import type { Rosters } from "../../ui/instance/roster";
import type { Setting } from "../../ui/settings";
import type { LazyTree } from "../../ui/tree/lazyTree";
import type { TreeNode } from "../../ui/tree/nodes";
import { KeptArrangement, type Memory } from "./arrangement";
import { everySoOften } from "./everySoOften";
import { createInstancesView, type InstancesView } from "./instancesView";
import { InstanceTree } from "./instanceTree";
import { KnownTags, type TagTarget } from "./knownTags";
import { readTags } from "./readTags";
import { refreshSettled } from "./refreshSettled";
import { ShownFilter } from "./shownFilter";
import { TagGroups } from "./tagGroups";

export interface InstancesDeps {
  readonly lazyTree: LazyTree<TreeNode>;
  readonly kinds: Kinds;
  readonly sessions: Sessions;
  readonly store: InstanceStore;
  readonly rosters: Rosters;
  readonly operations: Pick<Operations, "list" | "get" | "onDidChange">;
  readonly sync: Sync;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: { readonly hideEmptyRegions: Setting<boolean> };
  readonly memory: Memory;
  readonly setContext: (key: "isFiltered", value: boolean) => void;
  /** Done once, before anything is shown. */
  readonly start: () => unknown;
}

export interface TreeAndView extends InstancesView {
  readonly tree: InstanceTree;
  readonly filter: ShownFilter;
  readonly arrangement: KeptArrangement;
  readonly tags: KnownTags;
  readonly tagGroups: TagGroups;
  /** To be called when the tags of one may have been changed: whoever shows them shows them anew. */
  readonly rereadTags: (target: TagTarget) => Promise<void>;
}

/** The Instances view with its tree, and how somebody wants to see it. */
export function createTreeAndView(deps: InstancesDeps): TreeAndView {
  const { store, operations, sync, clock, log } = deps;
  const { hideEmptyRegions } = deps.settings;
  const parts = new DisposableStore();
  let isShown = false;
  const tags = new KnownTags(deps);
  const arrangement = parts.add(new KeptArrangement(deps.memory));
  const filter = parts.add(new ShownFilter({ ...deps, tags }));
  const tagGroups = parts.add(
    new TagGroups({
      ...deps,
      tags,
      isWanted: () => isShown && arrangement.current.groupBy === "tag",
      onRead: everySoOften(clock, () => view.redrawChanged()),
    }),
  );
  const tree = new InstanceTree({
    ...deps,
    look: {
      arrangement: () => arrangement.current,
      search: () => filter.search,
      searchRevision: () => filter.revision,
      tagsOf: (key, kind, instance) => tags.of(key, kind, instance),
      tagsRevision: () => tags.revision,
      hidesEmpty: hideEmptyRegions.get,
    },
  });
  const view: InstancesView = createInstancesView({
    lazyTree: deps.lazyTree,
    tree,
    filter,
    arrangement,
    store,
    operations,
    clock,
    log,
    readTags: (node) => readTags(deps, node),
    tagMessage: () => tagGroups.message,
    setVisible: (isVisible) => {
      if (isVisible) deps.start();
      isShown = isVisible;
      sync.setVisible(isVisible);
      tagGroups.heed();
      filter.setVisible(isVisible);
    },
  });
  parts.add(view);
  const end = new AbortController();
  parts.add(toDisposable(() => end.abort()));
  const rereadTags = async (target: TagTarget) => {
    await tags.readAgain(target, end.signal);
    view.redrawChanged();
  };
  tagGroups.readOn();
  parts.add(store.onDidChange(({ type }) => type === "listing" && tagGroups.heed()));
  parts.add(arrangement.onDidChange(() => tagGroups.readOn()));
  parts.add(hideEmptyRegions.onDidChange(() => view.redrawChanged()));
  parts.add(
    refreshSettled(operations, (key, { type, status, connection, kind, target }) => {
      if (target && type === "tags") void rereadTags({ connection, kind, instance: target });
      const isGone = status === "succeeded" && (type === "delete" || type === "recreate");
      if (target && isGone) filter.forget(key, kind, target.id);
      void sync.refresh(key);
    }),
  );
  return { ...view, tree, filter, arrangement, tags, tagGroups, rereadTags, dispose: () => parts.dispose() };
}
