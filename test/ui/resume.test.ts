import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { startTestSandbox, type TestSandbox } from "../fixtures/sandbox";
import { journalRecords, untilRecorded } from "./journalFolder";
import { openRecreateForm } from "./recreateForm";
import { openWorkbench, type Workbench } from "./workbench";

interface Scene {
  readonly sandbox: TestSandbox;
  readonly first: Workbench;
}

const tags = { team: "logistics" };

/** A window in which a recreate waits for the deletion. */
async function recreating(t: TestContext): Promise<Scene> {
  const sandbox = await startTestSandbox(t, { createSeconds: 1, deleteSeconds: 5 });
  const failure = "Access denied when attempting to create an S3 bucket.";
  await sandbox.control.addResources({ kind: "supplyChain", count: 1, namePrefix: "returns", failure, tags });
  const first = await openWorkbench(t, {
    settings: { "appInstances.connections": [{ profile: "dev", region: sandbox.region }] },
    awsConfig: `[profile dev]\nregion = ${sandbox.region}\nendpoint_url = ${sandbox.endpoint}\n`,
    awsCredentials: `[dev]\naws_access_key_id = ${sandbox.accessKeyId}\naws_secret_access_key = ${sandbox.secretAccessKey}\n`,
  });
  await first.showView();
  await first.tree("Instances").waitForRow("returns-1", /CreateFailed/);
  return { sandbox, first };
}

async function startRecreate(first: Workbench): Promise<void> {
  await openRecreateForm(first, "returns-1", "Access denied");
  await first.webview().locator("#submit").click();
  await first.dialog.press("Delete and Recreate");
  const started = await untilRecorded(first, ({ step }) => step === "waitDeleted");
  assert.equal(started.status, "running");
}

/** One delete, one create, one instance with the tags of the old one. */
async function assertRecreatedOnce({ control }: TestSandbox): Promise<void> {
  const { requests, resources } = await control.ledger();
  const sent = requests.map(({ operation }) => operation).filter((name) => /^(Create|Delete)/.test(name));
  assert.deepEqual(sent, ["DeleteInstance", "CreateInstance"]);
  const live = resources.filter(({ deletedTime }) => deletedTime === null);
  assert.deepEqual(
    live.map((resource) => ({ name: resource.name, tags: resource.tags })),
    [{ name: "returns-1", tags }],
  );
}

test("a recreate whose window was closed in the middle is announced once, and Resume brings it to Active", async (t) => {
  const { sandbox, first } = await recreating(t);
  await startRecreate(first);
  await first.close();
  assert.equal((await journalRecords(first))[0]?.status, "running", "closing must not settle what was not settled");

  const second = await first.openWindow();
  await second.showView();
  const announcement = /Recreate returns-1.* was interrupted/;
  await second.notifications.waitFor(announcement);
  assert.equal((await second.notifications.messages()).filter((message) => announcement.test(message)).length, 1);
  assert.deepEqual(await second.notifications.buttons(announcement), ["Resume", "Discard…"]);
  await second.tree("Activity").waitForRow("Recreate returns-1", /interrupted/);
  await second.screenshot("resume-1-announced");
  await second.notifications.press(announcement, "Resume");
  await second.notifications.waitFor("returns-1 is active.", 60_000);
  await second.tree("Instances").waitForRow("returns-1", "Active");
  await second.screenshot("resume-2-active");
  await assertRecreatedOnce(sandbox);
});

test("a second window shows the operation of the first, and goes on by itself when the first one is killed", async (t) => {
  const { sandbox, first } = await recreating(t);
  const second = await first.openWindow();
  await second.showView();
  await second.tree("Instances").waitForRow("returns-1", /CreateFailed/);
  await startRecreate(first);
  await second.tree("Activity").waitForRow("Recreate returns-1", /waiting for deletion/);
  first.killExtensionHost();
  await first.close();
  await second.notifications.waitFor("returns-1 is active.", 60_000);
  await second.tree("Activity").waitForRow("Recreate returns-1", /^\d+ s/);
  await second.screenshot("resume-3-taken-over");
  await assertRecreatedOnce(sandbox);
});
