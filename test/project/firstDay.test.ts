import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, test } from "node:test";
import * as z from "zod";
import manifest from "../../package.json";

const root = resolve(__dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const readJson = <T>(path: string, schema: z.ZodType<T>): T => schema.parse(JSON.parse(read(path)));

const { tasks } = readJson(
  ".vscode/tasks.json",
  z.object({
    tasks: z.array(z.object({ label: z.string(), script: z.string().optional(), command: z.string().optional() })),
  }),
);
const { configurations } = readJson(
  ".vscode/launch.json",
  z.object({ configurations: z.array(z.looseObject({ name: z.string(), preLaunchTask: z.string() })) }),
);
const workflows = readdirSync(join(root, ".github/workflows")).map((name) => `.github/workflows/${name}`);
const actions = [...workflows, ".github/actions/setup/action.yml"];
/** The names in the table of parts, which runs when it is imported. */
const parts = [...read("scripts/test.mjs").matchAll(/\bname: "(\w+)"/g)].map((match) => match[1]);

/** Fails for a script, a part of the tests or a file of ours that a command names and that is not there. */
function assertCommandsExist(text: string, where: string): void {
  for (const [, script = ""] of text.matchAll(/npm run (?:-s )?([\w:-]+)/g))
    assert.ok(script in manifest.scripts, `${where}: npm run ${script}`);
  for (const [, part] of text.matchAll(/npm test -- (\w+)/g)) assert.ok(parts.includes(part), `${where}: part ${part}`);
  for (const [, path = ""] of text.matchAll(/\bnode ([\w/]+\.m?js)/g)) assert.ok(existsSync(join(root, path)), path);
}

describe("the editor's files", () => {
  test("Each task runs a script or a part of the tests that there is", () => {
    for (const { label, script, command } of tasks) {
      if (script !== undefined) assert.ok(script in manifest.scripts, label);
      else assertCommandsExist(command ?? assert.fail(label), label);
    }
  });

  test("Each launch begins with a task that there is, and names folders that there are", () => {
    const labels = tasks.map(({ label }) => label);
    for (const configuration of configurations) {
      assert.ok(labels.includes(configuration.preLaunchTask), configuration.name);
      const named = [...JSON.stringify(configuration).matchAll(/Path=\$\{workspaceFolder\}\/([\w/]+)/g)];
      for (const [, path = ""] of named) assert.ok(existsSync(join(root, path, "package.json")), path);
    }
  });

  test("F5 with the sandbox asks for it, and the machine's own profiles stay out", () => {
    const config = readJson(
      ".vscode/launch.json",
      z.object({ configurations: z.array(z.looseObject({ env: z.record(z.string(), z.string()).optional() })) }),
    ).configurations[0];
    const helper = read("test/vscode/openView/extension.js");
    assert.ok(config?.env && Object.keys(config.env).includes("AWS_CONFIG_FILE"));
    for (const name of Object.keys(config.env).filter((key) => key.startsWith("APP_INSTANCES_")))
      assert.ok(helper.includes(`process.env.${name}`), name);
  });

  test("The container recommends what the workspace recommends", () => {
    const extensions = z.array(z.string());
    const { recommendations } = readJson(".vscode/extensions.json", z.object({ recommendations: extensions }));
    const container = readJson(
      ".devcontainer/devcontainer.json",
      z.object({ image: z.string(), customizations: z.object({ vscode: z.object({ extensions }) }) }),
    );
    assert.deepEqual(container.customizations.vscode.extensions, recommendations);
    assert.ok(container.image.includes(`:${read(".nvmrc").split(".")[0]}-`), "another Node than .nvmrc");
  });
});

describe("the workflows", () => {
  test("Run scripts, parts and files that there are", () => {
    assert.ok(parts.includes("unit") && parts.includes("ui"), "the pattern no longer finds the parts");
    for (const path of actions) assertCommandsExist(read(path), path);
  });

  test("Use actions of this repository that there are", () => {
    for (const path of actions)
      for (const [, action = ""] of read(path).matchAll(/uses: (\.\/\S+)/g))
        assert.ok(existsSync(join(root, action, "action.yml")), `${path}: ${action}`);
  });

  test("CI runs three systems, and the oldest and the newest VS Code", () => {
    const text = read(".github/workflows/ci.yml");
    for (const word of ["ubuntu-latest", "macos-latest", "windows-latest", "oldest", "newest"])
      assert.ok(text.includes(word));
  });
});

test("Every package that would run a script while it is installed was looked at, and none may", () => {
  const lock = readJson(
    "package-lock.json",
    z.object({ packages: z.record(z.string(), z.looseObject({ hasInstallScript: z.boolean().optional() })) }),
  );
  const withScript = Object.entries(lock.packages).flatMap(([path, entry]) =>
    entry.hasInstallScript ? [path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)] : [],
  );
  assert.deepEqual(manifest.allowScripts, Object.fromEntries(withScript.sort().map((name) => [name, false])));
});
