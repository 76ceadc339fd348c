/**
 * A real VS Code to look at and to use as a person does. How to write a test with it:
 *
 *   test("a failed instance offers Recreate…", async (t) => {
 *     const workbench = await openWorkbench(t, { settings: { "appInstances.refreshIntervalSeconds": 0 } });
 *     await workbench.showView();                                  // our side bar
 *     await workbench.runCommand("Start Sandbox");                 // by its palette title
 *     const tree = workbench.tree("Instances");
 *     await tree.waitForRow("returns-emea", /CreateFailed/);       // label, description
 *     await tree.contextMenu("returns-emea", "Recreate…");         // right-click
 *     await workbench.webview().getByRole("button", { name: "Create" }).click();
 *     await workbench.dialog.press("Recreate");
 *     await workbench.notifications.waitFor("returns-emea is active.");
 *   });
 *
 * - Nothing sleeps: everything waits for what it needs, and `eventually(check)` asks again until a check passes.
 * - Each workbench has its own server, home, AWS files, settings and global storage; they vanish after the test.
 * - `openWindow()` opens a second window over the same server and storage; `close()` closes one as a person does;
 *   `killExtensionHost()` is the crash.
 * - When a test fails, `.artifacts/ui/` has its last picture and the server's output.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";
import type { Browser, BrowserContext, FrameLocator, Locator, Page } from "playwright-core";
import { launchBrowser } from "../vscode/browser";
import { startVsCodeServer, writeSettings, type VsCodeServer } from "../vscode/server";
import { eventually } from "./eventually";
import { ModalDialog } from "./pages/modalDialog";
import { Notifications } from "./pages/notifications";
import { QuickInput } from "./pages/quickInput";
import { TreeView } from "./pages/treeView";

export { eventually } from "./eventually";

export interface WorkbenchOptions {
  /** User settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Environment of the extension host. AWS_* of the machine never reach it. */
  readonly env?: Readonly<Record<string, string>>;
  /** Contents of `~/.aws/config` and `~/.aws/credentials`; the files are absent where nothing is given. */
  readonly awsConfig?: string;
  readonly awsCredentials?: string;
  /** The folder of the extension; the project itself when absent. */
  readonly extension?: string;
  /** Folders of extensions to have beside it. */
  readonly otherExtensions?: readonly string[];
  /** An extensions folder that was filled beforehand, instead of `extension`. */
  readonly extensionsDirectory?: string;
  /** Settings that come with the opened folder. */
  readonly workspaceSettings?: Readonly<Record<string, unknown>>;
  /** True: the workspace is not trusted until somebody says so. */
  readonly restrictedMode?: boolean;
  readonly theme?: Theme;
  readonly size?: { readonly width: number; readonly height: number };
}

export type Theme = "light" | "dark" | "highContrast" | "highContrastLight";

const themes: Record<Theme, string> = {
  light: "Default Light Modern",
  dark: "Default Dark Modern",
  highContrast: "Default High Contrast",
  highContrastLight: "Default High Contrast Light",
};

/** What a window and its pages say of themselves. */
const themeMarks: Record<Theme, { readonly window: string; readonly page: string }> = {
  light: { window: "vs", page: "vscode-light" },
  dark: { window: "vs-dark", page: "vscode-dark" },
  highContrast: { window: "hc-black", page: "vscode-high-contrast" },
  highContrastLight: { window: "hc-light", page: "vscode-high-contrast-light" },
};

const projectRoot = resolve(__dirname, "../..");
const artifacts = join(projectRoot, ".artifacts/ui");
/** The machine may be busy with other tests. */
const patienceMs = 30_000;

/** Opens a workbench that ends with the test. */
export async function openWorkbench(t: TestContext, options: WorkbenchOptions = {}): Promise<Workbench> {
  const host = await startHost(options);
  t.after(async () => {
    await host.keepEvidence(t.name);
    await host.stop();
  });
  return host.openWindow();
}

/** The same for scripts, which end it themselves. */
export async function openWorkbenchForScript(
  options: WorkbenchOptions = {},
): Promise<{ workbench: Workbench; stop: () => Promise<void> }> {
  const host = await startHost(options);
  return { workbench: await host.openWindow(), stop: () => host.stop() };
}

