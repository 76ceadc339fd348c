import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../../core/disposable";
import { Emitter, type Event } from "../../core/event";
import type { Log } from "../../core/log";
import { pageHtml } from "./pageHtml";
import { ping } from "./protocol/channel";
import type { KeepsFocus } from "../tree/treeRow";
import { viewTypeOf, type PageName } from "./restorePages";

export interface PageOptions {
  /** Names `dist/webview/<name>.css`. */
  readonly page: PageName;
  readonly title: string;
  readonly extensionUri: vscode.Uri;
  readonly log: Log;
  /** A tab that VS Code brought back with the window, to be used instead of a new one. */
  readonly panel?: vscode.WebviewPanel | undefined;
  /** The focus stays where it is. */
  readonly keepsFocus?: boolean | undefined;
  /** Parses and handles a message of the page; returns what is wrong with it. */
  readonly receive: (data: unknown) => string | undefined;
}

/** An editor tab with a page of ours in it. Closing the tab disposes it. */
export interface Page extends Disposable {
  setTitle(title: string): void;
  post(message: object): void;
  reveal(options?: KeepsFocus): void;
  /** It is the front tab of its group. */
  readonly isVisible: boolean;
  readonly onDidDispose: Event<void>;
}

export function openPage(options: PageOptions): Page {
  const root = vscode.Uri.joinPath(options.extensionUri, "dist", "webview");
  const panel =
    options.panel ??
    vscode.window.createWebviewPanel(viewTypeOf(options.page), options.title, {
      viewColumn: vscode.ViewColumn.Active,
      preserveFocus: options.keepsFocus ?? false,
    });
  panel.iconPath = {
    light: vscode.Uri.joinPath(options.extensionUri, "media", "tab-light.svg"),
    dark: vscode.Uri.joinPath(options.extensionUri, "media", "tab-dark.svg"),
  };
  // The page is built anew whenever its tab is shown again, so what it shows is kept by the host, not in a hidden frame.
  panel.webview.options = {
    enableScripts: true,
    enableForms: true,
    enableCommandUris: false,
    localResourceRoots: [root],
  };

  const lifetime = new DisposableStore();
  const disposed = lifetime.add(new Emitter<void>());
  lifetime.add(
    panel.webview.onDidReceiveMessage((data: unknown) => {
      if (ping.safeParse(data).success) {
        void panel.webview.postMessage({ type: "pong" });
        return;
      }
      const wrong = options.receive(data);
      // The message itself may hold what must not be logged.
      if (wrong !== undefined) options.log.warn(`The ${options.page} page sent a message that was dropped: ${wrong}`);
    }),
  );
  panel.onDidDispose(() => {
    disposed.fire();
    lifetime.dispose();
  });
  panel.webview.html = pageHtml({
    page: options.page,
    title: options.title,
    cspSource: panel.webview.cspSource,
    scriptUri: panel.webview.asWebviewUri(vscode.Uri.joinPath(root, "pages.js")).toString(),
    styleUri: panel.webview.asWebviewUri(vscode.Uri.joinPath(root, `${options.page}.css`)).toString(),
    nonce: randomBytes(16).toString("base64"),
  });

  return {
    setTitle: (title) => {
      panel.title = title;
    },
    post: (message) => {
      // False for a page that is hidden or gone: it asks for everything when it is there again.
      if (!lifetime.isDisposed) void panel.webview.postMessage(message);
    },
    reveal: ({ keepsFocus = false } = {}) => panel.reveal(undefined, keepsFocus),
    get isVisible() {
      return !lifetime.isDisposed && panel.visible;
    },
    onDidDispose: disposed.event,
    dispose: () => {
      panel.dispose();
    },
  };
}
