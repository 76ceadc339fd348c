import assert from "node:assert/strict";
import { test } from "node:test";
import { startTestSandbox } from "../fixtures/sandbox";
import { openWorkbench } from "./workbench";

const slowPage = { kind: "latency", ms: 100 } as const;
const badGateway = { kind: "status", status: 502, code: "BadGateway", message: "Bad gateway" } as const;

test("a long list in slow pages", async (t) => {
  const service = await startTestSandbox(t);
  const { accessKeyId, secretAccessKey, control } = service;
  const count = async () =>
    (await control.ledger()).requests.filter(({ operation }) => operation === "ListInstances").length;
  await control.addResources({ kind: "supplyChain", count: 2_500, namePrefix: "bulk" });
  await control.addFault("ListInstances", slowPage, 50);
  const workbench = await openWorkbench(t, {
    awsConfig: `[profile slow]\nregion = us-east-1\nendpoint_url = ${service.endpoint}\n`,
    awsCredentials: `[slow]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
    settings: {
      "appInstances.connections": [{ profile: "slow", region: "us-east-1" }],
      "appInstances.refreshIntervalSeconds": 0,
    },
  });
  const tree = workbench.tree("Instances");
  const goTo = async (key: "Home" | "End") => {
    await workbench.runCommand("App Instances: Focus on Instances View");
    await workbench.page.keyboard.press(key);
  };

  await t.test("shows its first rows long before its last page", async () => {
    await workbench.showView();
    await tree.waitForRow(/^bulk-/, "Active", 30_000);
    const pages = await count();
    assert.ok(pages < 35, `${pages} of 50 pages had come`);
    await tree.waitForRow("Supply Chain", /^1,?000\+/, 30_000);
  });

  await t.test("is loaded as a whole by one press, and as far as it came when that is stopped", async () => {
    await goTo("End");
    await control.addFault("ListInstances", slowPage, 100);
    await tree.inlineAction("Load more", "Load All");
    await workbench.notifications.waitFor(/Loading all Supply Chain instances of slow · us-east-1.*1,[1-9]\d\d loaded/);
    await workbench.notifications.press(/Loading all/, "Cancel");
    await goTo("Home");
    await tree.waitForRow("Supply Chain", /^(1,?[1-9]|2,?[0-4])\d\d\+/, 10_000);
    await control.clearFaults();
    await goTo("End");
    await tree.inlineAction("Load more", "Load All");
    await goTo("Home");
    await tree.waitForRow("Supply Chain", /^2,?500/, 30_000);
  });

  await t.test("says what went wrong, of when its rows are, and offers to try again", async () => {
    await control.addFault("ListInstances", badGateway, 3);
    await tree.titleAction("Refresh");
    await tree.waitForRow("Supply Chain", /^2,?500 · could not list/, 30_000);
    await tree.waitForRow("Bad gateway", /^shown as of \d\d:\d\d:\d\d · BadGateway · request /);
    await workbench.screenshot("listing-failed");
    await tree.titleAction("Refresh");
    await tree.waitForNoRow("Bad gateway", 30_000);
  });
});
