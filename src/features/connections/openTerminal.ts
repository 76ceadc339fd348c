import { homedir } from "node:os";
import { delimiter } from "node:path";
import * as vscode from "vscode";
import type { SharedConfig } from "../../aws/profile";
import { UserError } from "../../core/errors";
import { connectionLabel, type Connection } from "../../instances/connection";
import { connectionOf } from "../../ui/instance/pick";
import { plain, type Prompts } from "../../ui/prompts/prompts";
import { nameText } from "../../ui/text/instanceText";
import { programFolders } from "./findProgram";
import { pickConnection } from "./removeConnection";
import { terminalEnvironment, type TerminalEnvironment } from "./terminalEnvironment";

export interface OpenTerminalDeps {
  readonly prompts: Prompts;
  readonly store: { readonly connections: readonly Connection[] };
  readonly loadConfig: () => Promise<SharedConfig>;
  readonly sandbox: {
    /** AWS files that have its profiles; undefined while it is stopped. */
    cliAccess(): Promise<{ readonly endpoint: string; readonly files: SharedConfig["files"] } | undefined>;
  };
}

/**
 * Open Terminal Here: what the AWS CLI does there, it does in the connection. Nothing is typed into it. It begins at home
 * and finds no program of the workspace: what is copied from us and pasted here is meant for the user's own AWS CLI.
 */
export async function openTerminal(deps: OpenTerminalDeps, target?: unknown): Promise<void> {
  const connection = connectionOf(target) ?? (await pickConnection(deps, "Open terminal"));
  const environment = await environmentOf(deps, connection);
  const path = (await programFolders(process.env.PATH ?? "", workspaceFolders())).join(delimiter);
  const label = plain(nameText(connectionLabel(connection)));
  const terminal = vscode.window.createTerminal({
    name: `AWS: ${label}`,
    message: `The AWS CLI works in ${label} here.`,
    cwd: homedir(),
    env: { ...environment, PATH: path },
    iconPath: new vscode.ThemeIcon(connection.source === "sandbox" ? "beaker" : "cloud"),
    isTransient: true,
  });
  terminal.show();
}

/** Paths of this machine. */
export function workspaceFolders(): readonly string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.fsPath);
}

async function environmentOf(deps: OpenTerminalDeps, connection: Connection): Promise<TerminalEnvironment> {
  if (connection.source === "sandbox") {
    const access = await deps.sandbox.cliAccess();
    if (!access)
      throw new UserError("The sandbox is not running.", {
        remedies: [{ title: "Start Sandbox", command: "appInstances.startSandbox" }],
      });
    const { endpoint, files } = access;
    const profile = { name: connection.profile, kind: "static", values: {} } as const;
    return terminalEnvironment({ connection, files, profile, endpoint });
  }
  const { files, profiles } = await deps.loadConfig();
  const profile = profiles.find(({ name }) => name === connection.profile);
  return terminalEnvironment({ connection, files, profile });
}
