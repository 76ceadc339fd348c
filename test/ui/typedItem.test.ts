import assert from "node:assert/strict";
import { test } from "node:test";
import { eventually, openWorkbench } from "./workbench";

test("what is typed is offered in a list, and what keeps a key from being used is read whole", async (t) => {
  const workbench = await openWorkbench(t, {
    awsConfig: "[profile dev]\nregion = eu-central-1\n",
    settings: { "appInstances.refreshIntervalSeconds": 0, "workbench.colorTheme": "Default High Contrast" },
  });
  const { quickInput, page } = workbench;
  await workbench.showView();
  await workbench.tree("Instances").welcomeText();
  await page.setViewportSize({ width: 640, height: 400 });

  await t.test("a region that is not listed", async () => {
    await workbench.runCommand("Add Connection…");
    await quickInput.pick("dev");
    await quickInput.row("eu-central-1").first().waitFor();
    await quickInput.type("eu-west");
    assert.equal(await quickInput.row(/Use "/).count(), 0);
    await quickInput.type("eu-west-9");
    await quickInput.row(/Use "eu-west-9"/).waitFor();
    await workbench.screenshot("typed region");
    await quickInput.accept();
    await workbench.tree("Instances").waitForRow("dev · eu-west-9");
    await workbench.tree("Instances").contextMenu("dev · eu-west-9", "Remove Connection");
  });

  await t.test("a finding about a key, in a window with room for the widest list that VS Code shows", async () => {
    await page.setViewportSize({ width: 1000, height: 600 });
    await workbench.runCommand("Start Sandbox");
    await workbench.tree("Instances").waitForRow(/sandbox/);
    await workbench.runCommand("Create Supply Chain Instance…");
    for (const step of ["(1/6)", "(2/6)"]) {
      await quickInput.waitForTitle(step);
      await quickInput.answer("x");
    }
    await quickInput.waitForTitle("(3/6)");
    await quickInput.row("supply-chain-no-access").first().waitFor();
    await quickInput.pick("supply-chain-no-access");
    await quickInput.row("Use anyway").waitFor();
    await workbench.screenshot("key finding");
    const cut = await page.locator(".quick-input-list .monaco-list-row .label-name").evaluateAll((labels) =>
      labels
        .filter((label) => {
          const holder = label.closest(".monaco-icon-label-container") ?? label;
          return holder.scrollWidth > holder.clientWidth + 1;
        })
        .map((label) => label.textContent),
    );
    assert.deepEqual(cut, [], "rows whose end is cut");
    const finding = quickInput.row("The policy of the key does not allow");
    assert.equal(await finding.count(), 1, "a finding is one row");
    assert.match((await finding.textContent()) ?? "", /kms:GenerateDataKey\./);
  });

  await t.test("a key that was chosen before has the focus still when the keys are listed", async () => {
    await quickInput.pick("Use anyway");
    await quickInput.waitForTitle("(4/6)");
    await quickInput.back();
    await quickInput.waitForTitle("(3/6)");
    await quickInput.row("supply-chain-no-access").first().waitFor();
    const focused = page.locator(".quick-input-list .monaco-list-row.focused");
    await eventually(async () => assert.match((await focused.textContent()) ?? "", /supply-chain-no-access/));
    await quickInput.escape();
  });

  await t.test("what stands in an input stays, with Back and with Escape", async () => {
    const goOn = async () => {
      await workbench.runCommand("Create Supply Chain Instance…");
      await quickInput.pick("Continue with x");
    };
    await goOn();
    await quickInput.waitForTitle("(3/6)");
    await quickInput.back();
    await quickInput.waitForTitle("(2/6)");
    await quickInput.type("North plant");
    await quickInput.back();
    await quickInput.waitForTitle("(1/6)");
    await quickInput.accept();
    await quickInput.waitForTitle("(2/6)");
    assert.equal(await quickInput.value(), "North plant");
    await quickInput.type("North plant!");
    await quickInput.escape();
    await quickInput.waitForClosed();
    await goOn();
    await quickInput.waitForTitle("(2/6)");
    assert.equal(await quickInput.value(), "North plant!");
    await quickInput.escape();
  });
});
