import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const guard = new URL("../purity.mjs", import.meta.url).href;

/** Runs a line of code under the guard of the unit tests, in a folder that is not the temporary one. */
function run(code: string) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "purity-")));
  try {
    const temporary = join(folder, "temporary");
    const env = { ...process.env, TMPDIR: temporary, TMP: temporary, TEMP: temporary };
    const source = `
      import { spawn } from "node:child_process";
      import * as fs from "node:fs";
      import { createServer } from "node:http";
      ${code}`;
    mkdirSync(temporary);
    const args = ["--import", guard, "--input-type=module", "--eval", source];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
    return { status, stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const impure = {
  "connects a socket": `await fetch("http://127.0.0.1:9999").catch(() => undefined);`,
  "listens on a socket": `try { createServer().listen(0); } catch {}`,
  "starts a process": `try { spawn("true"); } catch {}`,
  "writes elsewhere than in the temporary folder": `try { fs.writeFileSync("here.txt", ""); } catch {}`,
};

for (const [what, code] of Object.entries(impure))
  test(`A unit test that ${what} fails, even where it catches what it is told`, () => {
    const { status, stderr } = run(code);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /belongs in test\/wire/);
  });

test("A unit test may read anything, and write in the temporary folder", () => {
  const { status, stderr } = run(`
    fs.readdirSync(".");
    const folder = fs.mkdtempSync(process.env.TMPDIR + "/mine-");
    fs.writeFileSync(folder + "/a", "a");
    await fs.promises.rename(folder + "/a", folder + "/b");
    fs.closeSync(fs.openSync(process.execPath, "r"));
  `);
  assert.equal(status, 0, stderr);
});
