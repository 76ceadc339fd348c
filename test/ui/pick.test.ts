import assert from "node:assert/strict";
import { test } from "node:test";
import { startTestSandbox } from "../fixtures/sandbox";
import { eventually, openWorkbench } from "./workbench";

test("a pick fills as answers come: a connection that hangs is named, what is there can be chosen, the focus stays", async (t) => {
  const hanging = await startTestSandbox(t);
  await hanging.control.addFault("*", { kind: "hang" }, 1_000);
  const sandbox = await startTestSandbox(t);
  await sandbox.control.addResources({ kind: "supplyChain", count: 120, namePrefix: "plan" });
  await sandbox.control.addResources({ kind: "chime", count: 3, namePrefix: "chat" });
  await sandbox.control.addFault("ListInstances", { kind: "latency", ms: 3_000 }, 1_000);
  const reached = { stuck: hanging, dev: sandbox };
  const profiles = Object.keys(reached);
  const workbench = await openWorkbench(t, {
    settings: { "appInstances.connections": profiles.map((profile) => ({ profile, region: "us-east-1" })) },
    awsConfig: Object.entries(reached)
      .map(([name, { endpoint }]) => `[profile ${name}]\nregion = us-east-1\nendpoint_url = ${endpoint}\n`)
      .join("\n"),
    awsCredentials: Object.entries(reached)
      .map(
        ([name, keys]) =>
          `[${name}]\naws_access_key_id = ${keys.accessKeyId}\naws_secret_access_key = ${keys.secretAccessKey}\n`,
      )
      .join("\n"),
  });
  const { quickInput, page } = workbench;
  await workbench.showView();
  await workbench.tree("Instances").waitForRow("stuck · us-east-1");
  await quickInput.runCommand("Show Details");
  await quickInput.row("chat-1").waitFor();
  await quickInput.row("Still reading stuck · us-east-1").waitFor();
  await workbench.screenshot("flows-still-reading");
  const focused = page.locator(".quick-input-list .monaco-list-row.focused");
  await eventually(async () => assert.match((await focused.textContent()) ?? "", /chat-/));
  await page.keyboard.press("ArrowDown");
  const before = await focused.textContent();
  await sandbox.control.clearFaults();
  // What comes in, page by page, comes below, and the focus stays where it is.
  await quickInput.row("plan-001").waitFor();
  assert.equal(await focused.textContent(), before);
  await quickInput.type("plan-120");
  await quickInput.row("plan-120").waitFor();
  await quickInput.row("Still reading stuck · us-east-1").waitFor();
  await quickInput.type("chat-2");
  await eventually(async () => assert.match((await focused.textContent()) ?? "", /chat-2/));
  await page.keyboard.press("Enter");
  await quickInput.waitForClosed();
  await page.locator(".tab", { hasText: "chat-2" }).waitFor();
});
