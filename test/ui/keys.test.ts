import assert from "node:assert/strict";
import { test } from "node:test";
import { startTestSandbox } from "../fixtures/sandbox";
import { eventually, openWorkbench } from "./workbench";

test("keys work on the row that has the focus", async (t) => {
  const service = await startTestSandbox(t);
  const { accessKeyId, secretAccessKey, control } = service;
  await control.addResources({ kind: "chime", count: 2, namePrefix: "chat" });
  const { resources } = await control.ledger();
  const arnOf = (name: string) => resources.find((resource) => resource.name === name)?.arn;
  const workbench = await openWorkbench(t, {
    awsConfig: `[profile local]\nregion = us-east-1\nendpoint_url = ${service.endpoint}\n`,
    awsCredentials: `[local]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    settings: {
      "appInstances.connections": [
        { profile: "local", region: "eu-west-1" },
        { profile: "local", region: "us-east-1" },
      ],
      "appInstances.refreshIntervalSeconds": 0,
    },
  });
  const { page, quickInput } = workbench;
  const { keyboard } = page;
  await workbench.showView();
  await workbench.tree("Instances").waitForRow("chat-2");
  await workbench.runCommand("App Instances: Focus on Instances View");
  const copied = (name: string) => eventually(async () => assert.equal(await workbench.clipboard(), arnOf(name)));

  await t.test("Delete on a connection removes it, with the first key that is pressed in the view", async () => {
    await keyboard.press("Home");
    await keyboard.press("Delete");
    await workbench.tree("Instances").waitForNoRow(/eu-west-1/);
  });

  await t.test(
    "Ctrl+C copies the ARN of the row that the arrow keys went to, not of the one that is selected",
    async () => {
      await keyboard.press("End");
      await keyboard.press("ControlOrMeta+c");
      await copied("chat-2");
      await keyboard.press("ArrowUp");
      await keyboard.press("ControlOrMeta+c");
      await copied("chat-1");
    },
  );

  await t.test("a key that the row's menu has nothing for does nothing", async () => {
    await keyboard.press("Home");
    await keyboard.press("F2");
    await keyboard.press("ControlOrMeta+c");
    await copied("chat-1");
    await quickInput.waitForClosed();
  });

  await t.test("Delete asks about that row, also when it is the selected one, and F2 edits it", async () => {
    await keyboard.press("End");
    await keyboard.press("ArrowUp");
    await keyboard.press("Delete");
    await quickInput.waitForTitle("Delete Chime app instance: chat-1");
    await quickInput.waitForFocus();
    await quickInput.escape();
    await keyboard.press("F2");
    await quickInput.waitForTitle("Edit chat-1");
    await quickInput.waitForFocus();
    await quickInput.escape();
    await quickInput.waitForClosed();
  });

  const focusIsIn = (what: "page" | "tree") =>
    eventually(async () => {
      const tag = await page.evaluate(() => document.activeElement?.tagName);
      assert.equal(tag === "IFRAME" ? "page" : "tree", what);
    });

  await t.test("a click shows the details and leaves the focus in the tree, where keys go on working", async () => {
    await workbench.tree("Instances").row("chat-1").click();
    await workbench.editorTab("chat-1").waitFor();
    await workbench.page.frameLocator("iframe.webview").frameLocator("iframe").locator("h1").waitFor();
    await focusIsIn("tree");
    await keyboard.press("F2");
    await quickInput.waitForTitle("Edit chat-1");
    await quickInput.escape();
    await quickInput.waitForClosed();
  });

  await t.test("Enter opens the details of an instance, and goes to them", async () => {
    await keyboard.press("End");
    await keyboard.press("Enter");
    await workbench.editorTab("chat-2").waitFor();
    await focusIsIn("page");
  });

  await t.test("Enter on another row does what it does in every tree", async () => {
    await workbench.runCommand("App Instances: Focus on Instances View");
    await keyboard.press("Home");
    await keyboard.press("Enter");
    await workbench.tree("Instances").waitForNoRow("chat-1");
    await keyboard.press("Enter");
    await workbench.tree("Instances").waitForRow("chat-1");
    await focusIsIn("tree");
  });
});
