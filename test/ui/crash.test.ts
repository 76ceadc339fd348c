import assert from "node:assert/strict";
import { test } from "node:test";
import { isSettled, type OperationRecord } from "../../src/operations/operationRecord";
import { startTestSandbox, type SandboxControl, type TestSandbox } from "../fixtures/sandbox";
import { untilRecorded } from "./journalFolder";
import { openRecreateForm } from "./recreateForm";
import { eventually, openWorkbench, type Workbench } from "./workbench";

const failure = "Access denied when attempting to create an S3 bucket.";
const tags = { team: "logistics" };

interface Crash {
  readonly type: OperationRecord["type"];
  /** The host is killed when this step is on disk… */
  readonly step: string;
  /** …or once the service has carried out that request. */
  readonly after?: string;
}

/** Every step of recreate, create and delete, before and after the requests that they send. */
const crashes: readonly Crash[] = [
  { type: "recreate", step: "check" },
  { type: "recreate", step: "delete" },
  { type: "recreate", step: "delete", after: "DeleteInstance" },
  { type: "recreate", step: "waitDeleted" },
  { type: "recreate", step: "create" },
  { type: "recreate", step: "create", after: "CreateInstance" },
  { type: "recreate", step: "follow" },
  { type: "delete", step: "delete" },
  { type: "delete", step: "delete", after: "DeleteInstance" },
  { type: "create", step: "create" },
  { type: "create", step: "create", after: "CreateInstance" },
];

test("an extension host that is killed at any step leaves an operation that Resume brings to its end", async (t) => {
  const sandbox = await startTestSandbox(t, { createSeconds: 2, deleteSeconds: 2 });
  let workbench = await openWorkbench(t, {
    settings: {
      "appInstances.connections": [{ profile: "dev", region: sandbox.region }],
      "appInstances.deleteConfirmation": "button",
    },
    awsConfig: `[profile dev]\nregion = ${sandbox.region}\nendpoint_url = ${sandbox.endpoint}\n`,
    awsCredentials: `[dev]\naws_access_key_id = ${sandbox.accessKeyId}\naws_secret_access_key = ${sandbox.secretAccessKey}\n`,
  });
  for (const [index, crash] of crashes.entries()) {
    const when = crash.after === undefined ? "" : `, after ${crash.after} was carried out`;
    await t.test(`${crash.type} killed at ${crash.step}${when}`, async () => {
      const prefix = `crash${String.fromCharCode(97 + index)}`;
      workbench = await crashOnce(sandbox, workbench, crash, prefix);
    });
  }
});

/** Resolves with the window that was opened after the crash. */
async function crashOnce(
  { control }: TestSandbox,
  workbench: Workbench,
  crash: Crash,
  prefix: string,
): Promise<Workbench> {
  const name = crash.type === "create" ? prefix : `${prefix}-1`;
  if (crash.type !== "create") {
    await control.addResources({ kind: "supplyChain", count: 1, namePrefix: prefix, failure, tags });
  }
  await workbench.showView();
  const tree = workbench.tree("Instances");
  if (crash.type !== "create") {
    await tree.titleAction("Refresh");
    await tree.waitForRow(name, /CreateFailed/);
    await tree.waitForRow("Chime app instances", "0");
  }
  await begin(workbench, crash, name, () => hold(control, crash));
  await untilRecorded(workbench, (record) => record.label === name && record.step === crash.step);
  if (crash.after !== undefined) {
    await eventually(async () => {
      const { requests, resources } = await control.ledger();
      const ids = resources.filter((resource) => resource.name === name).map(({ id }) => id);
      const isCarriedOut = requests.some(
        ({ operation, resourceId }) => operation === crash.after && resourceId !== null && ids.includes(resourceId),
      );
      assert.ok(isCarriedOut, `${crash.after} was not carried out`);
    });
  }
  workbench.killExtensionHost();
  await workbench.close();
  await control.clearFaults();

  const next = await workbench.openWindow();
  await next.showView();
  const announcement = new RegExp(`${name}.* was interrupted`);
  await next.notifications.waitFor(announcement);
  await next.notifications.press(announcement, "Resume");
  const done = await untilRecorded(next, (record) => record.label === name && isSettled(record));
  assert.equal(done.status, "succeeded", done.error?.message);

  const { resources } = await control.ledger();
  const own = resources.filter((resource) => resource.name === name);
  const live = own.filter(({ deletedTime }) => deletedTime === null);
  assert.equal(own.length, crash.type === "recreate" ? 2 : 1, "an instance too many, or too few, was created");
  assert.equal(live.length, crash.type === "delete" ? 0 : 1);
  if (crash.type === "recreate") assert.deepEqual(live[0]?.tags, tags);
  return next;
}

/** Keeps the step from being over at once: its request is answered late, or carried out and never answered. */
async function hold(control: SandboxControl, { type, step, after }: Crash): Promise<void> {
  if (after !== undefined) await control.addFault(after, { kind: "commitThenReset" }, 50);
  else if (step === "check") await control.addFault("GetInstance", { kind: "latency", ms: 3000 });
  else if (step === "delete") await control.addFault("DeleteInstance", { kind: "latency", ms: 3000 });
  else if (step === "create" && type !== "delete")
    await control.addFault("CreateInstance", { kind: "latency", ms: 3000 });
}

async function begin(workbench: Workbench, { type }: Crash, name: string, hold: () => Promise<void>): Promise<void> {
  const tree = workbench.tree("Instances");
  if (type === "delete") {
    await tree.contextMenu(name, "Delete…");
    await workbench.dialog.waitFor();
    await hold();
    await workbench.dialog.press("Delete");
    return;
  }
  const form = workbench.webview();
  if (type === "recreate") {
    await openRecreateForm(workbench, name, failure);
    await form.locator("#submit").click();
    await workbench.dialog.waitFor();
    await hold();
    await workbench.dialog.press("Delete and Recreate");
    return;
  }
  await workbench.runCommand("Create Instance with Form…");
  await form.getByLabel("Kind").selectOption("supplyChain");
  await form.getByLabel(/^Name/).fill(name);
  await hold();
  await form.locator("#submit").click();
}
