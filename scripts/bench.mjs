// `npm run bench -- [--json FILE]`: measurements of the production build.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const json = process.argv.slice(2);

run(["esbuild.js", "--production"]);
run(["--import", "tsx", "test/bench/bench.ts", ...json]);

function run(args) {
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
