import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually } from "./eventually";
import { openWorkbench } from "./workbench";

test("Stop Sandbox asks when a create is at work in it, and what it interrupts leads back to the running sandbox", async (t) => {
  const workbench = await openWorkbench(t, { settings: { "appInstances.sandbox.createSeconds": 15 } });
  const { notifications, dialog } = workbench;
  const activity = workbench.tree("Activity");
  await workbench.showView();
  await workbench.runCommand("Start Sandbox");
  await workbench.tree("Instances").waitForRow("demand-planning");
  await workbench.runCommand("Create Instance with Form…");
  const form = workbench.webview();
  await form.locator("#submit[aria-disabled=false]").waitFor();
  await form.getByLabel("Name", { exact: true }).fill("q3-pilot");
  await form.getByRole("button", { name: "Create", exact: true }).click();
  await activity.waitForRow("Create q3-pilot", /waiting until it is active/);

  await workbench.runCommand("Stop Sandbox");
  assert.match(await dialog.text(), /^Stop the sandbox\?\s+At work in it: Create q3-pilot\./);
  await dialog.press("Stop Sandbox");
  await activity.waitForRow("Create q3-pilot", /interrupted: The sandbox is not running\./);
  const buttons = () => form.locator(".buttons").getByRole("button").allInnerTexts();
  await form.getByRole("button", { name: "Start Sandbox" }).waitFor();
  assert.ok(!(await buttons()).includes("Resume"));

  await form.getByRole("button", { name: "Show in Instances" }).click();
  const unlisted = /is not listed: its connection sandbox · us-east-1/;
  await notifications.waitFor(unlisted);
  assert.deepEqual(await notifications.buttons(unlisted), ["Start Sandbox"]);
  await workbench.screenshot("stop-sandbox-1-interrupted");

  await form.getByRole("button", { name: "Start Sandbox" }).click();
  await activity.waitForRow("Create q3-pilot", /interrupted: The sandbox was stopped\. It runs again\./);
  await form.getByRole("button", { name: "Resume" }).waitFor();
  await eventually(async () => assert.ok(!(await buttons()).includes("Start Sandbox")));
  await form.getByRole("button", { name: "Resume" }).click();
  await form.getByRole("heading", { name: "q3-pilot is active" }).waitFor({ timeout: 60_000 });
});
