// Installs the host ahead of the tests that need it: node --import tsx test/vscode/installCli.ts
import { ensureVsCode } from "./install";

ensureVsCode((line) => process.stdout.write(`${line}\n`)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
