/** The commands of the extension, without its prefix, but for those that create a kind. A test holds them equal to package.json. */
export const commandIds = [
  "addConnection",
  "cancelOperation",
  "checkPrerequisites",
  "clearCompleted",
  "clearFilter",
  "continueSearch",
  "copyArn",
  "copyCreateCommand",
  "copyId",
  "copyReport",
  "copyRequestId",
  "createConfigFile",
  "createLikeThis",
  "createWithForm",
  "delete",
  "discardOperation",
  "edit",
  "editTags",
  "filterActivity",
  "filterInstances",
  "groupBy",
  "loadAll",
  "loadMore",
  "notifyWhenSettled",
  "openConfigFile",
  "openInConsole",
  "openTerminal",
  "openWebApp",
  "recreate",
  "refresh",
  "refreshConnection",
  "refreshInstance",
  "removeConnection",
  "resetSandbox",
  "resumeOperation",
  "showDetails",
  "showFailure",
  "showInInstances",
  "showLog",
  "showOperation",
  "signIn",
  "sortBy",
  "startSandbox",
  "stopFollowing",
  "stopSandbox",
  "stopSearch",
] as const;

/** The command that creates a kind is the kind's: `createSupplyChainInstance`. */
export type CreateCommandId = `create${string}`;

export type CommandId = (typeof commandIds)[number] | CreateCommandId;

/** As VS Code knows it. */
export type FullCommandId = `appInstances.${CommandId}`;

/** Brings one of our views to the front. */
export type FocusCommand = `appInstances.${"instances" | "activity"}.focus`;

const prefix = "appInstances.";

/** Of commands as VS Code knows them: those of package.json. */
export function ownCommandIds(commands: readonly string[]): readonly CommandId[] {
  return commands.flatMap((command) => (command.startsWith(prefix) ? [command.slice(prefix.length) as CommandId] : []));
}

/** Undefined for what is not one of ours: a view's, or VS Code's. */
export function ownCommandId(command: string): CommandId | undefined {
  return commandIds.find((id) => command === `${prefix}${id}`);
}
