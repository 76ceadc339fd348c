import { homedir } from "node:os";
import * as vscode from "vscode";
import { SignInRequiredError } from "../../aws/errors";
import { UserError } from "../../core/errors";
import { connectionKey, type Connection } from "../../instances/connection";
import type { InstanceStore } from "../../instances/store";
import { nameText } from "../../ui/text/instanceText";
import { plain, type Prompts } from "../../ui/prompts/prompts";
import { connectionOf } from "../../ui/instance/pick";
import { findProgram } from "./findProgram";
import { workspaceFolders } from "./openTerminal";
import { pickConnection } from "./removeConnection";
import { signInArguments, signInCommand } from "./signInCommand";

export interface SignInDeps {
  readonly prompts: Prompts;
  readonly store: Pick<InstanceStore, "connections" | "connectionState">;
  /** How the profile signs in, as its config says. */
  readonly methodOf: (profile: string) => Promise<SignInRequiredError["method"]>;
  /** Opens every connection of the profile anew. */
  readonly resume: (profile: string) => void;
}

const none = "No profile is connected yet, and the sandbox needs no sign-in.";

/** Runs the AWS CLI's own sign-in in a terminal, and opens the profile's connections again when it succeeded. */
export async function signIn(deps: SignInDeps, target?: unknown): Promise<void> {
  const connection = connectionOf(target) ?? (await pickConnection(deps, "Sign in to profile", isProfile, none));
  const { profile } = connection;
  const state = deps.store.connectionState(connectionKey(connection));
  const error = state?.status === "signedOut" ? state.error : undefined;
  const method = error instanceof SignInRequiredError ? error.method : await deps.methodOf(profile);
  if (method === "other") {
    throw new UserError(
      error instanceof Error
        ? error.message
        : `The profile ${profile} has no sign-in of its own: its credentials come from its config file.`,
      {
        remedies: [
          { title: "Retry", command: "appInstances.refreshConnection", args: [{ type: "connection", connection }] },
        ],
        isLoggable: true,
      },
    );
  }
  // Started as a program, not typed into a shell.
  const shellArgs = signInArguments(method, profile);
  const open = vscode.window.terminals.find((terminal) => isRunning(terminal, shellArgs));
  if (open) {
    open.show();
    return;
  }
  const { program, path } = await findCli(signInCommand(method, profile));
  const terminal = vscode.window.createTerminal({
    name: `Sign in: ${plain(nameText(profile))}`,
    shellPath: program,
    shellArgs,
    cwd: homedir(),
    env: { PATH: path },
    iconPath: new vscode.ThemeIcon("key"),
    isTransient: true,
  });
  const closed = vscode.window.onDidCloseTerminal((gone) => {
    if (gone !== terminal) return;
    closed.dispose();
    if (gone.exitStatus?.code === 0) deps.resume(profile);
  });
  terminal.show();
}

/** By what it runs: two names may look the same. */
function isRunning({ creationOptions, exitStatus }: vscode.Terminal, shellArgs: readonly string[]): boolean {
  if (exitStatus !== undefined || !("shellArgs" in creationOptions)) return false;
  return JSON.stringify(creationOptions.shellArgs) === JSON.stringify(shellArgs);
}

const installPage = "https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html";

async function findCli(command: string) {
  const found = await findProgram("aws", process.env.PATH ?? "", workspaceFolders());
  if (found) return found;
  throw new UserError(
    `Signing in needs the AWS CLI version 2, and there is none on PATH outside of the workspace. Get it from ${installPage}, or sign in where you have it.`,
    {
      remedies: [{ title: "Get the AWS CLI", command: "vscode.open", args: [installPage] }],
      copyable: { title: "Copy Command", text: command },
      isLoggable: true,
    },
  );
}

function isProfile(connection: Connection): boolean {
  return connection.source === "profile";
}