async function startHost(options: WorkbenchOptions): Promise<Host> {
  const directory = await mkdtemp(join(tmpdir(), "app-instances-ui-"));
  const home = join(directory, "home");
  const folder = join(directory, "workspace");
  await mkdir(join(home, ".aws"), { recursive: true });
  await mkdir(join(folder, ".vscode"), { recursive: true });
  if (options.workspaceSettings)
    await writeFile(join(folder, ".vscode/settings.json"), JSON.stringify(options.workspaceSettings));
  if (options.awsConfig !== undefined) await writeFile(join(home, ".aws/config"), options.awsConfig);
  if (options.awsCredentials !== undefined) await writeFile(join(home, ".aws/credentials"), options.awsCredentials);
  const server = await startVsCodeServer({
    directory,
    ...(options.extensionsDirectory
      ? { extensionsDirectory: options.extensionsDirectory }
      : { extensions: [options.extension ?? projectRoot, ...(options.otherExtensions ?? [])] }),
    env: { AWS_EC2_METADATA_DISABLED: "true", ...options.env },
    settings: { "workbench.colorTheme": themes[options.theme ?? "dark"], ...options.settings },
    workspaceTrust: options.restrictedMode ?? false,
  });
  const browser = await launchBrowser();
  const context = await browser.newContext({
    viewport: options.size ?? { width: 1280, height: 800 },
    permissions: ["clipboard-read", "clipboard-write"],
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(patienceMs);
  return new Host(server, browser, context, folder);
}

/** A server with a browser: the windows of one person on one machine. */
class Host {
  readonly #windows: Workbench[] = [];

  constructor(
    readonly server: VsCodeServer,
    readonly browser: Browser,
    readonly context: BrowserContext,
    readonly folder: string,
  ) {}

  async openWindow(): Promise<Workbench> {
    const before = new Set(this.server.extensionHosts());
    const page = await this.context.newPage();
    await page.goto(this.server.pageUrl({ folder: this.folder }));
    await page.locator(".monaco-workbench .activitybar").waitFor();
    const pid = await eventually(() => {
      const started = this.server.extensionHosts().find((candidate) => !before.has(candidate));
      if (started === undefined) throw new Error("The window has no extension host.");
      return started;
    });
    const workbench = new Workbench(this, page, pid);
    this.#windows.push(workbench);
    return workbench;
  }

  /** A picture of every window and what the server said, for tests that failed. */
  async keepEvidence(testName: string): Promise<void> {
    const name = fileName(testName);
    await mkdir(artifacts, { recursive: true });
    for (const [index, window] of this.#windows.entries()) {
      if (!window.page.isClosed())
        await window.page
          .screenshot({ path: join(artifacts, `${name}-end-${index + 1}.png`), timeout: 5000 })
          .catch(() => {});
    }
    await writeFile(join(artifacts, `${name}-server.log`), `${this.server.output()}\n${await this.extensionLogs()}`);
  }

  /** What the extension wrote to its output channel, and its host to the host's log. */
  async extensionLogs(): Promise<string> {
    const logs = join(this.server.directory, "server/data/logs");
    const names = await readdir(logs, { recursive: true }).catch(() => []);
    const ours = names.filter((name) => /(app-instances-for-aws.*|exthost\d*\/remoteexthost)\.log$/.test(name));
    const texts = ours.map(async (name) => `== ${name}\n${await readFile(join(logs, name), "utf8")}`);
    return (await Promise.all(texts)).join("\n");
  }

  async stop(): Promise<void> {
    await this.browser.close().catch(() => {});
    await this.server.stop();
    await rm(this.server.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** One window. */
export class Workbench {
  readonly quickInput: QuickInput;
  readonly notifications: Notifications;
  readonly dialog: ModalDialog;
  readonly #host: Host;
  #extensionHostPid: number;

  constructor(
    host: Host,
    readonly page: Page,
    extensionHostPid: number,
  ) {
    this.#host = host;
    this.#extensionHostPid = extensionHostPid;
    this.quickInput = new QuickInput(page);
    this.notifications = new Notifications(page);
    this.dialog = new ModalDialog(page);
  }

  /** HOME of the extension host; the AWS files lie in `.aws` below it. */
  get home(): string {
    return this.#host.server.home;
  }

  /** What `context.globalStorageUri` points to. */
  get globalStorage(): string {
    return join(this.#host.server.globalStorage, "app-instances.app-instances-for-aws");
  }

  /** Where `appInstances.*` settings of this machine are kept. */
  get settingsFile(): string {
    return this.#host.server.settingsFiles.machine;
  }

  get extensionHostPid(): number {
    return this.#extensionHostPid;
  }

  /** What the extension wrote to its log so far, and its host beside it. */
  async logs(): Promise<string> {
    return this.#host.extensionLogs();
  }

  /** Adds user settings while VS Code runs. */
  async changeSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await writeSettings(this.#host.server.settingsFiles, settings);
  }

  /** By the folder's settings, which VS Code watches: a question that is open stays open. */
  async wear(theme: Theme): Promise<void> {
    const settings = join(this.#host.folder, ".vscode/settings.json");
    await writeFile(settings, JSON.stringify({ "workbench.colorTheme": themes[theme] }));
    const { window, page } = themeMarks[theme];
    await this.page.locator(`.monaco-workbench.${window}`).waitFor();
    if ((await this.page.locator("iframe.webview.ready:visible").count()) > 0)
      await this.webview().locator(`body[data-vscode-theme-kind="${page}"]`).waitFor();
  }

  /** Opens the App Instances side bar. */
  async showView(): Promise<void> {
    const tab = this.page.locator('.activitybar [role="tab"]', {
      has: this.page.locator('.action-label[aria-label^="App Instances"]'),
    });
    await tab.waitFor();
    const { root } = this.tree("Instances");
    // A window that comes back shows its side bar by itself, and a click on the tab of what is shown hides it.
    await eventually(async () => {
      if (!(await root.isVisible())) await tab.click();
      await root.waitFor({ timeout: 2_000 });
    });
  }

  /** Drags the edge of the side bar until it is that wide. */
  async setSideBarWidth(width: number): Promise<void> {
    const bar = this.page.locator(".part.sidebar");
    const boxNow = async () => {
      const box = await bar.boundingBox();
      if (!box) throw new Error("There is no side bar.");
      return box;
    };
    const box = await boxNow();
    const y = box.y + box.height / 2;
    await this.page.mouse.move(box.x + box.width, y);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + width, y, { steps: 5 });
    await this.page.mouse.up();
    await this.page.mouse.move(0, 0);
    await eventually(async () => {
      const { width: now } = await boxNow();
      if (Math.abs(now - width) > 4) throw new Error(`The side bar is ${now} wide.`);
    });
  }

  /** A command by its title; "App Instances: " is added where no category is given. */
  async runCommand(title: string): Promise<void> {
    await this.quickInput.runCommand(title);
  }

  tree(title: string): TreeView {
    return new TreeView(this.page, title);
  }

  /** The page inside the webview editor that is showing. */
  webview(): FrameLocator {
    return this.page
      .locator("iframe.webview.ready:visible")
      .last()
      .contentFrame()
      .locator("iframe#active-frame")
      .contentFrame();
  }

  /** Titles of the open editors of the active group. */
  async editorTitles(): Promise<readonly string[]> {
    return (await this.page.locator(".editor-group-container.active .tab .label-name").allInnerTexts()).map((title) =>
      title.trim(),
    );
  }

  editorTab(title: string | RegExp): Locator {
    return this.page.locator(".tab", { hasText: title });
  }

  statusBarItem(text: string | RegExp): Locator {
    return this.page.locator(".statusbar-item", { hasText: text });
  }

  async clipboard(): Promise<string> {
    return this.page.evaluate<string>("navigator.clipboard.readText()");
  }

  /** Saves a picture of the window under `.artifacts/ui/` and returns its path. */
  async screenshot(name: string): Promise<string> {
    const path = join(artifacts, `${fileName(name)}.png`);
    await this.page.screenshot({ path, animations: "disabled" });
    return path;
  }

  /** Loads the window anew, with a new extension host. */
  async reload(): Promise<void> {
    const before = new Set(this.#host.server.extensionHosts());
    await this.page.reload();
    await this.page.locator(".monaco-workbench .activitybar").waitFor();
    await this.#adoptExtensionHost(before);
  }

  /** The same by VS Code's own command: it writes what it keeps before it goes. */
  async reloadWindow(): Promise<void> {
    const before = new Set(this.#host.server.extensionHosts());
    const loaded = this.page.waitForEvent("load");
    await this.quickInput.runCommand("Developer: Reload Window");
    await loaded;
    await this.page.locator(".monaco-workbench .activitybar").waitFor();
    await this.#adoptExtensionHost(before);
  }

  /** Another window of the same person: same server, same storage. */
  async openWindow(): Promise<Workbench> {
    return this.#host.openWindow();
  }

  /** Closes the window as a person does, and waits until its extension host has ended. */
  async close(): Promise<void> {
    const closed = this.page.waitForEvent("close");
    // As from its tab: VS Code then says goodbye to the server.
    await this.page.close({ runBeforeUnload: true });
    await closed;
    await eventually(() => {
      if (this.#host.server.extensionHosts().includes(this.#extensionHostPid))
        throw new Error("The extension host outlived its window.");
    });
  }

  /** SIGKILL: nothing of the extension runs any more. VS Code starts a new host by itself; `adoptExtensionHost` waits for it. */
  killExtensionHost(): void {
    process.kill(this.#extensionHostPid, "SIGKILL");
  }

  /** Waits until VS Code has replaced the extension host that was killed. */
  async adoptExtensionHost(): Promise<void> {
    await this.#adoptExtensionHost(new Set([this.#extensionHostPid]));
  }

  async #adoptExtensionHost(before: ReadonlySet<number>): Promise<void> {
    this.#extensionHostPid = await eventually(() => {
      const started = this.#host.server.extensionHosts().find((candidate) => !before.has(candidate));
      if (started === undefined) throw new Error("VS Code has not started another extension host.");
      return started;
    });
  }
}

function fileName(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 80);
}
