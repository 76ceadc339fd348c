/** What is put in the place of the server's native modules, which are not compiled here. */
import { existsSync, readFileSync } from "node:fs";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";

/** A module's names in all versions of VS Code, and what stands in for it. */
const standIns = [
  { packages: ["@vscode/spdlog"], file: join(__dirname, "standIns/spdlog.js") },
  { packages: ["@vscode/native-watchdog", "native-watchdog"], file: join(__dirname, "standIns/native-watchdog.js") },
];

export async function putStandIns(modules: string): Promise<void> {
  for (const { file, packages } of standIns) {
    const installed = packages.filter((name) => existsSync(join(modules, name)));
    if (installed.length === 0)
      throw new Error(`This VS Code has no ${packages.join(" or ")}: say in standIns.ts what it is called there.`);
    for (const name of installed) await copyFile(file, join(modules, name, "index.js"));
  }
}

export function standInSources(): readonly Buffer[] {
  return standIns.map(({ file }) => readFileSync(file));
}
