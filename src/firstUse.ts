import * as vscode from "vscode";
import { systemClock as clock } from "./core/clock";
import { DisposableStore, type Disposable } from "./core/disposable";
import type { Log } from "./core/log";
import { once } from "./core/once";
import { createActivityView } from "./features/activity/activityView";
import { announceInterrupted, watchJournal } from "./features/activity/announce";
import { createPinnedConnections } from "./features/connections/pinnedConnections";
import { createTreeAndView } from "./features/instances/treeAndView";
import { tellStopped } from "./features/sandbox/stoppedNotice";
import { PinnedSandbox } from "./features/sandbox/pinnedSandbox";
import { registerStatus } from "./features/status/register";
import type { LoadedCommands } from "./firstCommand";
import { createFollower } from "./instances/follow";
import { createKinds } from "./instances/kinds/registry";
import { createSessions } from "./instances/sessions";
import { createStore } from "./instances/memoryStore";
import { createSync } from "./instances/sync";
import { createOperations } from "./operations/durableOperations";
import type { Commands } from "./ui/commands";
import { createContextKeys } from "./ui/contextKeys";
import { createRosters } from "./ui/instance/roster";
import { reportError } from "./ui/notify";
import { VisiblePages } from "./ui/page/visiblePages";
import { createSettings } from "./ui/settings";
import type { LazyTree, TreeSource } from "./ui/tree/lazyTree";
import type { OperationNode, TreeNode } from "./ui/tree/nodes";

const dayMs = 24 * 60 * 60 * 1000;

/** What is there from the activation on. */
export interface FromActivation {
  readonly context: vscode.ExtensionContext;
  readonly log: Log;
  readonly commands: Pick<Commands, "registerCommand">;
  readonly instancesTree: LazyTree<TreeNode>;
  readonly activityTree: LazyTree<OperationNode>;
}

export interface InUse extends Disposable {
  /** Shows what is pinned, and reads the journal: once, before anything is shown or done. */
  start(): Promise<void>;
  readonly instances: TreeSource<TreeNode>;
  readonly activity: TreeSource<OperationNode>;
  /** Registers what the commands do. */
  loadCommands(): Promise<LoadedCommands>;
}

/**
 * Puts the parts together that come with the first view or command; `firstCommand.ts` those that come with a command.
 * Nothing is read or sent before `start`.
 */
export function createInUse({ context, log, commands, instancesTree, activityTree }: FromActivation): InUse {
  const parts = new DisposableStore();
  const storage = (name: string) => vscode.Uri.joinPath(context.globalStorageUri, name).fsPath;

  // What everything else talks to
  const settings = createSettings(log);
  const setContext = createContextKeys();

  // The cloud as we know it
  const kinds = createKinds({ chimeApi: settings.chimeApi.get });
  const sandbox = parts.add(
    new PinnedSandbox({
      directory: storage("sandbox"),
      memory: context.globalState,
      createSeconds: settings.sandboxCreateSeconds.get,
      log,
      clock,
    }),
  );
  parts.add(sandbox.onDidStopElsewhere(() => tellStopped(log)));
  const sessions = parts.add(
    createSessions({
      log,
      env: process.env,
      promptMfa: async (serial, profile) => (await loadCommands()).askMfaCode(serial, profile),
      sandboxAccess: () => sandbox.access(),
      endpointUrls: settings.endpointUrls.get,
    }),
  );
  const store = parts.add(createStore());
  const rosters = parts.add(createRosters(store));
  const follower = createFollower({ sessions, store, clock, log });
  const refreshIntervalSeconds = settings.refreshIntervalSeconds.get;
  const sync = parts.add(createSync({ sessions, kinds, store, follower, clock, log, refreshIntervalSeconds }));

  // What we change in it
  const retentionMs = settings.activityRetentionDays.get() * dayMs;
  const operations = parts.add(
    createOperations({ directory: storage("operations"), sessions, kinds, follower, log, retentionMs }),
  );

  // What the user sees and does
  const start = once(async () => {
    parts.add(announceInterrupted({ operations, kinds, log, clock, load: () => loadCommands() }));
    const shown = connections.start().catch((error: unknown) => reportError(log, error));
    await operations.open();
    await shown;
  });
  const cloud = { kinds, sandbox, sessions, store, rosters, follower, sync, operations };
  const visiblePages = new VisiblePages();
  const core = { ...cloud, log, clock, settings, setContext, start, visiblePages };
  const connections = parts.add(createPinnedConnections(core));
  const { extensionUri, globalState: memory } = context;
  const instances = parts.add(createTreeAndView({ ...core, lazyTree: instancesTree, memory }));
  const activity = parts.add(createActivityView({ ...core, lazyTree: activityTree }));
  parts.add(watchJournal(core));
  parts.add(registerStatus({ ...core, view: instancesTree.view }));

  // What they do on command
  const { version } = context.extension.packageJSON as { readonly version: string };
  const loadCommands = once(async (): Promise<LoadedCommands> => {
    const { registerCommands } = await import("./firstCommand");
    return parts.add(registerCommands(commands, { ...core, instances, activity, extensionUri, memory, version }));
  });
  return {
    start,
    instances: instances.source,
    activity: activity.source,
    loadCommands,
    dispose: () => parts.dispose(),
  };
}
