import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { loadSharedConfig } from "../../../../src/aws/sharedConfig";
import { configTemplate, writeTemplate } from "../../../../src/features/connections/configTemplate";

async function home(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "config-template-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test("The template is written where there is nothing, for its owner only, and names no profile yet", async (t) => {
  const HOME = await home(t);
  const config = join(HOME, ".aws", "config");
  await writeTemplate(config);
  assert.equal(await readFile(config, "utf8"), configTemplate);
  assert.equal((await stat(config)).mode & 0o077, 0);
  const { profiles, diagnostics } = await loadSharedConfig({ HOME });
  assert.deepEqual([profiles, diagnostics], [[], []]);
});

test("A config file that is there stays as it is", async (t) => {
  const HOME = await home(t);
  const config = join(HOME, ".aws", "config");
  await mkdir(join(HOME, ".aws"));
  await writeFile(config, "[default]\n");
  await writeTemplate(config);
  assert.equal(await readFile(config, "utf8"), "[default]\n");
});

test("Where it cannot be written, the path and the reason are said", async (t) => {
  const HOME = await home(t);
  await writeFile(join(HOME, ".aws"), "a file");
  await assert.rejects(writeTemplate(join(HOME, ".aws", "config")), /could not be created at .*config: E/);
});

test("What the template shows is read without complaint once its # are taken away", async (t) => {
  const HOME = await home(t);
  await mkdir(join(HOME, ".aws"));
  const text = configTemplate.replace(/^# (?=\[|[a-z_]+ = )/gm, "");
  await writeFile(
    join(HOME, ".aws", "config"),
    `${text}\n[default]\naws_access_key_id = A\naws_secret_access_key = B\n`,
  );
  const { profiles, diagnostics } = await loadSharedConfig({ HOME });
  assert.deepEqual(diagnostics, []);
  assert.deepEqual(
    profiles.map(({ name, kind }) => [name, kind]),
    [
      ["default", "static"],
      ["my-work", "sso"],
      ["production", "role"],
      ["vault", "process"],
    ],
  );
});
