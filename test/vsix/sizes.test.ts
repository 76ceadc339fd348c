import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { before, test } from "node:test";
import { promisify } from "node:util";
import { loadedBeforeFirstRow, measureSizes, withoutLater } from "../bench/sizes";

const root = resolve(__dirname, "../..");

/** In KiB, with a little room: the goals are those of the bench. Raise one with a reason, after a look at what the bundles contain. */
const budgets: Readonly<Record<string, number>> = {
  "size of extension.js": 15,
  "size of everything loaded before the first row, without aws.js": 280,
  "size of aws.js": 300,
  "size of sandbox.js": 150,
  "size of the package": 360,
};
const run = promisify(execFile);

before(async () => {
  await run(process.execPath, ["esbuild.js", "--production"], { cwd: root });
});

test("Every bundle and the package keep within their budgets", async () => {
  const directory = await mkdtemp(join(tmpdir(), "app-instances-sizes-"));
  try {
    const vsix = join(directory, "extension.vsix");
    await run(process.execPath, ["scripts/package.mjs", "--out", vsix], { cwd: root });
    const sizes = measureSizes(vsix);
    assert.deepEqual(
      sizes.map(({ name }) => name),
      Object.keys(budgets),
    );
    for (const { name, value = Number.NaN } of sizes)
      assert.ok(value <= (budgets[name] ?? 0), `${name} is ${value} KiB, its budget ${budgets[name]}`);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});

test("What is loaded at activation and before the first row has no dialog, page, server or SDK in it", () => {
  const [extension = "", ...parts] = loadedBeforeFirstRow().map((name) =>
    readFileSync(join(root, "dist", name), "utf8"),
  );
  assert.doesNotMatch(withoutLater(extension), /require\("\.\/part-/, "extension.js is whole");
  // Each a text of what must not be there: the form's page, a prompt, the sandbox, the SDK's providers.
  for (const text of ["Create instance", "Code of the MFA device", "x-sandbox-control", "fromNodeProviderChain("])
    for (const code of [extension, ...parts]) assert.ok(!code.includes(text), text);
  // The client and the journal come with the first session.
  for (const module of ["node:https", "node:tls", "node:child_process", "node:crypto"])
    assert.ok(!extension.includes(`require("${module}")`), `extension.js loads ${module}`);
});
