import type * as vscode from "vscode";
import type { Disposable } from "../../core/disposable";
import { UserError } from "../../core/errors";
import { connectionKey, connectionOfKey, type Connection } from "../../instances/connection";
import type { OperationRecord } from "../../operations/operationRecord";
import type { Commands } from "../../ui/commands";
import type { DetailsView } from "../../ui/openers";
import { targetInstance, type TargetDeps } from "../../ui/instance/pick";
import { openPage, type Page } from "../../ui/page/page";
import { createPageHost, type PageHostDeps } from "../../ui/page/pageHost";
import { detailsState, type ToDetails } from "../../ui/page/protocol/details";
import { DetailsController, type DetailsDeps, type DetailsHost, type DetailsSubject } from "./controller";

export interface DetailsViewDeps extends DetailsDeps, PageHostDeps, Omit<TargetDeps, keyof DetailsDeps> {
  readonly extensionUri: vscode.Uri;
}

/** The details, and what brings back the tab of some after the window was reloaded. */
export interface RestorableDetails extends DetailsView, Disposable {
  /** `state` is what the page kept. */
  restore(panel: vscode.WebviewPanel, state: unknown): Promise<void>;
}

/** A tab, and the instance that it shows. The one that is not pinned shows the next instance too, as an editor's preview does. */
interface DetailsTab {
  readonly page: Page;
  readonly key: string;
  readonly controller: DetailsController;
  isPinned: boolean;
}

/** Details pages as editor tabs, and the command that opens them: one for each instance that is kept open, and one for the others. */
export function registerDetails(commands: Pick<Commands, "registerCommand">, deps: DetailsViewDeps): RestorableDetails {
  const tabs = new Map<Page, DetailsTab>();

  function openDetailsPage(panel?: vscode.WebviewPanel): Page {
    const page: Page = openPage({
      page: "details",
      title: "Details",
      extensionUri: deps.extensionUri,
      log: deps.log,
      panel,
      receive: (data) => tabs.get(page)?.controller.receive(data),
    });
    page.onDidDispose(() => {
      tabs.get(page)?.controller.dispose();
      tabs.delete(page);
    });
    return page;
  }

  function fill(
    page: Page,
    subject: DetailsSubject,
    { isPinned, focus }: { isPinned: boolean; focus?: "failure" },
  ): void {
    tabs.get(page)?.controller.dispose();
    const host: DetailsHost = {
      ...createPageHost<ToDetails>(page, deps),
      isPinned: () => tabs.get(page)?.isPinned ?? isPinned,
      pin: () => {
        const tab = tabs.get(page);
        if (tab) tab.isPinned = true;
      },
    };
    const controller = new DetailsController(deps, host, subject, focus);
    tabs.set(page, { page, key: keyOf(subject), controller, isPinned });
    deps.visiblePages.add(page, (record) => subjectOf(record, deps) === keyOf(subject));
  }

  function show(connection: Connection, kindId: string, id: string, focus?: "failure"): Promise<void> {
    const kind = deps.kinds.get(kindId);
    if (!kind) throw new UserError(`This version does not know instances of kind "${kindId}".`);
    const subject = { connection, kind, id };
    const existing = [...tabs.values()].find(({ key }) => key === keyOf(subject));
    if (existing) {
      existing.page.reveal();
      if (focus) existing.controller.focusFailure();
      return Promise.resolve();
    }
    const preview = [...tabs.values()].find(({ isPinned }) => !isPinned);
    fill(preview?.page ?? openDetailsPage(), subject, { isPinned: false, ...(focus && { focus }) });
    preview?.page.reveal();
    return Promise.resolve();
  }

  function restore(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const parsed = detailsState.safeParse(kept);
    const connection = parsed.success ? connectionOfKey(parsed.data.connection) : undefined;
    const kind = parsed.success ? deps.kinds.get(parsed.data.kind) : undefined;
    if (parsed.success && connection && kind) {
      const { id, isPinned } = parsed.data;
      fill(openDetailsPage(panel), { connection, kind, id }, { isPinned });
    } else panel.dispose();
    return Promise.resolve();
  }

  commands.registerCommand("showDetails", async (target) => {
    const { connection, kind, id } = await targetInstance(deps, target, { title: "Show details of an instance" });
    await show(connection, kind.id, id);
  });

  return {
    show,
    restore,
    dispose: () => {
      for (const page of [...tabs.keys()]) page.dispose();
    },
  };
}

/** The instance that an operation has made, or works on. */
function subjectOf(
  { connection, kind, created, target }: Pick<OperationRecord, "connection" | "kind" | "created" | "target">,
  { kinds }: Pick<TargetDeps, "kinds">,
): string | undefined {
  const id = (created ?? target)?.id;
  const known = kinds.get(kind);
  return known && id !== undefined ? keyOf({ connection, kind: known, id }) : undefined;
}

function keyOf({ connection, kind, id }: DetailsSubject): string {
  return [connectionKey(connection), kind.id, id].join(" ");
}
