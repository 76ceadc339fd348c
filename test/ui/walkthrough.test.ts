import assert from "node:assert/strict";
import { test } from "node:test";
import { contributes } from "../../package.json";
import { openWorkbench, type Workbench } from "./workbench";

const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);

test("The walkthrough leads from the sandbox through a failure to a recreated instance; a step is done when that happened", async (t) => {
  const workbench = await openWorkbench(t, {
    settings: { "appInstances.sandbox.createSeconds": 1 },
    // VS Code shows pictures only where there is room for them beside the steps.
    size: { width: 1500, height: 900 },
  });
  const { quickInput } = workbench;
  const tree = workbench.tree("Instances");
  await workbench.showView();
  await tree.clickWelcome("how it works");

  await t.test("each step has its picture, in the colours of the theme", async () => {
    for (const { id, media } of steps) {
      await choose(workbench, id);
      const picture = workbench.webview().locator("svg");
      await workbench.webview().getByRole("img", { name: media.altText }).waitFor();
      const colours = await picture.evaluate((svg) =>
        Array.from(svg.querySelectorAll("text"), (text) => getComputedStyle(text).fill),
      );
      assert.ok(colours.length > 0, id);
      assert.ok(!colours.includes("rgb(0, 0, 0)"), `${id}: black on dark is what an unknown colour comes to`);
    }
    assert.deepEqual(await done(workbench), []);
  });

  await t.test("its button starts the sandbox", async () => {
    await press(workbench, "sandbox", "Start Sandbox");
    await tree.waitForRow("returns-emea", "CreateFailed");
    await isDone(workbench, "sandbox");
  });

  await t.test("a wizard that was opened and left is no instance yet", async () => {
    await press(workbench, "create", "Create Chime App Instance");
    await quickInput.waitForTitle("(1/4)");
    await quickInput.escape();
    await quickInput.waitForClosed();
    assert.deepEqual(await done(workbench), ["sandbox"]);
    await press(workbench, "create", "Create Chime App Instance");
    await answer(workbench, ["sales-chat", ""], "(3/4)");
    await quickInput.waitForTitle("(4/4)");
    await quickInput.pick("Create in sandbox");
    await isDone(workbench, "create");
  });

  await t.test("its buttons show the restricted sandbox and make one fail there", async () => {
    await press(workbench, "failure", "Show sandbox-restricted");
    await tree.waitForRow(/sandbox-restricted/);
    await press(workbench, "failure", "Create One That Fails");
    await answer(workbench, ["returns-apac", ""], "(3/6)", "AWS owned key");
    await answer(workbench, [""], "(5/6)");
    await quickInput.waitForTitle("(6/6)");
    await quickInput.pick("Create in sandbox-restricted");
    await isDone(workbench, "failure");
    await tree.waitForRow("returns-apac", "CreateFailed");
  });

  await t.test("its button recreates the one that came with the sandbox", async () => {
    await press(workbench, "recreate", "Recreate…");
    await quickInput.pick("returns-emea");
    await workbench.webview().locator("#submit[aria-disabled=false]").click();
    await workbench.dialog.press("Delete and Recreate");
    await tree.waitForRow("returns-emea", "Active", 60_000);
    await quickInput.runCommand("View: Close Editor");
    await isDone(workbench, "recreate");
    assert.deepEqual(
      await done(workbench),
      ["sandbox", "create", "failure", "recreate"],
      "no account is connected yet",
    );
  });
});

async function choose(workbench: Workbench, id: string): Promise<void> {
  const step = workbench.page.locator(`.getting-started-step[data-step-id$="#${id}"]`);
  await step.waitFor();
  if ((await step.getAttribute("aria-expanded")) !== "true") await step.click();
}

async function press(workbench: Workbench, id: string, button: string): Promise<void> {
  await choose(workbench, id);
  await workbench.page
    .locator(`.getting-started-step[data-step-id$="#${id}"]`)
    .locator(".monaco-button", { hasText: button })
    .click();
}

/** Texts for the steps of a wizard up to the one of that number, where something is picked. */
async function answer(workbench: Workbench, texts: readonly string[], next: string, pick = "Done"): Promise<void> {
  const { quickInput } = workbench;
  const last = Number(next[1]);
  for (const [index, text] of texts.entries()) {
    await quickInput.waitForTitle(`(${last - texts.length + index}/`);
    await quickInput.answer(text);
  }
  await quickInput.waitForTitle(next);
  await quickInput.pick(pick);
}

async function isDone(workbench: Workbench, id: string): Promise<void> {
  await workbench.page.locator(`[data-done-step-id$="#${id}"][aria-checked="true"]`).waitFor();
}

async function done(workbench: Workbench): Promise<readonly string[]> {
  const boxes = workbench.page.locator('[data-done-step-id][aria-checked="true"]');
  const ids = await boxes.evaluateAll((all) => all.map((box) => box.getAttribute("data-done-step-id") ?? ""));
  return ids.flatMap((id) => (id.includes("#appInstances.start#") ? [id.replace(/^.*#/, "")] : []));
}
