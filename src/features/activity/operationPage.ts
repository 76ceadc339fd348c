import type * as vscode from "vscode";
import type { Disposable } from "../../core/disposable";
import type { OperationRecord } from "../../operations/operationRecord";
import { openPage, type Page } from "../../ui/page/page";
import { createPageHost, type PageHostDeps } from "../../ui/page/pageHost";
import type { ToOperation } from "../../ui/page/protocol";
import { OperationController, type OperationPageDeps } from "./operationController";

export interface OperationPagesDeps extends OperationPageDeps, PageHostDeps {
  readonly extensionUri: vscode.Uri;
}

export interface OperationPages extends Disposable {
  show(record: OperationRecord): void;
}

/** Pages of operations as editor tabs, one for each. */
export function createOperationPages(deps: OperationPagesDeps): OperationPages {
  const open = new Map<string, Page>();
  return {
    show(record) {
      const existing = open.get(record.id);
      if (existing) {
        existing.reveal();
        return;
      }
      const page = openPage({
        page: "operation",
        title: "Operation",
        extensionUri: deps.extensionUri,
        log: deps.log,
        receive: (data) => controller.receive(data),
      });
      const controller = new OperationController(deps, createPageHost<ToOperation>(page, deps), record);
      open.set(record.id, page);
      page.onDidDispose(() => {
        open.delete(record.id);
        controller.dispose();
      });
    },
    dispose() {
      for (const page of [...open.values()]) page.dispose();
    },
  };
}
