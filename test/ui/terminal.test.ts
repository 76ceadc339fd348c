import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { eventually, openWorkbench } from "./workbench";

test("Open Terminal Here opens a terminal at home that works in the connection", async (t) => {
  const workbench = await openWorkbench(t, {
    awsConfig: "[profile dev]\nregion = eu-central-1\naws_access_key_id = AKID\naws_secret_access_key = SECRET\n",
    env: { AWS_ACCESS_KEY_ID: "another", AWS_SECRET_ACCESS_KEY: "one" },
    settings: {
      "appInstances.connections": [{ profile: "dev", region: "eu-west-1" }],
      "appInstances.refreshIntervalSeconds": 0,
    },
  });
  const { page } = workbench;
  const tree = workbench.tree("Instances");
  await workbench.showView();

  const environmentOf = async (row: string | RegExp, file: string) => {
    await tree.contextMenu(row, "Open Terminal Here");
    const terminal = page.locator(".terminal.xterm textarea").last();
    await terminal.waitFor({ state: "attached" });
    await terminal.focus();
    await page.keyboard.type(`pwd > ${file}; env | grep ^AWS_ >> ${file}; echo end >> ${file}\n`);
    const text = await eventually(async () => {
      const written = await readFile(join(workbench.home, file), "utf8");
      assert.match(written, /\nend\n$/);
      return written;
    });
    const [directory, ...lines] = text.trim().split("\n").slice(0, -1);
    return { directory, variables: new Map(lines.map((line) => line.split("=", 2) as [string, string])) };
  };

  await t.test("of a profile, whose keys stay in its file", async () => {
    const { directory, variables } = await environmentOf("dev · eu-west-1", "profile.txt");
    assert.equal(directory, workbench.home);
    assert.equal(variables.get("AWS_PROFILE"), "dev");
    assert.equal(variables.get("AWS_REGION"), "eu-west-1");
    assert.equal(variables.get("AWS_ACCESS_KEY_ID"), undefined);
  });

  await t.test("of the sandbox, with its address and its profiles", async () => {
    await workbench.runCommand("Start Sandbox");
    await tree.waitForRow(/sandbox · us-east-1/);
    const { variables } = await environmentOf(/sandbox · us-east-1/, "sandbox.txt");
    assert.equal(variables.get("AWS_PROFILE"), "sandbox");
    assert.match(variables.get("AWS_ENDPOINT_URL") ?? "", /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.match(await readFile(variables.get("AWS_SHARED_CREDENTIALS_FILE")!, "utf8"), /\[sandbox-restricted\]/);
    await workbench.screenshot("terminal of the sandbox");
  });
});
