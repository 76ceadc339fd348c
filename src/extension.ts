import * as vscode from "vscode";
import { systemClock as clock } from "./core/clock";
import { DisposableStore } from "./core/disposable";
import { once } from "./core/once";
import { registerActivity } from "./features/activity/register";
import { announceInterrupted } from "./features/activity/announce";
import { registerChangeCommands } from "./features/change/register";
import { registerConnections } from "./features/connections/register";
import { askMfaCode } from "./features/connections/mfa";
import { registerCreateForm } from "./features/createForm/register";
import { registerCreateWizard } from "./features/createWizard/register";
import { registerDetails } from "./features/details/register";
import { registerInstances } from "./features/instances/register";
import { registerRecreateCommands } from "./features/recreate/register";
import { registerSandbox } from "./features/sandbox/register";
import { PinnedSandbox } from "./features/sandbox/pinnedSandbox";
import { registerStatus } from "./features/status/register";
import { createFollower } from "./instances/follow";
import { createKinds } from "./instances/kinds/registry";
import { createSessions } from "./instances/sessions";
import { createStore } from "./instances/memoryStore";
import { createSync } from "./instances/sync";
import { createOperations } from "./operations/durableOperations";
import { createCommands } from "./ui/commands";
import { createContextKeys } from "./ui/contextKeys";
import { createLog } from "./ui/log";
import { createNativePrompts } from "./ui/prompts/nativePrompts";
import { reportError } from "./ui/notify";
import { createSettings } from "./ui/settings";

const dayMs = 24 * 60 * 60 * 1000;

/** Puts the parts together. Nothing is read or sent before a view is shown or a command runs: see `start`. */
export function activate(context: vscode.ExtensionContext): void {
  const parts = new DisposableStore();
  // One entry: VS Code would dispose several front to back.
  context.subscriptions.push(parts);
  const storage = (name: string) => vscode.Uri.joinPath(context.globalStorageUri, name).fsPath;

  // What everything else talks to
  const log = parts.add(createLog());
  const settings = createSettings(log);
  const setContext = createContextKeys();
  const prompts = createNativePrompts();

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
      promptMfa: (serial, profile) => askMfaCode(prompts, serial, profile),
      sandboxAccess: () => sandbox.access(),
      endpointUrls: settings.endpointUrls.get,
    }),
  );
  const store = parts.add(createStore());
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
    parts.add(announceInterrupted({ operations, kinds, log, clock, prompts }));
    const shown = connections.start().catch((error: unknown) => reportError(log, error));
    await operations.open();
    await shown;
  });
  const commands = parts.add(createCommands(log, start));
  const cloud = { kinds, sandbox, sessions, store, sync, operations };
  const core = { ...cloud, log, clock, prompts, clipboard: vscode.env.clipboard, settings, setContext, start };
  const connections = parts.add(registerConnections(commands, core));
  const instances = parts.add(registerInstances(commands, core));
  parts.add(registerStatus(core));
  registerSandbox(commands, core);
  const pages = { ...core, extensionUri: context.extensionUri, memory: context.globalState, reveal: instances.reveal };
  const version = (context.extension.packageJSON as { readonly version: string }).version;
  parts.add(registerActivity(commands, { ...pages, version }));
  const continueInWizard = (request: Parameters<typeof wizard.run>[0]) =>
    void wizard.run(request).catch((error: unknown) => reportError(log, error));
  const form = parts.add(registerCreateForm(commands, { ...pages, continueInWizard }));
  const details = parts.add(registerDetails(commands, pages));
  const wizard = registerCreateWizard(commands, { ...pages, select: instances.select, openForm: form.open });
  registerRecreateCommands(commands, { ...core, form, details });
  registerChangeCommands(commands, { ...core, wizard, deleteConfirmation: settings.deleteConfirmation.get });
  commands.registerCommand("showLog", () => log.show());
}
