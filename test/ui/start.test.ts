import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import { launchBrowser } from "../vscode/browser";
import { eventually } from "./eventually";
import { TreeView } from "./pages/treeView";

test("npm start prints where to look; the page lists seeded instances, one of them changing; SIGTERM ends all of it", async (t) => {
  // Without Desktop's `code`: that would open a window of its own.
  const env = { ...process.env, PATH: [dirname(process.execPath), "/usr/bin", "/bin"].join(":") };
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: resolve(__dirname, "../.."),
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((done) => child.once("exit", done));
  const browser = await launchBrowser();
  t.after(async () => {
    child.kill("SIGKILL");
    await browser.close();
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const url = await eventually(() => {
    const found = /^Open (http:\/\/127\.0\.0\.1:\d+\/\S*)$/m.exec(output)?.[1];
    assert.ok(found, `npm start printed ${JSON.stringify(output)}`);
    return new URL(found);
  }, 60_000);

  const page = await browser.newPage();
  await page.goto(url.href);
  const tree = new TreeView(page, "Instances");
  await tree.waitForRow("demand-planning", "Active", 60_000);
  await tree.waitForRow("inbound-eu", /^Initializing · /);
  await tree.waitForRow("returns-emea", "CreateFailed");
  await tree.waitForRow("support-chat");

  const directory = join(url.searchParams.get("folder") ?? "", "..");
  assert.ok(existsSync(directory));
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
  await assert.rejects(fetch(url), "the server still answers");
  assert.ok(!existsSync(directory), "its folder is still there");
});
