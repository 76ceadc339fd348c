// `npm run campaign -- --runs N --seed S [--only FAULT] [--list-faults]`: lets everything go wrong around operations, thousands of
// times if you like, and looks whether each comes to the right end. See docs/campaign.md.
import { spawn } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const args = ["--import", "tsx", "test/crash/cli.ts", ...process.argv.slice(2)];
const child = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
child.on("exit", (code) => process.exit(code ?? 1));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
