import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { startTestSandbox } from "../fixtures/sandbox";
import { embeddedSandboxControl } from "./embeddedSandbox";
import { eventually, openWorkbench } from "./workbench";

const sandbox = "123456789012 · sandbox · us-east-1";
const hostile = "[run](command:workbench.action.quit) ![x](https://evil/i.png) <b>bold</b> $(flame) ";

test("the Instances view over the embedded sandbox", async (t) => {
  const workbench = await openWorkbench(t, {
    settings: { "appInstances.sandbox.createSeconds": 30, "appInstances.refreshIntervalSeconds": 0 },
  });
  const tree = workbench.tree("Instances");
  await workbench.showView();
  await tree.clickWelcome("Try it in the sandbox");

  await t.test("each state has its text and its icon, and freshness stands in the title", async () => {
    const connection = await tree.waitForRow(sandbox, /^\d failed$/);
    assert.deepEqual(connection.icons, ["beaker"]);
    assert.match((await tree.waitForRow("Supply Chain", "4 · 1 failed")).ariaLabel, /Supply Chain, 4 · 1 failed/);
    assert.deepEqual((await tree.waitForRow("demand-planning", "Active")).icons, ["pass-filled"]);
    assert.deepEqual((await tree.waitForRow("returns-emea", "CreateFailed")).icons, ["error"]);
    const initializing = await tree.waitForRow("inbound-eu", /^Initializing · \d+ (s|min \d+ s)$/);
    assert.deepEqual(initializing.icons, ["sync", "modifier-spin"]);
    assert.equal(initializing.ariaLabel, "inbound-eu, Supply Chain instance, Initializing");
    const chat = await tree.waitForRow("support-chat", "");
    assert.deepEqual(chat.icons, ["comment-discussion"]);
    assert.match(await tree.titleDescription(), /^updated \d\d:\d\d:\d\d$/);
    await workbench.screenshot("tree-states");
  });

  await t.test("time passes on a row that is in progress", async () => {
    const { description } = await tree.waitForRow("inbound-eu", /^Initializing/);
    await tree.waitForRow("inbound-eu", new RegExp(`^(?!${description}$)(Initializing|Active)`));
  });

  await t.test("each menu offers what the state allows, and nothing else", async () => {
    const failed = await tree.contextMenuItems("returns-emea");
    for (const item of ["Recreate…", "Show Failure and Mitigation", "Delete…", "Copy ID", "Copy ARN"])
      assert.ok(failed.includes(item), `${item} is missing: ${failed.join(", ")}`);
    assert.ok(!failed.includes("Edit…"));
    const active = await tree.contextMenuItems("demand-planning");
    for (const item of ["Show Details", "Edit…", "Edit Tags…", "Create One Like This…", "Delete…"])
      assert.ok(active.includes(item), `${item} is missing: ${active.join(", ")}`);
    for (const item of ["Recreate…", "Show Failure and Mitigation", "Open in AWS Console", "Open Web App", "Discard"])
      assert.ok(!active.includes(item), `${item} is offered`);
    const connection = await tree.contextMenuItems(sandbox);
    for (const item of ["Create Supply Chain Instance…", "Create Chime App Instance…", "Stop Sandbox", "Reset Sandbox"])
      assert.ok(connection.includes(item), `${item} is missing: ${connection.join(", ")}`);
    assert.ok(!connection.includes("Sign In to Profile…"));
    assert.deepEqual(await tree.contextMenuItems("Chime app instances"), [
      "Create Chime App Instance…",
      "Create Instance with Form…",
      "Check Prerequisites…",
    ]);
  });

  await t.test("the tooltip of a failed instance has the service's words and what to do", async () => {
    // It is made when the pointer rests on the row, so it may be loading at first.
    const text = await eventually(async () => {
      const shown = await tree.tooltip("returns-emea");
      assert.match(shown, /State: CreateFailed/);
      return shown;
    });
    assert.match(text, /Access denied when attempting to create an S3 bucket\. Please correct your IAM policy/);
    assert.match(text, /What to do: /);
  });

  await t.test("the keyboard alone reaches a row, folds it and opens its menu", async () => {
    const { keyboard } = workbench.page;
    await workbench.runCommand("App Instances: Focus on Instances View");
    await keyboard.press("Home");
    await keyboard.press("ArrowDown");
    await keyboard.press("ArrowLeft");
    await tree.waitForNoRow("demand-planning");
    await keyboard.press("ArrowRight");
    await tree.waitForRow("demand-planning");
    await keyboard.press("ArrowRight");
    await keyboard.press("Shift+F10");
    const menu = workbench.page.locator(".monaco-menu");
    await menu.locator(".action-label", { hasText: "Copy ID" }).waitFor();
    await keyboard.press("Escape");
    await menu.waitFor({ state: "hidden" });
  });

  await t.test("Copy ID and Copy ARN copy", async () => {
    await tree.contextMenu("demand-planning", "Copy ARN");
    await eventually(async () => assert.match(await workbench.clipboard(), /^arn:aws:scn:us-east-1:123456789012:/));
    await tree.contextMenu("demand-planning", "Copy ID");
    await eventually(async () => assert.match(await workbench.clipboard(), /^[0-9a-f-]{36}$/));
  });

  const control = await embeddedSandboxControl(workbench);

  await t.test("hostile text of the service is shown as it is, and runs nothing", async () => {
    await control.addResources({ kind: "supplyChain", count: 1, namePrefix: hostile, failure: hostile });
    await tree.titleAction("Refresh");
    const label = `${hostile}-1`.trim();
    const row = await tree.waitForRow(label, "CreateFailed");
    assert.deepEqual(row.icons, ["error"]);
    await eventually(async () => {
      const text = await tree.tooltip(label);
      assert.match(text, /State: CreateFailed/);
      assert.ok(text.split(hostile.trim()).length > 2, `both name and message, as they are: ${text}`);
    });
    const hover = workbench.page.locator(".workbench-hover-container");
    assert.equal(await hover.locator("a, img, b").count(), 0);
    await workbench.screenshot("tree-hostile");
  });

  await t.test("a listing that fails says why, keeps the rows, and is mended by Retry", async () => {
    await control.addFault("ListInstances", { kind: "status", status: 403, code: "AccessDeniedException" });
    await tree.titleAction("Refresh");
    const failed = await eventually(async () => {
      const rows = await tree.rows();
      const error = rows.find(({ ariaLabel }) => ariaLabel.startsWith("Error: "));
      assert.ok(error, "no row says what went wrong");
      return error;
    });
    assert.deepEqual(failed.icons, ["error"]);
    await tree.waitForRow("demand-planning", "Active");
    await tree.inlineAction(failed.label, "Refresh");
    await tree.waitForNoRow(failed.label);
  });

  await t.test("a second window finds the sandbox of the first, and its rows are the same", async () => {
    const second = await workbench.openWindow();
    await second.showView();
    await second.tree("Instances").waitForRow("demand-planning", "Active");
    await second.close();
    await tree.waitForRow(sandbox, /^\d failed$/);
  });

  await t.test("what was folded stays folded when the tree is drawn again", async () => {
    await tree.collapse("Chime app instances");
    await tree.waitForNoRow("support-chat");
    await control.addResources({ kind: "chime", count: 1, namePrefix: "chat" });
    await tree.titleAction("Refresh");
    await tree.waitForRow("Chime app instances", "3");
    await tree.waitForNoRow("support-chat");
  });

  await t.test("a reload brings the sandbox back, with what was in it", async () => {
    await workbench.reload();
    await workbench.showView();
    await tree.waitForRow("demand-planning", "Active");
    await tree.waitForRow("Chime app instances", "3");
  });

  await t.test("ten thousand instances stay usable: a page at a time, and the rest when somebody asks", async () => {
    const restarted = await embeddedSandboxControl(workbench);
    await restarted.addResources({ kind: "supplyChain", count: 10_000, namePrefix: "bulk" });
    const start = performance.now();
    await tree.titleAction("Refresh");
    await tree.waitForRow("bulk-00001", "Active", 60_000);
    t.diagnostic(`the first of 10,000 rows after ${(performance.now() - start).toFixed(0)} ms`);
    await tree.waitForRow("Supply Chain", /^[\d,]{5,6}\+? · \d failed$/, 60_000);
    await workbench.runCommand("App Instances: Focus on Instances View");
    const { keyboard } = workbench.page;
    await keyboard.press("Home");
    for (const key of ["ArrowDown", "ArrowDown"]) await keyboard.press(key);
    await keyboard.press("PageDown");
    await tree.waitForRow(/^bulk-000[23]/);
    for (let pages = 0; pages < 25; pages++) await keyboard.press("PageDown");
    const { description } = await tree.waitForRow("Load more");
    assert.match(description, /^500 of [\d,]+\+? shown$/);
    await tree.click("Load more");
    await tree.waitForRow(/^bulk-0050\d/);
  });

  await t.test("Stop Sandbox takes its connection away, and the welcome view is back", async () => {
    await workbench.runCommand("Stop Sandbox");
    assert.match(await tree.welcomeText(), /Add Connection/);
  });
});

