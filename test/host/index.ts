/** Runs in the extension host: VS Code calls `run` and takes a rejection for a failed run. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import { version } from "vscode";
import { suiteStart } from "./suiteStart";

/** What the test run that started this host reads afterwards. */
export interface HostResults {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** The text of each failure. */
  readonly failures: readonly string[];
}

export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 30_000, color: false, reporter: "spec" });
  const filter = process.env.APP_INSTANCES_TEST_FILTER ?? "";
  const files = readdirSync(__dirname).filter((name) => name.endsWith(".test.js") && name.includes(filter));
  for (const name of files) mocha.addFile(join(__dirname, name));
  // eslint-disable-next-line no-console -- the host's console is where a run is read
  console.log(`${suiteStart} VS Code ${version}, Node ${process.version}, ${files.length} files`);
  const failures: string[] = [];
  const results = await new Promise<HostResults>((done) => {
    const runner = mocha.run(() => {
      const stats = runner.stats;
      done({ passed: stats?.passes ?? 0, failed: stats?.failures ?? 1, skipped: stats?.pending ?? 0, failures });
    });
    runner.on("fail", (test, error: Error) =>
      failures.push(`✖ ${test.fullTitle()}\n    ${error.stack ?? error.message}`),
    );
  });
  const path = process.env.APP_INSTANCES_HOST_RESULTS;
  if (path) writeFileSync(path, JSON.stringify(results));
  if (results.failed > 0) throw new Error(`${results.failed} tests failed in the extension host.`);
  if (results.passed === 0) throw new Error("No test ran in the extension host.");
}
