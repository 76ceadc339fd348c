import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ledger } from "../../src/sandbox/ledger";
import { embeddedSandboxControl } from "./embeddedSandbox";
import { openWorkbench, type Workbench } from "./workbench";

const connection = /^\d{12} · sandbox · us-east-1$/;
const deniedText = "Access denied when attempting to create an S3 bucket";

test("the main job: sandbox, create by wizard and by form, live state, failure, Recreate…, Active", async (t) => {
  const workbench = await openWorkbench(t, { settings: { "appInstances.sandbox.createSeconds": 4 } });
  const tree = workbench.tree("Instances");
  await workbench.showView();
  let hasFailed = false;
  /** Each step stands on the one before it. */
  const step = (name: string, run: () => Promise<void>) =>
    t.test(name, { skip: hasFailed }, () =>
      run().catch((error: unknown) => {
        hasFailed = true;
        throw error;
      }),
    );

  await step("the welcome view starts the sandbox, whose instances appear", async () => {
    assert.match(
      await tree.welcomeText(),
      /Manage AWS Supply Chain \(Amazon Connect Decisions\) and Chime app instances/,
    );
    await workbench.screenshot("main-1-welcome");
    await tree.clickWelcome("Try it in the sandbox");
    await tree.waitForRow(connection);
    await tree.waitForRow("demand-planning", "Active");
    await tree.waitForRow("support-chat");
  });
  const sandbox = await embeddedSandboxControl(workbench);
  const before = await sandbox.ledger();
  assert.deepEqual(changesOf(before), [], "looking at instances must not change any");

  await step(
    "the wizard creates a Supply Chain instance with the keyboard; the tree follows it to Active",
    async () => {
      await workbench.runCommand("Create Supply Chain Instance…");
      await typeAnswer(workbench, "Create Supply Chain instance (1/6)", "q3-pilot");
      await typeAnswer(workbench, "(2/6)", "Pilot of the third quarter");
      await workbench.quickInput.waitForTitle("(3/6)");
      await workbench.quickInput.row("AWS owned key").waitFor();
      await workbench.page.keyboard.press("Enter");
      await typeAnswer(workbench, "(4/6)", "");
      await workbench.quickInput.waitForTitle("(5/6)");
      await workbench.quickInput.pick("Done");
      await workbench.quickInput.waitForTitle("(6/6)");
      await workbench.screenshot("main-2-review");
      await workbench.quickInput.pick("Create in sandbox · us-east-1");
      const creating = await tree.waitForRow("q3-pilot", /^(Creating|Initializing)/);
      assert.ok(creating.icons.includes("sync"), creating.icons.join(" "));
      const active = await tree.waitForRow("q3-pilot", "Active");
      assert.ok(active.icons.includes("pass-filled"), active.icons.join(" "));
      await workbench.notifications.waitFor("q3-pilot is active.");
    },
  );

  await step("the wizard creates a Chime app instance, which is simply there", async () => {
    await workbench.runCommand("Create Chime App Instance…");
    await typeAnswer(workbench, "Create Chime app instance (1/4)", "wizard-chat");
    await typeAnswer(workbench, "(2/4)", '{"tier":"gold"}');
    await workbench.quickInput.waitForTitle("(3/4)");
    await workbench.quickInput.pick("Done");
    await workbench.quickInput.waitForTitle("(4/4)");
    await workbench.quickInput.pick("Create in sandbox · us-east-1");
    const row = await tree.waitForRow("wizard-chat", "");
    assert.ok(row.icons.includes("comment-discussion"), row.icons.join(" "));
    await workbench.notifications.waitFor("wizard-chat was created.");
  });

  await step("the form creates a Chime app instance", async () => {
    await workbench.runCommand("Create Instance with Form…");
    const form = workbench.webview();
    await form.getByLabel("Kind").selectOption("chime");
    await form.getByLabel("Metadata").waitFor();
    await form.getByLabel(/^Name/).fill("form-chat");
    await form.locator("#submit").click();
    await form.getByText("form-chat was created").first().waitFor();
    await tree.waitForRow("form-chat");
    await closeEditor(workbench);
  });

  await step("the form creates a Supply Chain instance that fails with the service's own text", async () => {
    await workbench.runCommand("Create Instance with Form…");
    const form = workbench.webview();
    await form.getByLabel("Kind").selectOption("supplyChain");
    await form.getByLabel(/^Web app domain/).waitFor();
    await form.getByLabel(/^Name/).fill("returns-apac");
    await addTag(workbench, "team", "logistics");
    await addTag(workbench, "sandbox:fail-create", "true");
    await form.locator("#submit").click();
    await form.getByText("Could not create returns-apac").first().waitFor();
    await form.getByText(deniedText).first().waitFor();
    await workbench.screenshot("main-3-form-failed");
    assert.equal(await workbench.notifications.toast("returns-apac failed").count(), 0, "the page says it already");
    await closeEditor(workbench);
    const failed = await tree.waitForRow("returns-apac", "CreateFailed");
    assert.ok(failed.icons.includes("error"), failed.icons.join(" "));
    assert.match(await tree.tooltip("returns-apac"), new RegExp(deniedText));
  });

  await step("Recreate… brings its draft back; without the cause it becomes Active", async () => {
    await tree.contextMenu("returns-apac", "Recreate…");
    const form = workbench.webview();
    await form.getByText(deniedText).first().waitFor();
    assert.equal(await form.getByLabel(/^Name/).inputValue(), "returns-apac");
    await removeTag(workbench, "sandbox:fail-create");
    await workbench.screenshot("main-4-recreate");
    await form.locator("#submit").click();
    const question = await workbench.dialog.text();
    assert.match(question, /^Delete returns-apac and create it again\?/);
    assert.match(question, /123456789012|\d{12}/);
    assert.match(question, /us-east-1/);
    await workbench.dialog.press("Delete and Recreate");
    await workbench.notifications.waitFor("returns-apac is active.", 60_000);
    await tree.waitForRow("returns-apac", "Active");
    await workbench.screenshot("main-5-active");
  });

  await step("the ledger has exactly what was asked for, and each create its own token", async () => {
    const after = await sandbox.ledger();
    assert.deepEqual(changesOf(after), [
      "supplychain CreateInstance",
      "chime-sdk-identity CreateAppInstance",
      "chime-sdk-identity CreateAppInstance",
      "supplychain CreateInstance",
      "supplychain DeleteInstance",
      "supplychain CreateInstance",
    ]);
    const tokens = after.requests.filter(({ operation }) => operation.startsWith("Create")).map(({ token }) => token);
    assert.equal(new Set(tokens).size, tokens.length, "a token was used for two creates");
    assert.ok(tokens.every(Boolean), "a create without a token");
    const seeded = new Set(before.resources.map(({ id }) => id));
    const made = after.resources.filter(({ id }) => !seeded.has(id));
    assert.deepEqual(
      made.map(({ name, state }) => [name, state]),
      [
        ["q3-pilot", "created"],
        ["wizard-chat", "created"],
        ["form-chat", "created"],
        ["returns-apac", "gone"],
        ["returns-apac", "created"],
      ],
    );
    assert.deepEqual(made.at(-1)?.tags, { team: "logistics" });
  });

  await step("the Activity view tells what was started here, newest first", async () => {
    const rows = await workbench.tree("Activity").rows();
    assert.deepEqual(
      rows.map(({ label }) => label),
      ["Recreate returns-apac", "Create returns-apac", "Create form-chat", "Create wizard-chat", "Create q3-pilot"],
    );
  });
});

/** Requests that changed something, in order. */
function changesOf({ requests }: Ledger): readonly string[] {
  const changes = requests.filter(({ operation }) => !/^(Get|List|Describe|Lookup|Simulate)/.test(operation));
  return changes.map(({ service, operation }) => `${service} ${operation}`);
}

async function typeAnswer({ quickInput, page }: Workbench, title: string, text: string): Promise<void> {
  await quickInput.waitForTitle(title);
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

async function addTag(workbench: Workbench, key: string, value: string): Promise<void> {
  const form = workbench.webview();
  await form.getByLabel("New tag key").fill(key);
  await form.getByLabel("New tag value").fill(value);
  await form.locator("#tag-add").click();
}

async function removeTag(workbench: Workbench, key: string): Promise<void> {
  const rows = workbench.webview().locator(".tag-rows > li");
  for (const row of await rows.all()) {
    if ((await row.locator("input").first().inputValue()) === key) await row.getByRole("button").click();
  }
}

async function closeEditor(workbench: Workbench): Promise<void> {
  await workbench.runCommand("View: Close Editor");
}
