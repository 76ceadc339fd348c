import assert from "node:assert/strict";
import { test } from "node:test";
import { startHostileKms } from "../fixtures/hostileKms";
import { startTestSandbox } from "../fixtures/sandbox";
import { embeddedSandboxControl } from "./embeddedSandbox";
import { eventually, openWorkbench, type Workbench } from "./workbench";

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
    const drawn = workbench.page.locator(
      ".quick-input-message .codicon, .quick-input-message a, .quick-input-title .codicon",
    );
    assert.equal(await drawn.count(), 0, `${start}: what is to be typed is text`);
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

/** Neither hidden nor drawn as something else. */
function assertReadable(text: string, what: string): void {
  assert.doesNotMatch(text, /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u, what);
}

async function assertInert({ page }: Workbench, what: string): Promise<void> {
  const harmful = [
    "a[href^='command:workbench.action.quit']",
    "a[data-href*='workbench.action.quit']",
    "img[src*='evil']",
    "img[src='x']",
    // Of ours none has this icon.
    ".label-name .codicon-flame, .quick-input-list .codicon-flame, .quick-input-message .codicon-flame, .notifications-toasts .codicon-flame, .monaco-dialog-box .codicon-flame",
  ];
  for (const selector of harmful)
    assert.equal(await page.locator(`.monaco-workbench ${selector}`).count(), 0, `${what}: ${selector}`);
}

/** What the page in the editor shows, once nothing of it is markup. */
async function pageText(workbench: Workbench, what: string): Promise<string> {
  const body = workbench.webview().locator("body");
  assert.equal(await body.locator("img, a, b, iframe").count(), 0, what);
  const text = await body.innerText();
  assertReadable(text, what);
  return text;
}

const nasty = `${hostile.aa} ${hostile.bb} ${hostile.cc} ${hostile.dd} ${hostile.ee}`;
const longError = `Could not make ${nasty}\n${hostile.ff} ${"very long ".repeat(1_024)}`;

