import * as vscode from "vscode";
import type { Disposable } from "../../core/disposable";
import { UserError } from "../../core/errors";
import type { Log } from "../../core/log";
import { connectionKey, type Connection } from "../../instances/connection";
import type { Commands } from "../../ui/commands";
import type { DetailsView } from "../../ui/openers";
import type { TreeNode } from "../../ui/tree/nodes";
import { reportError } from "../../ui/notify";
import { targetInstance, type TargetDeps } from "../../ui/instance/pick";
import { openPage, type Page } from "../../ui/page/page";
import { DetailsController, type DetailsDeps } from "./controller";

export interface DetailsViewDeps extends DetailsDeps, Omit<TargetDeps, keyof DetailsDeps> {
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
  /** Shows an instance in the Instances view. */
  readonly reveal: (node: TreeNode) => PromiseLike<unknown>;
}

/** Details pages as editor tabs, one for each instance, and the command that opens them. */
export function registerDetails(
  commands: Pick<Commands, "registerCommand">,
  deps: DetailsViewDeps,
): DetailsView & Disposable {
  const open = new Map<string, { readonly page: Page; readonly session: DetailsController }>();

  function show(connection: Connection, kindId: string, id: string, focus?: "failure"): Promise<void> {
    const kind = deps.kinds.get(kindId);
    if (!kind) throw new UserError(`This version does not know instances of kind "${kindId}".`);
    const key = [connectionKey(connection), kindId, id].join(" ");
    const existing = open.get(key);
    if (existing) {
      existing.page.reveal();
      if (focus) existing.session.focusFailure();
      return Promise.resolve();
    }
    const page = openPage({
      page: "details",
      title: "Details",
      extensionUri: deps.extensionUri,
      log: deps.log,
      receive: (data) => session.receive(data),
    });
    const host = {
      post: (message: object) => page.post(message),
      setTitle: (title: string) => page.setTitle(title),
      copy: (text: string) => vscode.env.clipboard.writeText(text),
      openUrl: (url: string) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
      run: (command: string, target?: TreeNode) => vscode.commands.executeCommand(`appInstances.${command}`, target),
      reveal: deps.reveal,
      reportError: (error: unknown) => reportError(deps.log, error),
    };
    const session = new DetailsController(deps, host, { connection, kind, id }, focus);
    open.set(key, { page, session });
    page.onDidDispose(() => {
      open.delete(key);
      session.dispose();
    });
    return Promise.resolve();
  }

  commands.registerCommand("showDetails", async (target) => {
    const { connection, kind, id } = await targetInstance(deps, target, { title: "Show details of an instance" });
    await show(connection, kind.id, id);
  });

  return {
    show,
    dispose: () => {
      for (const { page } of [...open.values()]) page.dispose();
    },
  };
}
