// Builds the extension for users: npm run package [-- --out FILE].
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const root = join(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

const out = process.argv.includes("--out")
  ? process.argv[process.argv.indexOf("--out") + 1]
  : `${manifest.name}-${manifest.version}.vsix`;
const vsce = join(root, "node_modules/@vscode/vsce/vsce");
// Everything is bundled: node_modules stays out.
execFileSync(process.execPath, [vsce, "package", "--no-dependencies", "--out", out], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
});

console.log(`${out}: ${Math.ceil(statSync(resolve(root, out)).size / 1024)} KiB`);
