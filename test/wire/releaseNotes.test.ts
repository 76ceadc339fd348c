import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test, type TestContext } from "node:test";

const script = resolve(__dirname, "../../scripts/releaseNotes.mjs");

function releaseNotes(
  t: TestContext,
  tag: string,
  changelog: string,
): { status: number | null; out: string; err: string } {
  const cwd = mkdtempSync(join(tmpdir(), "app-instances-release-"));
  t.after(() => rmSync(cwd, { recursive: true, force: true }));
  writeFileSync(join(cwd, "package.json"), JSON.stringify({ version: "1.2.0" }));
  writeFileSync(join(cwd, "CHANGELOG.md"), changelog);
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, tag], { cwd, encoding: "utf8" });
  return { status, out: stdout, err: stderr };
}

const changelog =
  "# Changelog\n\n## [1.2.0] - 2026-03-01\n\n### Added\n\n- A thing.\n\n## [1.1.0] - 2026-01-01\n\n- Old.\n";

test("A release says what the changelog says about its version, and nothing of the one before", (t) => {
  assert.deepEqual(releaseNotes(t, "v1.2.0", changelog), { status: 0, out: "### Added\n\n- A thing.\n", err: "" });
});

test("A tag of another version is no release", (t) => {
  for (const tag of ["v1.2.1", "1.2.0", "v1.1.0", ""]) {
    const { status, out, err } = releaseNotes(t, tag, changelog);
    assert.deepEqual([status, out], [1, ""], tag);
    assert.match(err, /package\.json has the version 1\.2\.0/);
  }
});

test("A version that the changelog leaves out, has no date for, or says nothing about is no release", (t) => {
  for (const [text, why] of [
    ["# Changelog\n\n## [1.1.0] - 2026-01-01\n\n- Old.\n", /says nothing about 1\.2\.0/],
    [changelog.replace("2026-03-01", "Unreleased"), /no date for 1\.2\.0/],
    ["# Changelog\n\n## [1.2.0] - 2026-03-01\n\n## [1.1.0] - 2026-01-01\n\n- Old.\n", /says nothing about 1\.2\.0/],
  ] as const) {
    const { status, out, err } = releaseNotes(t, "v1.2.0", text);
    assert.deepEqual([status, out], [1, ""]);
    assert.match(err, why);
  }
});
