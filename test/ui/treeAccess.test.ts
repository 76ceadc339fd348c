import assert from "node:assert/strict";
import { test } from "node:test";
import { seriousViolations } from "./axe";
import { openWorkbench, type Theme } from "./workbench";

test("axe finds nothing in the views in four themes, and each row is told once", async (t) => {
  const workbench = await openWorkbench(t, { settings: { "appInstances.refreshIntervalSeconds": 0 } });
  const tree = workbench.tree("Instances");
  await workbench.showView();
  await workbench.runCommand("Start Sandbox");
  await tree.waitForRow("returns-emea", "CreateFailed");
  await tree.waitForRow("support-chat");

  const themes: readonly Theme[] = ["dark", "light", "highContrast", "highContrastLight"];
  for (const theme of themes)
    await t.test(theme, async () => {
      await workbench.wear(theme);
      const violations = await seriousViolations(workbench.page, ".pane-body .monaco-list-rows");
      // VS Code draws label and description without a space between them, which no name can contain.
      const ours = violations.filter((line) => !line.startsWith("label-content-name-mismatch"));
      assert.deepEqual(ours, []);
      await workbench.screenshot(`tree in ${theme}`);
    });

  await t.test("what a screen reader is told of a row has no word twice", async () => {
    for (const { ariaLabel, label } of await tree.rows()) {
      assert.ok(ariaLabel.includes(label.split(" · ").at(-1)!), `${label} is called ${ariaLabel}`);
      const parts = ariaLabel.split(/, | · /);
      assert.equal(new Set(parts).size, parts.length, ariaLabel);
    }
  });
});
