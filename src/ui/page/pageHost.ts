import type { FullCommandId } from "../../core/commandIds";
import * as vscode from "vscode";
import type { Log } from "../../core/log";
import { reportError } from "../notify";
import type { TreeNode } from "../tree/nodes";
import type { Page } from "./page";
import type { PageHost } from "./pageActions";
import type { VisiblePages } from "./visiblePages";

export interface PageHostDeps {
  readonly log: Log;
  /** Hears what each page is about. */
  readonly visiblePages: VisiblePages;
  /** Shows an instance in the Instances view. */
  readonly reveal: (node: TreeNode) => PromiseLike<unknown>;
}

/** VS Code as the host's side of a page sees it. */
export function createPageHost<M extends object>(page: Page, { log, reveal }: PageHostDeps): PageHost<M> {
  return {
    post: (message) => page.post(message),
    setTitle: (title) => page.setTitle(title),
    close: () => page.dispose(),
    copy: (text) => vscode.env.clipboard.writeText(text),
    openUrl: (url) => vscode.env.openExternal(vscode.Uri.parse(url, true)),
    run: (command, target) => vscode.commands.executeCommand(`appInstances.${command}` satisfies FullCommandId, target),
    reveal,
    reportError: (error) => reportError(log, error),
  };
}
