import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { Row } from "./rows";
import { measureSizes } from "./sizes";

/** Packages the extension for users, which builds it as well. */
export async function sizeRows(): Promise<readonly Row[]> {
  const directory = await mkdtemp(join(tmpdir(), "app-instances-bench-"));
  try {
    const vsix = join(directory, "extension.vsix");
    const root = resolve(__dirname, "../..");
    await promisify(execFile)(process.execPath, ["scripts/package.mjs", "--out", vsix], { cwd: root });
    return measureSizes(vsix);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
