import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "./core/disposable";
import type { InterruptedActions } from "./features/activity/announce";
import { discardEach, resumeEach } from "./features/activity/operationCommands";
import { registerActivityCommands, type ActivityCommandDeps } from "./features/activity/register";
import { registerChangeCommands } from "./features/change/register";
import { askMfaCode } from "./features/connections/mfa";
import { registerConnections, type ConnectionsDeps } from "./features/connections/register";
import { registerCreateForm, type CreateFormDeps, type RestorableForm } from "./features/createForm/register";
import { registerCreateWizard, type CreateWizardFeatureDeps } from "./features/createWizard/register";
import { registerDetails, type DetailsViewDeps } from "./features/details/register";
import { registerInstanceCommands, type InstanceCommandDeps } from "./features/instances/register";
import { registerPrerequisites } from "./features/prerequisites/register";
import { recreate } from "./features/recreate/recreate";
import { registerRecreateCommands } from "./features/recreate/register";
import { registerSandbox, type SandboxCommandDeps } from "./features/sandbox/register";
import type { Connection } from "./instances/connection";
import { registerWatch, type WatchCommandDeps } from "./features/status/registerWatch";
import type { Commands } from "./ui/commands";
import { reportError } from "./ui/notify";
import type { RestorePage } from "./ui/page/restorePages";
import { createNativePrompts } from "./ui/prompts/nativePrompts";
import { createConnectionReveal } from "./ui/tree/revealConnection";

/** What there is already. */
type Given = Omit<
  ActivityCommandDeps &
    ConnectionsDeps &
    CreateFormDeps &
    CreateWizardFeatureDeps &
    DetailsViewDeps &
    InstanceCommandDeps &
    SandboxCommandDeps &
    WatchCommandDeps,
  | "prompts"
  | "clipboard"
  | "reveal"
  | "revealConnection"
  | "select"
  | "continueInWizard"
  | "openForm"
  | "recreate"
  | "showOperation"
>;

export interface LoadedCommands extends InterruptedActions, Disposable {
  /** Asks for the code that an MFA device shows. */
  askMfaCode(serial: string, profile: string): Promise<string>;
  readonly restorePage: RestorePage;
}

/** Puts the parts together that come with the first command, and with the first question that is asked. */
export function registerCommands(commands: Pick<Commands, "registerCommand">, given: Given): LoadedCommands {
  const parts = new DisposableStore();
  const { instances, settings } = given;
  const prompts = createNativePrompts();
  const connectionReveal = parts.add(createConnectionReveal({ ...given, reveal: instances.reveal }));
  const revealConnection = (connection: Connection) => connectionReveal.reveal(connection);
  const core = { ...given, prompts, clipboard: vscode.env.clipboard, revealConnection };
  registerConnections(commands, core);
  registerInstanceCommands(commands, core);
  registerPrerequisites(commands, core);
  registerSandbox(commands, core);
  parts.add(registerWatch(commands, core));
  const pages = { ...core, reveal: instances.reveal };
  const operationPages = parts.add(registerActivityCommands(commands, pages));
  const continueInWizard = (request: Parameters<typeof wizard.run>[0]) =>
    void wizard.run(request).catch((error: unknown) => reportError(given.log, error));
  const form: RestorableForm = parts.add(
    registerCreateForm(commands, {
      ...pages,
      continueInWizard,
      recreate: (node) => recreate(recreating, node),
      showOperation: (id) => operationPages.showById(id),
    }),
  );
  const details = parts.add(registerDetails(commands, pages));
  const wizard = registerCreateWizard(commands, {
    ...pages,
    select: instances.select,
    openForm: (request) => form.open(request),
  });
  const recreating = { ...core, form, details };
  registerRecreateCommands(commands, recreating);
  registerChangeCommands(commands, { ...core, wizard, deleteConfirmation: settings.deleteConfirmation.get });
  const restorers = { form, details, operation: operationPages };
  return {
    resumeEach: (ids) => resumeEach(core, ids),
    discardEach: (ids) => discardEach(core, ids),
    restorePage: (page, panel, state) => restorers[page].restore(panel, state),
    askMfaCode: (serial, profile) => askMfaCode(prompts, serial, profile),
    dispose: () => parts.dispose(),
  };
}
