import assert from "node:assert/strict";
import { test } from "node:test";
import type { Frame } from "playwright-core";
import { seriousViolations } from "./axe";
import { eventually, openWorkbench, type Workbench } from "./workbench";

/** By the picker's names; the last one is the default again. */
const themes = {
  "Light Modern": "vscode-light",
  "Dark High Contrast": "vscode-high-contrast",
  "Light High Contrast": "vscode-high-contrast-light",
  "Dark Modern": "vscode-dark",
};

test("the pages in VS Code: themes, hidden and shown, reloaded, a policy that nothing offends", async (t) => {
  const workbench = await openWorkbench(t);
  const offences: string[] = [];
  workbench.page.on("console", (message) => {
    if (/Content Security Policy/i.test(message.text())) offences.push(message.text());
  });
  await workbench.showView();
  await workbench.runCommand("Start Sandbox");
  await workbench.tree("Instances").waitForRow("returns-emea", /CreateFailed/);

  await t.test("the form opens with the focus in its first field", async () => {
    await workbench.runCommand("Create Instance with Form…");
    const form = workbench.webview();
    await form.locator("#submit[aria-disabled=false]").waitFor();
    await eventually(async () => {
      assert.equal(await form.locator("#field-instanceName").evaluate((field) => field.matches(":focus")), true);
    });
    await workbench.page.keyboard.type("half-done");
    await form.getByLabel("New tag key").fill("team");
    await form.getByLabel("New tag value").fill("planning");
    await form.getByRole("button", { name: "Add" }).click();
  });

  await t.test("it keeps people out in no theme", async () => {
    await workbench.webview().getByLabel("Web app domain").fill("-");
    await workbench.webview().getByText("Equivalent AWS CLI command").click();
    await workbench.webview().locator("#field-webAppDnsDomain-problem:not([hidden])").waitFor();
    for (const [name, kind] of Object.entries(themes)) {
      await workbench.quickInput.runCommand("Preferences: Color Theme");
      await workbench.quickInput.answer(name);
      await workbench.webview().locator(`body[data-vscode-theme-kind="${kind}"]`).waitFor();
      assert.deepEqual(await seriousViolations(await frameOf(workbench)), [], name);
      await workbench.screenshot(`form-in-vscode-${kind}`);
    }
    await workbench.webview().getByLabel("Web app domain").fill("");
  });

  await t.test("hidden behind another tab and shown again, it is as it was", async () => {
    await workbench.tree("Instances").contextMenu("returns-emea", "Show Details");
    const details = workbench.webview();
    await details.getByRole("heading", { name: "returns-emea" }).waitFor();
    await details.getByRole("rowheader", { name: "instanceId" }).waitFor();
    await details.getByText("What to do:").waitFor();
    assert.deepEqual(await seriousViolations(await frameOf(workbench)), []);
    await workbench.screenshot("details-in-vscode");
    await workbench.editorTab("Create instance").click();
    const form = workbench.webview();
    await eventually(async () => {
      assert.equal(await form.getByLabel("Name", { exact: true }).inputValue(), "half-done");
    });
    assert.equal(await form.getByLabel("Value of tag team").inputValue(), "planning");
  });

  await t.test("after the window was loaded anew both pages are back, with what was typed and not added", async () => {
    await workbench.webview().getByLabel("New tag key").fill("crew");
    // The host has answered: VS Code has what the page keeps by then.
    await workbench.webview().locator("pre", { hasText: "crew" }).waitFor();
    await workbench.reloadWindow();
    const form = workbench.webview();
    await form.getByLabel("Value of tag team").waitFor();
    assert.equal(await form.getByLabel("Name", { exact: true }).inputValue(), "half-done");
    assert.equal(await form.getByLabel("Value of tag team").inputValue(), "planning");
    await form.getByLabel("Key of tag crew").waitFor();
    await workbench.editorTab("returns-emea").click();
    await workbench.webview().getByText("What to do:").waitFor();
    await workbench.editorTab("Create instance").click();
    await workbench.webview().getByRole("button", { name: "Remove tag crew" }).click();
  });

  await t.test("a form that was closed is continued by the next one, or begun anew", async () => {
    await workbench.quickInput.runCommand("View: Close Editor");
    await workbench.showView();
    await workbench.tree("Instances").waitForRow("returns-emea");
    await workbench.runCommand("Create Instance with Form…");
    const form = workbench.webview();
    await form.getByText("This is the draft that you had begun.").waitFor();
    assert.equal(await form.getByLabel("Name", { exact: true }).inputValue(), "half-done");
    assert.equal(await form.getByLabel("Value of tag team").inputValue(), "planning");
    await form.getByRole("button", { name: "Start Over" }).click();
    await eventually(async () => {
      assert.equal(await form.getByLabel("Name", { exact: true }).inputValue(), "");
    });
  });

  await t.test("asked for again while nothing was typed, the form is the same tab; Cancel closes it", async () => {
    const forms = async () => (await workbench.editorTitles()).filter((title) => title === "Create instance").length;
    await workbench.runCommand("Create Instance with Form…");
    assert.equal(await forms(), 1);
    await workbench.webview().getByRole("button", { name: "Cancel" }).click();
    await eventually(async () => {
      assert.equal(await forms(), 0);
    });
  });

  await t.test("so is one that replaces something, with what is replaced read anew", async () => {
    const recreate = async () => {
      await workbench.tree("Instances").contextMenu("returns-emea", "Recreate…");
      await workbench.webview().getByRole("heading", { name: "Recreate returns-emea" }).waitFor();
      return workbench.webview().getByLabel("Description");
    };
    const description = await recreate();
    const before = await description.inputValue();
    await description.fill("half-mended");
    await workbench
      .webview()
      .getByText(/Description: .*half-mended/)
      .waitFor();
    await workbench.quickInput.runCommand("View: Close Editor");
    await workbench.showView();
    const again = await recreate();
    await workbench.webview().getByText("This is the draft that you had begun.").waitFor();
    assert.equal(await again.inputValue(), "half-mended");
    await workbench.webview().getByRole("button", { name: "Start Over" }).click();
    await eventually(async () => {
      assert.equal(await again.inputValue(), before);
    });
    await workbench.webview().getByRole("heading", { name: "Recreate returns-emea" }).waitFor();
    await workbench.webview().getByRole("button", { name: "Cancel" }).click();
  });

  await t.test("Show Failure and Mitigation goes to the failure", async () => {
    await workbench.tree("Instances").contextMenu("returns-emea", "Show Failure and Mitigation");
    await eventually(async () => {
      const failure = workbench.webview().locator("#failure");
      assert.equal(await failure.evaluate((section) => section.matches(":focus")), true);
    });
  });
  assert.deepEqual(offences, []);
});

/** The frame of the page that is showing. */
async function frameOf(workbench: Workbench): Promise<Frame> {
  const body = await workbench.webview().locator("body").elementHandle();
  const frame = await body.ownerFrame();
  if (!frame) throw new Error("No page is showing.");
  return frame;
}
