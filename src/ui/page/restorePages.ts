import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../../core/disposable";
import type { Log } from "../../core/log";
import { reportError } from "../notify";

export const pageNames = ["form", "details", "operation"] as const;
export type PageName = (typeof pageNames)[number];

export function viewTypeOf(page: PageName): string {
  return `appInstances.${page}`;
}

/** Fills a tab again; `state` is what its page kept. Closes it when it cannot. */
export type RestorePage = (page: PageName, panel: vscode.WebviewPanel, state: unknown) => Promise<void>;

/** Has VS Code bring the tabs of pages back after a reload of the window, or a crash of the extension host. */
export function restorePages(log: Log, restore: RestorePage): Disposable {
  const parts = new DisposableStore();
  for (const page of pageNames) {
    parts.add(
      vscode.window.registerWebviewPanelSerializer(viewTypeOf(page), {
        deserializeWebviewPanel: (panel, state) =>
          restore(page, panel, state).catch((error: unknown) => {
            panel.dispose();
            reportError(log, error);
          }),
      }),
    );
  }
  return parts;
}
