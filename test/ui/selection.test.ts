import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, openWorkbench, type Workbench } from "./workbench";

/** Label of the one row that is selected. */
const untilSelected = (workbench: Workbench, label: RegExp) =>
  eventually(async () => {
    const selected = workbench.tree("Instances").root.locator('.monaco-list-row[aria-selected="true"] .label-name');
    const [only, ...more] = await selected.allInnerTexts();
    assert.match(only ?? "", label);
    assert.equal(more.length, 0);
  });

test("what was just made is selected: a connection, and an instance when it replaces its create", async (t) => {
  const workbench = await openWorkbench(t, {
    awsConfig: "[profile dev]\nregion = eu-central-1\n",
    settings: { "appInstances.refreshIntervalSeconds": 0, "appInstances.sandbox.createSeconds": 2 },
  });
  const { quickInput } = workbench;
  const tree = workbench.tree("Instances");

  await workbench.showView();
  await t.test("a started sandbox", async () => {
    await workbench.runCommand("Start Sandbox");
    await tree.waitForRow("support-chat");
    await untilSelected(workbench, /sandbox · us-east-1$/);
  });

  await t.test("an app instance, which is there at once", async () => {
    await workbench.runCommand("Create Chime App Instance…");
    await quickInput.waitForTitle("(1/4)");
    await quickInput.answer("sales-chat");
    await quickInput.waitForTitle("(2/4)");
    await quickInput.answer("");
    await quickInput.waitForTitle("(3/4)");
    await quickInput.pick("Done");
    await quickInput.waitForTitle("(4/4)");
    await quickInput.pick("Create in sandbox");
    await tree.waitForRow("sales-chat", "");
    await untilSelected(workbench, /^sales-chat$/);
  });

  await t.test("a Supply Chain instance, from its request to Active", async () => {
    await workbench.runCommand("Create Supply Chain Instance…");
    for (const [step, answer] of ["q3-pilot", "", undefined, "", undefined].entries()) {
      await quickInput.waitForTitle(`(${step + 1}/6)`);
      if (answer === undefined) await quickInput.pick(step === 2 ? "AWS owned key" : "Done");
      else await quickInput.answer(answer);
    }
    await quickInput.waitForTitle("(6/6)");
    await quickInput.pick("Create in sandbox");
    await tree.waitForRow("q3-pilot", /^Initializing/);
    await untilSelected(workbench, /^q3-pilot$/);
    await tree.waitForRow("q3-pilot", "Active");
    await untilSelected(workbench, /^q3-pilot$/);
  });

  await t.test("a connection that was added", async () => {
    await workbench.runCommand("Add Connection…");
    await quickInput.pick("dev");
    await quickInput.pick("eu-central-1");
    await untilSelected(workbench, /^dev · eu-central-1$/);
  });
});
