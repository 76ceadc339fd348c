import type * as vscode from "vscode";
import type { Disposable } from "../../core/disposable";
import { UserError } from "../../core/errors";
import { connectionKey, type Connection } from "../../instances/connection";
import type { Commands } from "../../ui/commands";
import type { DetailsView } from "../../ui/openers";
import { targetInstance, type TargetDeps } from "../../ui/instance/pick";
import { openPage, type Page } from "../../ui/page/page";
import { createPageHost, type PageHostDeps } from "../../ui/page/pageHost";
import type { ToDetails } from "../../ui/page/protocol";
import { DetailsController, type DetailsDeps } from "./controller";

export interface DetailsViewDeps extends DetailsDeps, PageHostDeps, Omit<TargetDeps, keyof DetailsDeps> {
  readonly extensionUri: vscode.Uri;
}

/** Details pages as editor tabs, one for each instance, and the command that opens them. */
export function registerDetails(
  commands: Pick<Commands, "registerCommand">,
  deps: DetailsViewDeps,
): DetailsView & Disposable {
  const open = new Map<string, { readonly page: Page; readonly controller: DetailsController }>();

  function show(connection: Connection, kindId: string, id: string, focus?: "failure"): Promise<void> {
    const kind = deps.kinds.get(kindId);
    if (!kind) throw new UserError(`This version does not know instances of kind "${kindId}".`);
    const key = [connectionKey(connection), kindId, id].join(" ");
    const existing = open.get(key);
    if (existing) {
      existing.page.reveal();
      if (focus) existing.controller.focusFailure();
      return Promise.resolve();
    }
    const page = openPage({
      page: "details",
      title: "Details",
      extensionUri: deps.extensionUri,
      log: deps.log,
      receive: (data) => controller.receive(data),
    });
    const controller = new DetailsController(
      deps,
      createPageHost<ToDetails>(page, deps),
      { connection, kind, id },
      focus,
    );
    open.set(key, { page, controller });
    page.onDidDispose(() => {
      open.delete(key);
      controller.dispose();
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
