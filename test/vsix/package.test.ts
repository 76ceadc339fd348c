import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { openWorkbench } from "../ui/workbench";
import { installExtension } from "../vscode/server";

const root = resolve(__dirname, "../..");
const run = promisify(execFile);

const staleFiles = ["webview/stale.js", "webview/stale.css", "part-stale-0.js"];

/** Names of the packages whose code is in the bundles, as the source maps of a build for development say. */
async function bundledPackages(): Promise<readonly string[]> {
  await run(process.execPath, ["esbuild.js"], { cwd: root });
  const names = new Set<string>();
  const ofHost = (await readdir(join(root, "dist"))).filter((name) =>
    /^(extension|part-.*|aws|sandbox)\.js\.map$/.test(name),
  );
  for (const name of [...ofHost, "webview/pages.js.map"]) {
    const map = JSON.parse(await readFile(join(root, "dist", name), "utf8")) as { sources: string[] };
    for (const source of map.sources) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
      if (name !== undefined) names.add(name);
    }
  }
  return [...names].sort();
}

test("the packaged extension installs into VS Code, holds what it should, and works there", async (t) => {
  const directory = await mkdtemp(join(tmpdir(), "app-instances-vsix-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  const vsix = join(directory, "extension.vsix");

  const bundled = await bundledPackages();
  // As another version of the sources would have left it.
  for (const name of staleFiles) await writeFile(join(root, "dist", name), "stale");

  await t.test("it is built, and its size is said", async () => {
    const { stdout } = await run(process.execPath, ["scripts/package.mjs", "--out", vsix], { cwd: root });
    assert.match(stdout, /\.vsix: \d+ KiB/);
  });

  const extensionsDirectory = join(directory, "extensions");
  await t.test("VS Code installs it", async () => {
    await installExtension(vsix, extensionsDirectory);
  });

  await t.test("it holds the bundles, the webviews and the media, and no source, test or dependency", async () => {
    const [name] = (await readdir(extensionsDirectory)).filter((entry) => entry.startsWith("app-instances."));
    assert.ok(name, "it was not unpacked");
    const files = (await readdir(join(extensionsDirectory, name), { recursive: true })).sort();
    for (const file of [
      "dist/extension.js",
      "dist/aws.js",
      "dist/sandbox.js",
      "dist/webview/pages.js",
      "media/walkthrough/sandbox.svg",
    ]) {
      assert.ok(files.includes(file), `${file} is missing`);
    }
    const parts = (await readdir(join(root, "dist"))).filter((file) => file.startsWith("part-"));
    assert.ok(parts.length > 0);
    for (const part of parts) assert.ok(files.includes(`dist/${part}`), `dist/${part} is missing`);
    const foreign = files.filter((file) => /(^|\/)(src|test|scripts|docs|node_modules)(\/|$)|\.(ts|map)$/.test(file));
    assert.deepEqual(foreign, []);
    // VS Code adds the first as it unpacks.
    const ofDevelopment = files.filter((file) => /^(\.(?!vsixmanifest$)|CONTRIBUTING|ARCHITECTURE)/.test(file));
    assert.deepEqual(ofDevelopment, []);
    const manifest = JSON.parse(await readFile(join(extensionsDirectory, name, "package.json"), "utf8")) as {
      main: string;
    };
    assert.equal(manifest.main, "./dist/extension.js");
    const stale = files.filter((file) => staleFiles.some((name) => file.endsWith(name)));
    assert.deepEqual(stale, [], "Security 17: left by another build");
  });

  await t.test("Security 17: it holds the licence of every package whose code it contains", async () => {
    const [name] = (await readdir(extensionsDirectory)).filter((entry) => entry.startsWith("app-instances."));
    const notices = await readFile(join(extensionsDirectory, name!, "dist/ThirdPartyNotices.txt"), "utf8");
    const named = [...notices.matchAll(/^((?:@[\w.-]+\/)?[\w.-]+) \d+\.\d+\.\d+\S* \((?:[\w.-]+)\)$/gm)];
    assert.deepEqual(named.map(([, one]) => one).sort(), bundled);
    const { dependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
      dependencies: Readonly<Record<string, string>>;
    };
    for (const dependency of Object.keys(dependencies)) assert.ok(bundled.includes(dependency), dependency);
    for (const section of notices.split(/^-{80}$/m).slice(1))
      assert.match(section, /licen[cs]e|permission/i, section.slice(0, 200));
  });

  await t.test("its commands work: the sandbox starts, and the form opens with its script running", async () => {
    const workbench = await openWorkbench(t, { extensionsDirectory });
    await workbench.showView();
    await workbench.runCommand("Start Sandbox");
    await workbench.tree("Instances").waitForRow("demand-planning", "Active");
    await workbench.runCommand("Create Instance with Form…");
    await workbench.webview().getByLabel(/^Name/).fill("from-the-package");
    await workbench.webview().getByText("from-the-package").first().waitFor({ state: "attached" });
    await workbench.screenshot("vsix-form");
  });
});
