import * as vscode from "vscode";
import { systemClock as clock } from "./core/clock";
import { DisposableStore } from "./core/disposable";
import { commandIds } from "./core/commandIds";
import { once } from "./core/once";
import { createActivityView } from "./features/activity/activityView";
import { announceInterrupted, watchJournal } from "./features/activity/announce";
import { createPinnedConnections } from "./features/connections/pinnedConnections";
import { PinnedSandbox } from "./features/sandbox/pinnedSandbox";
import { registerStatus } from "./features/status/register";
import type { LoadedCommands } from "./firstCommand";
import { createFollower } from "./instances/follow";
import { createKinds } from "./instances/kinds/registry";
import { createSessions } from "./instances/sessions";
import { createStore } from "./instances/memoryStore";
import { createSync } from "./instances/sync";
import { createOperations } from "./operations/operationsOnOpen";
import { createCommands, type Commands } from "./ui/commands";
import { createContextKeys } from "./ui/contextKeys";
import { createRosters } from "./ui/instance/roster";
import { createLog } from "./ui/log";
import { reportError } from "./ui/notify";
import { restorePages } from "./ui/page/restorePages";
import { VisiblePages } from "./ui/page/visiblePages";
import { createSettings } from "./ui/settings";
import { createLazyTree, type LazyTree } from "./ui/tree/lazyTree";
import type { TreeNode } from "./ui/tree/nodes";

const dayMs = 24 * 60 * 60 * 1000;

/**
 * Puts the parts together that are there from the start; `firstCommand.ts` those that come with the first command.
 * Nothing is read or sent before a view is shown or a command runs: see `start`.
 */
export function activate(context: vscode.ExtensionContext): void {
  const parts = new DisposableStore();
  // One entry: VS Code would dispose several front to back.
  context.subscriptions.push(parts);
  const storage = (name: string) => vscode.Uri.joinPath(context.globalStorageUri, name).fsPath;

  // What everything else talks to
  const log = parts.add(createLog());
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
  const lazyTree: LazyTree<TreeNode> = parts.add(
    createLazyTree<TreeNode>("appInstances.instances", async () => (await loadInstances()).source),
  );
  const loadInstances = once(async () => {
    const { createTreeAndView } = await import("./features/instances/treeAndView");
    return parts.add(createTreeAndView({ ...core, lazyTree, memory: context.globalState }));
  });
  const activity = parts.add(createActivityView(core));
  parts.add(watchJournal(core));
  parts.add(registerStatus({ ...core, view: lazyTree.view }));

  // What they do on command
  const ids = [...commandIds, ...kinds.all.map(({ createCommandId }) => createCommandId)];
  const commands: Commands = parts.add(createCommands(log, ids, { ready: start, load: () => loadCommands() }));
  commands.registerCommand("showLog", () => log.show());
  const { extensionUri, globalState: memory } = context;
  parts.add(
    restorePages(log, async (page, panel, state) => {
      await start();
      await (await loadCommands()).restorePage(page, panel, state);
    }),
  );
  const { version } = context.extension.packageJSON as { readonly version: string };
  const loadCommands = once(async (): Promise<LoadedCommands> => {
    const { registerCommands } = await import("./firstCommand");
    const instances = await loadInstances();
    return parts.add(registerCommands(commands, { ...core, instances, activity, extensionUri, memory, version }));
  });
}
