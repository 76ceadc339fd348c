import type * as vscode from "vscode";
import type { Disposable } from "../../core/disposable";
import type { OperationRecord } from "../../operations/operationRecord";
import { openPage, type Page } from "../../ui/page/page";
import { createPageHost, type PageHostDeps } from "../../ui/page/pageHost";
import { operationState, type ToOperation } from "../../ui/page/protocol/operation";
import { OperationController, type OperationPageDeps } from "./operationController";

export interface OperationPagesDeps extends OperationPageDeps, PageHostDeps {
  readonly extensionUri: vscode.Uri;
}

export interface OperationPages extends Disposable {
  show(record: OperationRecord, panel?: vscode.WebviewPanel): void;
  /** Brings back a tab after the window was reloaded; `state` is what the page kept. */
  restore(panel: vscode.WebviewPanel, state: unknown): Promise<void>;
  /** Nothing happens when it is no longer in the journal. */
  showById(id: string): void;
}

/** Pages of operations as editor tabs, one for each. */
export function createOperationPages(deps: OperationPagesDeps): OperationPages {
  const open = new Map<string, Page>();
  function show(record: OperationRecord, panel?: vscode.WebviewPanel): void {
    const existing = open.get(record.id);
    if (existing) {
      // A tab that VS Code brings back when it is shown may be of one that was opened meanwhile.
      panel?.dispose();
      existing.reveal();
      return;
    }
    const page = openPage({
      page: "operation",
      title: "Operation",
      extensionUri: deps.extensionUri,
      log: deps.log,
      panel,
      receive: (data) => controller.receive(data),
    });
    const controller = new OperationController(deps, createPageHost<ToOperation>(page, deps), record);
    open.set(record.id, page);
    deps.visiblePages.add(page, ({ id }) => id === record.id);
    page.onDidDispose(() => {
      open.delete(record.id);
      controller.dispose();
    });
  }

  return {
    show,
    restore(panel, kept) {
      const parsed = operationState.safeParse(kept);
      const record = parsed.success ? deps.operations.get(parsed.data.operationId) : undefined;
      if (record) show(record, panel);
      else panel.dispose();
      return Promise.resolve();
    },
    showById(id) {
      const record = deps.operations.get(id);
      if (record) show(record);
    },
    dispose() {
      for (const page of [...open.values()]) page.dispose();
    },
  };
}
