// Runs the host suite and writes its totals: node --import tsx test/vscode/runHostCli.ts TOTALS_FILE [FILTER]
import { writeFileSync } from "node:fs";
import { runHostTests } from "./runHost";

const [totalsFile, filter = ""] = process.argv.slice(2);

runHostTests(filter).then(
  (results) => {
    if (totalsFile) writeFileSync(totalsFile, JSON.stringify({ "test/host": results }));
    process.exitCode = results.failed > 0 || results.passed === 0 ? 1 : 0;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