test("connections of profiles: custom endpoint, not signed in, broken; added, removed, in a workspace that is not trusted", async (t) => {
  const emulator = await startTestSandbox(t);
  const workbench = await openWorkbench(t, {
    restrictedMode: true,
    env: { PATH: "/usr/bin:/bin" },
    awsConfig: [
      "[profile local]",
      "region = us-east-1",
      `endpoint_url = ${emulator.endpoint}`,
      "[profile sso]",
      "sso_start_url = https://example.awsapps.com/start",
      "sso_region = us-east-1",
      "sso_account_id = 123456789012",
      "sso_role_name = Admin",
      "",
    ].join("\n"),
    awsCredentials: `[local]\naws_access_key_id = ${emulator.accessKeyId}\naws_secret_access_key = ${emulator.secretAccessKey}\n`,
    settings: {
      "appInstances.connections": [
        { profile: "sso", region: "us-east-1" },
        { profile: "nobody", region: "eu-west-1" },
        { profile: 3 },
      ],
    },
  });
  const tree = workbench.tree("Instances");
  await workbench.showView();

  await t.test("a profile that is not signed in has its own icon, says why, and offers Sign In", async () => {
    const row = await tree.waitForRow("sso · us-east-1", "Not signed in");
    assert.deepEqual(row.icons, ["key"]);
    const menu = await tree.contextMenuItems("sso · us-east-1");
    assert.ok(menu.includes("Sign In to Profile…"));
    assert.ok(!menu.includes("Create Supply Chain Instance…"));
    await workbench.statusBarItem("Not signed in").waitFor();
  });

  await t.test("without the AWS CLI, Sign In says which version it needs, and copies the command", async () => {
    const toast = "Signing in needs the AWS CLI version 2";
    await tree.contextMenu("sso · us-east-1", "Sign In to Profile…");
    await workbench.notifications.waitFor(toast);
    assert.deepEqual(await workbench.notifications.buttons(toast), ["Get the AWS CLI", "Copy Command"]);
    await workbench.notifications.press(toast, "Copy Command");
    await eventually(async () => assert.equal(await workbench.clipboard(), "aws sso login --profile sso"));
  });

  await t.test("a profile that does not exist is an error with its cause, and can be retried", async () => {
    const row = await tree.waitForRow("nobody · eu-west-1", "Could not connect");
    assert.deepEqual(row.icons, ["warning"]);
    const error = await tree.waitForRow(/^There is no profile nobody in .*config/);
    assert.ok(error.actions.includes("Refresh"), error.actions.join(", "));
  });

  await t.test("Add Connection… offers the profiles and pins one; its endpoint is this machine's", async () => {
    await workbench.runCommand("Add Connection…");
    await workbench.quickInput.waitForTitle("Add connection (1/2)");
    await workbench.quickInput.pick("local");
    await workbench.quickInput.waitForTitle("(2/2)");
    await workbench.quickInput.pick("us-east-1");
    const row = await tree.waitForRow("123456789012 · local · us-east-1", "custom endpoint");
    assert.deepEqual(row.icons, ["beaker"]);
    const empty = await tree.waitForRow("No instances in this connection yet.", "Create one…");
    assert.deepEqual(empty.icons, ["add"]);
    await workbench.screenshot("tree-profiles");
  });

  await t.test("an empty connection fills when something is made in it", async () => {
    await emulator.control.addResources({ kind: "chime", count: 1, namePrefix: "chat" });
    await tree.contextMenu("123456789012 · local · us-east-1", "Refresh");
    await tree.waitForRow("chat-1", "");
    await tree.waitForNoRow("No instances in this connection yet.");
  });

  await t.test("a profile that the user adds to the file mends its connection by itself", async () => {
    const file = `${workbench.home}/.aws/credentials`;
    const local = await readFile(file, "utf8");
    const config = `${workbench.home}/.aws/config`;
    await writeFile(
      config,
      `${await readFile(config, "utf8")}[profile nobody]\nregion = eu-west-1\nendpoint_url = ${emulator.endpoint}\n`,
    );
    await writeFile(file, local + local.replace("[local]", "[nobody]"));
    await tree.waitForRow("123456789012 · nobody · eu-west-1", "custom endpoint");
  });

  await t.test("Remove Connection takes it out of the tree and of the settings", async () => {
    await tree.contextMenu("sso · us-east-1", "Remove Connection");
    await tree.waitForNoRow("sso · us-east-1");
    await eventually(async () => assert.doesNotMatch(await readFile(workbench.settingsFile, "utf8"), /"sso"/));
    await workbench.statusBarItem("Not signed in").waitFor({ state: "detached" });
  });
});
