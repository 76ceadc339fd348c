/**
 * VS Code as @vscode/test-electron expects it: opens a window with the extension under development, has its host run the
 * test module, prints what the host prints, and ends with the run's exit code.
 */
import { writeSync } from "node:fs";
import { mkdtemp, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { format } from "node:util";
import { suiteStart } from "../host/suiteStart";
import { launchBrowser } from "./browser";
import { startVsCodeServer, type VsCodeServer } from "./server";

interface LaunchArguments {
  readonly extensionDevelopmentPath: string;
  readonly extensionTestsPath: string;
  readonly userDataDir?: string;
  readonly extensionsDir?: string;
  /** The folder to open. */
  readonly folder?: string;
  readonly isTrusted: boolean;
}

/** A run that says nothing more and does not end is stuck. */
const timeoutMs = Number(process.env.APP_INSTANCES_HOST_TIMEOUT_SECONDS ?? "300") * 1000;

/** From the end of a host to the window's word on its tests, at most: a busy machine takes seconds. */
const farewellMs = 15_000;

function parseArguments(argv: readonly string[]): LaunchArguments {
  const value = (name: string) => argv.find((argument) => argument.startsWith(`--${name}=`))?.slice(name.length + 3);
  const extensionDevelopmentPath = value("extensionDevelopmentPath");
  const extensionTestsPath = value("extensionTestsPath");
  if (!extensionDevelopmentPath || !extensionTestsPath)
    throw new Error("Needs --extensionDevelopmentPath=… and --extensionTestsPath=….");
  const userDataDir = value("user-data-dir");
  const extensionsDir = value("extensions-dir");
  const folder = argv.find((argument) => !argument.startsWith("-"));
  return {
    extensionDevelopmentPath: resolve(extensionDevelopmentPath),
    extensionTestsPath: resolve(extensionTestsPath),
    isTrusted: argv.includes("--disable-workspace-trust"),
    ...(userDataDir ? { userDataDir } : {}),
    ...(extensionsDir ? { extensionsDir } : {}),
    ...(folder ? { folder: resolve(folder) } : {}),
  };
}

async function main(): Promise<number> {
  const launch = parseArguments(process.argv.slice(2));
  const directory = launch.userDataDir ?? (await mkdtemp(join(tmpdir(), "app-instances-host-")));
  const folder = launch.folder ?? join(directory, "workspace");
  await mkdir(folder, { recursive: true });
  const server = await startVsCodeServer({
    directory,
    ...(launch.extensionsDir ? { extensionsDirectory: launch.extensionsDir } : {}),
    testDriver: true,
    workspaceTrust: !launch.isTrusted,
    env: ownEnvironment(),
    report: print,
  });
  try {
    return await runInWindow(server, launch, folder);
  } finally {
    await server.stop();
  }
}

/** What the caller handed over for the tests; the server leaves out everything else that could leak into them. */
function ownEnvironment(): Record<string, string> {
  const own = /^(AWS_|APP_INSTANCES_)/;
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      own.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );
}

async function runInWindow(server: VsCodeServer, launch: LaunchArguments, folder: string): Promise<number> {
  const browser = await launchBrowser();
  let watch: NodeJS.Timeout | undefined;
  try {
    const page = await browser.newPage();
    const settled = new Promise<number>((done) => {
      void page.exposeFunction("codeAutomationExit", (code: number) => done(code));
    });
    const output = new HostOutput();
    await page.exposeFunction("codeAutomationLog", (_type: string, args: readonly unknown[]) =>
      output.add(format(...args)),
    );
    const stuck = new Promise<number>((done) => {
      const deadline = Date.now() + timeoutMs;
      let hadHost = false;
      let goneAt: number | undefined;
      const look = () => {
        const hasHost = server.extensionHosts().length > 0;
        goneAt = hadHost && !hasHost ? (goneAt ?? Date.now()) : undefined;
        // A host that has run its tests ends before the window has said how they went.
        if (goneAt !== undefined && Date.now() - goneAt > farewellMs)
          fail("The extension host ended before its tests did.");
        else if (Date.now() > deadline)
          fail(`The extension host's tests did not end within ${timeoutMs / 1000} s; it was killed.`);
        else watch = setTimeout(look, 500);
        hadHost ||= hasHost;
      };
      const fail = (why: string) => {
        output.showAll();
        print(`${why}\n${server.output()}`);
        done(1);
      };
      look();
    });
    await page.goto(server.pageUrl(pageQuery(server.authority, launch, folder)));
    const code = await Promise.race([settled, stuck]);
    if (code !== 0) output.showAll();
    return code;
  } finally {
    clearTimeout(watch);
    await browser.close();
  }
}

function pageQuery(authority: string, launch: LaunchArguments, folder: string): Record<string, string> {
  const payload = [
    ["extensionDevelopmentPath", `vscode-remote://${authority}${launch.extensionDevelopmentPath}`],
    ["extensionTestsPath", `vscode-remote://${authority}${launch.extensionTestsPath}`],
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
  ];
  return { folder, payload: JSON.stringify(payload) };
}

/** Prints what the suite says as it comes, and what VS Code says while it starts only when the run fails. */
class HostOutput {
  readonly #held: string[] = [];
  #suiteHasStarted = false;

  add(text: string): void {
    this.#suiteHasStarted ||= text.includes(suiteStart);
    if (this.#suiteHasStarted) print(text);
    else this.#held.push(text);
  }

  showAll(): void {
    if (!this.#suiteHasStarted) print(this.#held.splice(0).join("\n"));
  }
}

/** Written at once: the process may end before a stream is flushed. */
function print(text: string): void {
  writeSync(1, `${text}\n`);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    print(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  },
);
