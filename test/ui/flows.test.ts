import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Locator } from "playwright-core";
import { startTestSandbox, type TestSandbox } from "../fixtures/sandbox";
import type { SandboxOptions } from "../../src/sandbox/server";
import { eventually, openWorkbench, type Workbench } from "./workbench";

interface Scene {
  readonly sandbox: TestSandbox;
  readonly workbench: Workbench;
}

/** A window whose connections are profiles that reach a sandbox of the test's own. */
async function openScene(t: TestContext, options: Partial<SandboxOptions> = {}, profiles = ["dev"]): Promise<Scene> {
  const sandbox = await startTestSandbox(t, { seed: "demo", ...options });
  const keys = [sandbox, sandbox.restricted];
  const workbench = await openWorkbench(t, {
    settings: { "appInstances.connections": profiles.map((profile) => ({ profile, region: sandbox.region })) },
    awsConfig: profiles
      .map((name) => `[profile ${name}]\nregion = us-east-1\nendpoint_url = ${sandbox.endpoint}\n`)
      .join("\n"),
    awsCredentials: profiles
      .map((name, index) => {
        const { accessKeyId, secretAccessKey } = keys[index] ?? sandbox;
        return `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
      })
      .join("\n"),
  });
  await workbench.showView();
  await workbench.tree("Instances").waitForRow("demand-planning", /Active/);
  return { sandbox, workbench };
}

/** Requests that changed something. */
async function changes({ control }: TestSandbox): Promise<readonly string[]> {
  const { requests } = await control.ledger();
  return requests
    .map(({ operation }) => operation)
    .filter((name) => !/^(Get|List|Describe|Lookup|Simulate)/.test(name));
}

/** Chooses from a row's menu and waits for the input that this opens. */
async function fromMenu(workbench: Workbench, row: string, item: string, title: string): Promise<void> {
  await chooseFromMenu(workbench, row, item, workbench.page.locator(".quick-input-title", { hasText: title }));
}

/** VS Code hands over no row when the tree is drawn anew in that very moment; then the command asks for it. */
async function chooseFromMenu(workbench: Workbench, row: string, item: string, expected: Locator): Promise<void> {
  const question = workbench.page.locator('.quick-input-widget [placeholder="Choose an instance"]');
  await workbench.tree("Instances").contextMenu(row, item);
  await expected.or(question).first().waitFor();
  if (await question.isVisible()) await workbench.quickInput.pick(row);
  await expected.waitFor();
}

/** Types an answer and presses Enter, with the keyboard alone. */
async function answer({ quickInput, page }: Workbench, title: string, text: string): Promise<void> {
  await quickInput.waitForTitle(title);
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

/** Moves to the row with the arrow keys and presses Enter. */
async function choose({ quickInput, page }: Workbench, title: string, label: string): Promise<void> {
  await quickInput.waitForTitle(title);
  await quickInput.row(label).first().waitFor();
  await eventually(async () => {
    const focused = page.locator(".quick-input-list .monaco-list-row.focused");
    if (((await focused.textContent({ timeout: 1000 })) ?? "").includes(label)) return;
    await page.keyboard.press("ArrowDown");
    throw new Error(`"${label}" is not reached with the arrow keys`);
  });
  await page.keyboard.press("Enter");
}

test("the flows of one window, with the keyboard wherever a person could", async (t) => {
  const scene = await openScene(t);
  for (const [name, run] of Object.entries(flows)) await t.test(name, () => run(scene));
});

/** Each leaves the window as the next one needs it: no input open. */
const flows: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  async "Back keeps the answers, a line of the review leads back to it, and Escape creates nothing"({
    sandbox,
    workbench,
  }) {
    const { quickInput, page } = workbench;
    await workbench.runCommand("Create Chime App Instance…");
    await answer(workbench, "Create Chime app instance (1/4)", "support");
    await quickInput.waitForMessage("0 of 1,024 bytes");
    await page.keyboard.type("é");
    await quickInput.waitForMessage("2 of 1,024 bytes");
    await quickInput.back();
    await quickInput.waitForTitle("(1/4)");
    assert.equal(await quickInput.value(), "support");
    await page.keyboard.press("Enter");
    await answer(workbench, "(2/4)", '{"tier":1}');
    await choose(workbench, "(3/4)", "Done");
    await choose(workbench, "(4/4)", "Name");
    await quickInput.waitForTitle("(1/4)");
    await page.keyboard.press("End");
    await answer(workbench, "(1/4)", "-emea");
    await quickInput.waitForTitle("(4/4)");
    assert.match((await quickInput.rowTexts())[0] ?? "", /support-emea/);
    await quickInput.escape();
    await quickInput.waitForClosed();
    assert.deepEqual(await changes(sandbox), []);
  },

  async "a Supply Chain instance is created with the keyboard alone"({ sandbox, workbench }) {
    const { quickInput, page } = workbench;
    await workbench.runCommand("Create Supply Chain Instance…");
    await answer(workbench, "Create Supply Chain instance (1/6)", "q3.pilot");
    await quickInput.waitForMessage("Use only letters A to Z");
    await page.keyboard.press("ControlOrMeta+a");
    await answer(workbench, "(1/6)", "q3-pilot");
    await answer(workbench, "(2/6)", "");
    await choose(workbench, "(3/6)", "supply-chain");
    await choose(workbench, "(3/6)", "Key is ready");
    await quickInput.waitForTitle("(4/6)");
    await page.keyboard.type("q3-pilot");
    await quickInput.waitForMessage("https://q3-pilot.scn.global.on.aws");
    await page.keyboard.press("Enter");
    await choose(workbench, "(5/6)", "Add tag…");
    await quickInput.waitForMessage("Key of the new tag");
    await answer(workbench, "(5/6)", "team");
    await quickInput.waitForMessage("Value of team");
    await answer(workbench, "(5/6)", "logistics");
    await choose(workbench, "(5/6)", "Done");

    await quickInput.waitForTitle("(6/6)");
    const review = (await quickInput.rowTexts()).join("\n");
    for (const part of ["q3-pilot", "https://q3-pilot.scn.global.on.aws", "team = logistics"])
      assert.ok(review.includes(part), review);
    await workbench.screenshot("flows-review");
    await choose(workbench, "(6/6)", `Create in dev · us-east-1 (${sandbox.accountId})`);
    await quickInput.waitForClosed();
    await workbench.tree("Instances").waitForRow("q3-pilot", /Active/);
    assert.deepEqual(await changes(sandbox), ["CreateInstance"]);
    const { resources } = await sandbox.control.ledger();
    assert.deepEqual(resources.find(({ name }) => name === "q3-pilot")?.tags, { team: "logistics" });
  },

  async "tags are edited in a list, and the difference is shown before it is sent"({ sandbox, workbench }) {
    const { quickInput, page } = workbench;
    await fromMenu(workbench, "demand-planning", "Edit Tags…", "Edit tags of demand-planning");
    await quickInput.pressInRow("env = prod", "Remove");
    await choose(workbench, "Edit tags", "team = planning");
    await choose(workbench, "Edit tags", "Edit value…");
    await quickInput.waitForMessage("Value of team");
    await page.keyboard.press("ControlOrMeta+a");
    await answer(workbench, "Edit tags", "forecast");
    await choose(workbench, "Edit tags", "Done");
    await quickInput.row("Save 2 changes").waitFor();
    assert.deepEqual((await quickInput.rows()).slice(0, 2), ["~ team = planning → forecast", "- env = prod"]);
    await workbench.screenshot("flows-tags-diff");
    await choose(workbench, "Edit tags", "Save 2 changes in dev · us-east-1");
    await eventually(async () => {
      const { resources } = await sandbox.control.ledger();
      assert.deepEqual(resources.find(({ name }) => name === "demand-planning")?.tags, { team: "forecast" });
      // A request is in the ledger once its reply is out, a moment after what it did.
      assert.deepEqual([...(await changes(sandbox))].sort(), ["CreateInstance", "TagResource", "UntagResource"]);
    });
  },

  async "what the service can change is edited, and the tree shows it at once"({ workbench }) {
    await fromMenu(workbench, "q3-pilot", "Edit…", "Edit q3-pilot (1/3)");
    await workbench.page.keyboard.press("End");
    await answer(workbench, "(1/3)", "-2");
    await answer(workbench, "(2/3)", "Third quarter");
    await workbench.quickInput.row("Name").waitFor();
    await workbench.screenshot("flows-edit-review");
    await choose(workbench, "(3/3)", "Save in dev · us-east-1");
    await workbench.tree("Instances").waitForRow("q3-pilot-2", /Active/);
  },

  async "a copy begins at its review without the domain, and the create command is in the clipboard"({ workbench }) {
    const { quickInput } = workbench;
    await fromMenu(workbench, "demand-planning", "Create One Like This…", "(6/6)");
    assert.ok((await quickInput.rowTexts()).some((row) => row.includes("a domain belongs to one instance only")));
    await quickInput.escape();
    await workbench.tree("Instances").contextMenu("demand-planning", "Copy AWS CLI Create Command");
    await workbench.notifications.waitFor("Copied the create command of demand-planning.");
    assert.match(
      await workbench.clipboard(),
      /^aws supplychain create-instance --instance-name demand-planning .*--profile dev --endpoint-url http:\/\/127\.0\.0\.1:\d+$/,
    );
  },

  async "slow reading shows that it goes on, and Escape ends it"({ sandbox, workbench }) {
    const { quickInput } = workbench;
    await sandbox.control.addFault("GetInstance", { kind: "latency", ms: 60_000 }, 20);
    const reading = workbench.page.locator('.quick-input-widget [placeholder="Reading demand-planning…"]');
    await chooseFromMenu(workbench, "demand-planning", "Edit…", reading);
    await workbench.screenshot("flows-busy");
    await quickInput.escape();
    await quickInput.waitForClosed();
    await sandbox.control.clearFaults();
    await fromMenu(workbench, "demand-planning", "Edit…", "Edit demand-planning (1/3)");
    await quickInput.escape();
    await quickInput.waitForClosed();
  },

  async "an instance is deleted by typing its name, and not by anything else"({ sandbox, workbench }) {
    const before = await changes(sandbox);
    const title = "Delete Supply Chain instance: demand-planning";
    await fromMenu(workbench, "demand-planning", "Delete…", title);
    await workbench.screenshot("flows-delete");
    await answer(workbench, title, "demand");
    await workbench.quickInput.waitForMessage("That is not demand-planning.");
    await answer(workbench, title, "-planning");
    await workbench.quickInput.waitForClosed();
    await workbench.tree("Instances").waitForNoRow("demand-planning");
    assert.deepEqual((await changes(sandbox)).slice(before.length), ["DeleteInstance"]);
  },
};

test("with two connections the wizard asks first; with the button setting, Delete… is a modal question", async (t) => {
  const { sandbox, workbench } = await openScene(t, {}, ["dev", "limited"]);
  const { quickInput } = workbench;
  const tree = workbench.tree("Instances");
  await workbench.runCommand("Create Chime App Instance…");
  await quickInput.waitForTitle(/^Create Chime app instance$/);
  await workbench.screenshot("flows-connections");
  await choose(workbench, "Create Chime app instance", "limited · us-east-1");
  await quickInput.waitForTitle("(1/4)");
  await quickInput.escape();
  await fromMenu(
    workbench,
    `${sandbox.accountId} · dev · us-east-1`,
    "Create Supply Chain Instance…",
    "Create Supply Chain instance (1/6)",
  );
  await quickInput.escape();
  await quickInput.waitForClosed();

  await workbench.changeSettings({ "appInstances.deleteConfirmation": "button" });
  await tree.collapse(`${sandbox.accountId} · limited · us-east-1`);
  const question = workbench.page.locator(".monaco-dialog-box");
  await chooseFromMenu(workbench, "support-chat", "Delete…", question);
  const text = await workbench.dialog.text();
  for (const part of ["Delete support-chat?", sandbox.accountId, "us-east-1", "dev"])
    assert.ok(text.includes(part), text);
  await workbench.screenshot("flows-delete-modal");
  await workbench.dialog.press("Cancel");
  assert.deepEqual(await changes(sandbox), []);
  await chooseFromMenu(workbench, "support-chat", "Delete…", question);
  await workbench.dialog.press("Delete");
  await tree.waitForNoRow("support-chat");
  assert.deepEqual(await changes(sandbox), ["DeleteAppInstance"]);
});
