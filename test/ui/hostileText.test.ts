import assert from "node:assert/strict";
import { test } from "node:test";
import { embeddedSandboxControl } from "./embeddedSandbox";
import { eventually, openWorkbench } from "./workbench";

/** Starts each name, so that a row is found by what does not change. */
const hostile = {
  aa: "[run](command:workbench.action.quit) ![x](https://evil.example/i.png)",
  bb: "<img src=x onerror=alert(1)> <b>bold</b> &lt;",
  cc: "$(flame) $(sync~spin) ${1+1}",
  dd: "user\u202egnp.exe \u2066x\u2069",
  ee: "soft\u00adhyphen zero\u200bwidth \u{e0041} filler\u3164",
  ff: "tab\there\nnext\r\nline",
  gg: "x".repeat(200),
};

test("Hostile text in the workbench is readable, runs nothing, and breaks nothing", async (t) => {
  const workbench = await openWorkbench(t, { settings: { "appInstances.refreshIntervalSeconds": 0 } });
  const tree = workbench.tree("Instances");
  await workbench.showView();
  await tree.clickWelcome("Try it in the sandbox");
  await tree.waitForRow("support-chat");
  const control = await embeddedSandboxControl(workbench);
  for (const [start, text] of Object.entries(hostile))
    await control.addResources({
      kind: "chime",
      count: 1,
      namePrefix: `${start} ${text}`,
      tags: { [text.slice(0, 99)]: text },
    });
  await workbench.runCommand("Refresh");

  for (const start of Object.keys(hostile)) {
    const row = new RegExp(`^${start} `);
    const { label, icons } = await tree.waitForRow(row);
    assert.doesNotMatch(label, /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u, start);
    assert.deepEqual(icons, ["comment-discussion"], start);

    // What is shown is what has to be typed; it is not typed to the end here.
    await tree.contextMenu(row, "Delete…");
    await workbench.quickInput.waitForTitle(new RegExp(`^Delete Chime app instance: ${start} `));
    assert.doesNotMatch(await workbench.quickInput.message(), /[\u202a-\u202e\u2066-\u2069\u00ad\u3164]/, start);
    await workbench.quickInput.escape();

    await tree.contextMenu(row, "Copy AWS CLI Create Command");
    await eventually(async () => {
      const command = await workbench.clipboard();
      assert.ok(command.includes(`${start} `), command);
      assert.doesNotMatch(command, /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u, start);
    });
  }
  const { page } = workbench;
  assert.equal(await page.locator(".monaco-workbench a[href^='command:workbench.action.quit']").count(), 0);
  assert.equal(await page.locator(".monaco-workbench img[src*='evil'], .monaco-workbench img[src='x']").count(), 0);
  await workbench.screenshot("hostile-text");
});
