import assert from "node:assert/strict";
import { test } from "node:test";
import { startTestSandbox } from "../fixtures/sandbox";
import { journalRecords, untilRecorded } from "./journalFolder";
import { openWorkbench } from "./workbench";

test("a recreate whose window was closed in the middle is announced once, and Resume brings it to Active", async (t) => {
  const sandbox = await startTestSandbox(t, { createSeconds: 1, deleteSeconds: 5 });
  const tags = { team: "logistics" };
  const failure = "Access denied when attempting to create an S3 bucket.";
  await sandbox.control.addResources({ kind: "supplyChain", count: 1, namePrefix: "returns", failure, tags });
  const first = await openWorkbench(t, {
    settings: { "appInstances.connections": [{ profile: "dev", region: sandbox.region }] },
    awsConfig: `[profile dev]\nregion = ${sandbox.region}\nendpoint_url = ${sandbox.endpoint}\n`,
    awsCredentials: `[dev]\naws_access_key_id = ${sandbox.accessKeyId}\naws_secret_access_key = ${sandbox.secretAccessKey}\n`,
  });
  await first.showView();
  await first.tree("Instances").waitForRow("returns-1", /CreateFailed/);

  await first.tree("Instances").contextMenu("returns-1", "Recreate…");
  await first.webview().getByText(failure).first().waitFor();
  await first.webview().locator("#submit").click();
  await first.dialog.press("Delete and Recreate");
  const started = await untilRecorded(first, ({ step }) => step === "waitDeleted");
  assert.equal(started.status, "running");
  // A window that stays must not take it over in this test: there is none.
  await first.close();
  assert.equal((await journalRecords(first))[0]?.status, "running", "closing must not settle what was not settled");
  const ledger = await sandbox.control.ledger();
  assert.equal(ledger.requests.filter(({ operation }) => operation === "CreateInstance").length, 0);

  const second = await first.openWindow();
  await second.showView();
  const announcement = /Recreate returns-1.* was interrupted/;
  await second.notifications.waitFor(announcement);
  assert.equal((await second.notifications.messages()).filter((message) => announcement.test(message)).length, 1);
  assert.deepEqual(await second.notifications.buttons(announcement), ["Resume", "Discard"]);
  await second.tree("Activity").waitForRow("Recreate returns-1", /interrupted/);
  await second.screenshot("resume-1-announced");
  await second.notifications.press(announcement, "Resume");
  await second.notifications.waitFor("returns-1 is active.", 60_000);
  await second.tree("Instances").waitForRow("returns-1", "Active");
  await second.screenshot("resume-2-active");

  const { requests, resources } = await sandbox.control.ledger();
  const sent = requests.map(({ operation }) => operation);
  assert.equal(sent.filter((operation) => operation === "CreateInstance").length, 1);
  assert.equal(sent.filter((operation) => operation === "DeleteInstance").length, 1);
  const live = resources.filter(({ deletedTime }) => deletedTime === null);
  assert.deepEqual(
    live.map((resource) => ({ name: resource.name, tags: resource.tags })),
    [{ name: "returns-1", tags }],
  );
});
