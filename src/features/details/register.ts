import type * as vscode from "vscode";
import type { Disposable } from "../../core/disposable";
import { UserError } from "../../core/errors";
import { connectionKey, connectionOfKey, type Connection } from "../../instances/connection";
import type { OperationRecord } from "../../operations/operationRecord";
import type { Commands } from "../../ui/commands";
import type { DetailsView } from "../../ui/openers";
import { targetInstance, type TargetDeps } from "../../ui/instance/pick";
import { onFocusedRow, type FocusedRow } from "../../ui/tree/focusedRow";
import type { TreeNode } from "../../ui/tree/nodes";
import type { KeepsFocus } from "../../ui/tree/treeRow";
import { openPage, type Page } from "../../ui/page/page";
import { createPageHost, type PageHostDeps } from "../../ui/page/pageHost";
import { detailsState, type ToDetails } from "../../ui/page/protocol/details";
import { DetailsController, type DetailsDeps, type DetailsHost, type DetailsSubject } from "./controller";

export interface DetailsViewDeps extends DetailsDeps, PageHostDeps, Omit<TargetDeps, keyof DetailsDeps> {
  readonly extensionUri: vscode.Uri;
  readonly instances: FocusedRow<TreeNode>;
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

  function openDetailsPage({ panel, keepsFocus }: KeepsFocus & { panel?: vscode.WebviewPanel } = {}): Page {
    const page: Page = openPage({
      page: "details",
      title: "Details",
      extensionUri: deps.extensionUri,
      log: deps.log,
      panel,
      keepsFocus,
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

  function open(
    connection: Connection,
    kindId: string,
    id: string,
    { focus, keepsFocus = false }: KeepsFocus & { readonly focus?: "failure" | undefined } = {},
  ): Promise<void> {
    const kind = deps.kinds.get(kindId);
    if (!kind) throw new UserError(`This version does not know instances of kind "${kindId}".`);
    const subject = { connection, kind, id };
    const existing = [...tabs.values()].find(({ key }) => key === keyOf(subject));
    if (existing) {
      existing.page.reveal({ keepsFocus });
      if (focus) existing.controller.focusFailure();
      return Promise.resolve();
    }
    const preview = [...tabs.values()].find(({ isPinned }) => !isPinned);
    fill(preview?.page ?? openDetailsPage({ keepsFocus }), subject, { isPinned: false, ...(focus && { focus }) });
    preview?.page.reveal({ keepsFocus });
    return Promise.resolve();
  }

  function restore(panel: vscode.WebviewPanel, kept: unknown): Promise<void> {
    const parsed = detailsState.safeParse(kept);
    const connection = parsed.success ? connectionOfKey(parsed.data.connection) : undefined;
    const kind = parsed.success ? deps.kinds.get(parsed.data.kind) : undefined;
    if (parsed.success && connection && kind) {
      const { id, isPinned } = parsed.data;
      fill(openDetailsPage({ panel }), { connection, kind, id }, { isPinned });
    } else panel.dispose();
    return Promise.resolve();
  }

  const showDetails = async (target: unknown, options?: KeepsFocus) => {
    const { connection, kind, id } = await targetInstance(deps, target, { title: "Show details of an instance" });
    await open(connection, kind.id, id, options);
  };
  // Enter has had it shown by then, as a click does: who pressed it goes to it.
  const goToDetails = onFocusedRow(deps.instances, "showDetails", showDetails);
  commands.registerCommand("showDetails", (target, options) =>
    isKeepingFocus(options) ? showDetails(target, options) : goToDetails(target),
  );

  return {
    show: (connection, kind, id, focus) => open(connection, kind, id, { focus }),
    restore,
    dispose: () => {
      for (const page of [...tabs.keys()]) page.dispose();
    },
  };
}

function isKeepingFocus(options: unknown): options is KeepsFocus {
  return typeof options === "object" && options !== null && "keepsFocus" in options && options.keepsFocus === true;
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