test("Hostile profiles, keys and errors in the workbench: tree, tooltip, toast, modal, details, form, quick pick, log", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { endpoint, accessKeyId, secretAccessKey } = sandbox;
  const texts = [hostile.aa, hostile.bb, hostile.cc, `${hostile.dd} ${hostile.ee}`, "d".repeat(8_192)];
  const kms = await startHostileKms(
    t,
    texts.map((text) => ({ text })),
  );
  // Between the brackets of a section of the credentials file, anything may stand.
  const profile = nasty;
  const services = ["supplychain", "chime-sdk-identity", "chime", "sts"];
  const workbench = await openWorkbench(t, {
    settings: {
      "appInstances.refreshIntervalSeconds": 0,
      "appInstances.deleteConfirmation": "button",
      "appInstances.endpointUrls": { ...Object.fromEntries(services.map((id) => [id, endpoint])), kms: kms.url },
      "appInstances.connections": [
        { profile, region: "us-east-1" },
        { profile: `gone\u001b[2J\n2026-01-01 00:00:00.000 [info] forged ${nasty}`, region: "us-east-1" },
      ],
    },
    awsConfig: "",
    awsCredentials: `[${profile}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  });
  const tags = { [hostile.cc]: nasty.slice(0, 250), SCNInstanceId: nasty.slice(0, 250) };
  await sandbox.control.addResources({
    kind: "supplyChain",
    count: 1,
    namePrefix: `sc ${nasty}`,
    failure: longError,
    tags,
  });
  await sandbox.control.addResources({ kind: "chime", count: 1, namePrefix: `ch ${nasty}`, tags });
  const tree = workbench.tree("Instances");
  const failed = /^sc /;
  await workbench.showView();

  await t.test("rows and tooltips", async () => {
    await tree.waitForRow(failed);
    await tree.waitForRow(/^ch /);
    for (const row of await tree.rows())
      for (const text of [row.label, row.description, row.ariaLabel]) assertReadable(text, row.label);
    for (const row of [/\[run\]/, /^gone/, failed, /^ch /]) {
      const text = await tree.tooltip(row);
      assertReadable(text, `tooltip of ${row.source}`);
      await assertInert(workbench, `tooltip of ${row.source}`);
    }
    assert.ok((await tree.tooltip(failed)).includes(hostile.bb), "the tooltip has the service's words");
    await workbench.screenshot("hostile-tree");
  });

  await t.test("a toast with the name and the service's words", async () => {
    const fault = { kind: "status", status: 400, code: "ValidationException", message: longError } as const;
    await sandbox.control.addFault("ListTagsForResource", fault);
    await tree.contextMenu(failed, "Delete…");
    const toast = await workbench.notifications.waitFor("Could not read the tags of");
    assertReadable(toast, "toast");
    assert.ok(toast.includes("[run] (command:workbench.action.quit)"), toast);
    assert.ok(toast.includes(hostile.cc), toast);
    await assertInert(workbench, "toast");
    assert.equal(await workbench.page.locator(".notification-list-item-message a").count(), 0);
    await workbench.screenshot("hostile-toast");
    await workbench.notifications.close("Could not read the tags of");
  });

  await t.test("a modal question, whose buttons stay in reach", async () => {
    await tree.contextMenu(/^ch /, "Delete…");
    const text = await workbench.dialog.text();
    assertReadable(text, "modal");
    assert.ok(text.includes(hostile.bb), text);
    await assertInert(workbench, "modal");
    await workbench.screenshot("hostile-modal");
    await workbench.dialog.press("Cancel");
  });

  await t.test("the details", async () => {
    await tree.contextMenu(failed, "Show Details");
    await workbench.webview().getByText("What to do:").waitFor();
    await workbench.webview().getByRole("rowheader", { name: "SCNInstanceId" }).waitFor();
    const text = await pageText(workbench, "details");
    for (const part of [hostile.aa, hostile.bb, hostile.cc]) assert.ok(text.includes(part), part);
    assertReadable((await workbench.editorTitles()).join("\n"), "editor's title");
  });

  await t.test("the form: error, keys, the check of a key; and its question", async () => {
    await tree.contextMenu(failed, "Recreate…");
    const form = workbench.webview();
    await form.locator("#failure").waitFor();
    const select = form.getByLabel("Encryption key", { exact: true });
    for (const [index, text] of texts.entries()) {
      await select.selectOption(kms.arnOf(text));
      await form.getByText("The policy of the key could not be understood").waitFor();
      const option = await select.locator(`option[value="${kms.arnOf(text)}"]`).innerText();
      assertReadable(option, `key ${index}`);
      assert.ok(option.length < 700, `an option of ${option.length} characters`);
    }
    const text = await pageText(workbench, "form");
    for (const part of [hostile.aa, hostile.bb, hostile.cc]) assert.ok(text.includes(part), part);
    const width = await form.locator("html").evaluate((page) => page.scrollWidth - page.clientWidth);
    assert.equal(width, 0, "nothing scrolls sideways");
    await workbench.screenshot("hostile-form");
    await form.getByLabel("Name", { exact: true }).fill("good");
    await form.getByLabel("Web app domain").fill("");
    await form.getByRole("button", { name: "Use Anyway" }).click();
    await form.getByRole("button", { name: "Recreate", exact: true }).click();
    const question = await workbench.dialog.text();
    assertReadable(question, "question");
    assert.ok(question.includes("create it again?"), question);
    await assertInert(workbench, "question");
    await workbench.screenshot("hostile-question");
    await workbench.dialog.press("Cancel");
  });

  await t.test("the quick picks of profiles and of keys", async () => {
    await workbench.runCommand("Add Connection…");
    await workbench.quickInput.row(/^\[run\]/).waitFor();
    for (const row of await workbench.quickInput.rowTexts()) assertReadable(row, "profile");
    await assertInert(workbench, "profiles");
    await workbench.screenshot("hostile-profiles");
    await workbench.quickInput.escape();
    await workbench.quickInput.waitForClosed();

    await workbench.runCommand("Create Supply Chain Instance…");
    await workbench.quickInput.waitForTitle("Create Supply Chain instance");
    await workbench.quickInput.pick("[run]");
    await workbench.quickInput.waitForMessage("Name");
    await workbench.quickInput.accept();
    await workbench.quickInput.waitForMessage("Description");
    await workbench.quickInput.accept();
    await workbench.quickInput.row("[run]").waitFor();
    const rows = await workbench.quickInput.rowTexts();
    for (const row of rows) assertReadable(row, "key");
    assert.ok(
      rows.some((row) => row.includes(hostile.cc)),
      rows.join("\n"),
    );
    await assertInert(workbench, "keys");
    await workbench.screenshot("hostile-keys");
    await workbench.quickInput.escape();
  });

  await t.test("the log: an entry each, with nothing hidden, and without names", async () => {
    const log = await eventually(async () => {
      const [, ours] = (await workbench.logs()).split(/^== .*app-instances-for-aws.*\n/m);
      assert.match(ours ?? "", /Could not connect to gone/);
      return (ours ?? "").split(/^== /m)[0] ?? "";
    });
    assertReadable(log, "log");
    for (const line of log.trimEnd().split("\n"))
      assert.match(line, /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \[\w+\] (?!forged)| {4})/, "no entry but ours");
    assert.doesNotMatch(log, /^(?:sc|ch) |very long/m);
  });
});
