/**
 * A page of ours in a browser of its own, as VS Code serves it: the same scaffold, policy and script, with a stand-in for
 * `acquireVsCodeApi`. The host's side is whatever the test gives. Quicker than a workbench, and just as strict.
 */
import { resolve } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import type { PageName } from "../../src/ui/page/restorePages";
import { pageHtml } from "../../src/ui/page/pageHtml";
import { ping } from "../../src/ui/page/protocol/channel";
import { themeVariables, type PageTheme } from "./pageThemes";

export interface StandaloneOptions {
  readonly page: PageName;
  readonly theme?: PageTheme;
  readonly width?: number;
  /** The host's side: a message of the page, and how to answer it. */
  readonly receive: (data: unknown, post: (message: unknown) => void) => void;
}

export interface StandalonePage {
  readonly page: Page;
  readonly post: (message: unknown) => void;
  /** What the policy blocked: directive and what it was. */
  readonly violations: readonly string[];
  /** What the script threw or logged as an error. */
  readonly errors: readonly string[];
  /** From now on nobody answers. */
  readonly loseHost: () => void;
  /** What the page keeps for the next window. */
  readonly savedState: () => Promise<unknown>;
}

const origin = "http://page.invalid";
const media = resolve(__dirname, "../../media");

export async function openStandalonePage(browser: Browser, options: StandaloneOptions): Promise<StandalonePage> {
  const files = await bundle(options.page);
  const context = await browser.newContext({
    viewport: { width: options.width ?? 900, height: 900 },
    // The words are English wherever the reader is, and so are the numbers.
    locale: "de-DE",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const violations: string[] = [];
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.route("**/*", (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const file = files.get(name);
    return file ? route.fulfill(file) : route.abort();
  });
  // As VS Code does it: a message event from the frame around the page.
  const post = (message: unknown) =>
    void page.evaluate((data) => window.postMessage(data, "*"), message).catch(() => {});
  let isHostLost = false;
  const postWhileThere = (message: unknown) => (isHostLost ? undefined : post(message));
  await page.exposeFunction("toHost", (data: unknown) => {
    if (isHostLost) return;
    if (ping.safeParse(data).success) post({ type: "pong" });
    else options.receive(data, postWhileThere);
  });
  await page.exposeFunction("reportViolation", (text: string) => violations.push(text));
  // tsx names functions with a helper that the browser does not have.
  await page.addInitScript({ content: "globalThis.__name ??= (named) => named;" });
  await page.addInitScript(standIn, {
    theme: themeVariables(options.theme ?? "dark"),
    className: options.theme ?? "dark",
  });
  await page.goto(`${origin}/index.html`);
  return {
    page,
    violations,
    errors,
    post,
    loseHost: () => void (isHostLost = true),
    savedState: () => page.evaluate(() => (window as unknown as { savedState: unknown }).savedState),
  };
}

async function bundle(page: PageName) {
  const { outputFiles } = await build({
    entryPoints: [resolve(media, "pages.ts"), resolve(media, `${page}.css`)],
    outdir: "out",
    bundle: true,
    write: false,
    format: "iife",
    target: "es2023",
    logLevel: "silent",
  });
  const text = (extension: string) => outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? "";
  const html = pageHtml({
    page,
    title: "Test",
    cspSource: origin,
    scriptUri: `${origin}/page.js`,
    styleUri: `${origin}/page.css`,
    nonce: "dGVzdA==",
  });
  return new Map([
    ["index.html", { contentType: "text/html; charset=utf-8", body: html }],
    ["page.js", { contentType: "text/javascript", body: text(".js") }],
    ["page.css", { contentType: "text/css", body: text(".css") }],
  ]);
}

/** Runs in the page before its own script. */
function standIn({ theme, className }: { theme: Readonly<Record<string, string>>; className: string }): void {
  const scope = window as unknown as Record<string, unknown> & {
    toHost: (data: unknown) => void;
    reportViolation: (text: string) => void;
  };
  document.addEventListener("securitypolicyviolation", (event) => {
    scope.reportViolation(`${event.violatedDirective} ${event.blockedURI}`);
  });
  scope.acquireVsCodeApi = () => ({
    postMessage: (data: unknown) => scope.toHost(data),
    getState: () => scope.savedState,
    setState: (state: unknown) => (scope.savedState = state),
  });
  document.addEventListener("DOMContentLoaded", () => {
    document.body.className = `vscode-${className}`;
    for (const [name, value] of Object.entries(theme)) document.documentElement.style.setProperty(name, value);
  });
}
