import assert from "node:assert/strict";
import { test } from "node:test";
import { startTestSandbox, type TestSandbox } from "../fixtures/sandbox";
import { eventually, openWorkbench, type Workbench } from "./workbench";

const accountId = "123456789012";
const otherAccountId = "210987654321";

function profile(name: string, { endpoint }: TestSandbox): string {
  return `[profile ${name}]\nregion = us-east-1\nendpoint_url = ${endpoint}\n`;
}

function keys(
  name: string,
  { accessKeyId, secretAccessKey }: Pick<TestSandbox, "accessKeyId" | "secretAccessKey">,
): string {
  return `[${name}]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
}

test("ten thousand instances: the failed one is found, and whatever it is grouped by", async (t) => {
  const sandbox = await startTestSandbox(t);
  const { control } = sandbox;
  await control.addResources({ kind: "supplyChain", count: 10_000, namePrefix: "bulk" });
  await control.addResources({ kind: "supplyChain", count: 1, namePrefix: "lost", failure: "Access denied" });
  await control.addResources({ kind: "chime", count: 2, namePrefix: "chat", tags: { team: "support" } });
  const other = await control.createKeys(otherAccountId);
  const workbench = await openWorkbench(t, {
    awsConfig: profile("prod", sandbox) + profile("staging", sandbox),
    awsCredentials: keys("prod", sandbox) + keys("staging", other),
    settings: {
      "appInstances.refreshIntervalSeconds": 0,
      "appInstances.connections": [
        { profile: "prod", region: "us-east-1" },
        { profile: "staging", region: "us-east-1" },
      ],
    },
  });
  const tree = workbench.tree("Instances");
  const { quickInput } = workbench;
  const { keyboard } = workbench.page;
  await workbench.showView();
  await tree.waitForRow("Supply Chain", "1,000+", 60_000);

  await t.test(
    "a failed one below a folded kind, beyond what was listed, is found with the keyboard alone",
    async () => {
      await tree.collapse("Supply Chain");
      await tree.waitForNoRow(/^bulk/);
      await workbench.runCommand("Filter Instances…");
      await quickInput.waitForTitle("Filter instances");
      await keyboard.type("Needs attention");
      await keyboard.press("Enter");
      const row = await tree.waitForRow("lost-1", "CreateFailed", 60_000);
      assert.deepEqual(row.icons, ["error"]);
      await eventually(async () =>
        assert.match(await tree.message(), /^Filter: Needs attention\. 1 found\. Searched all/),
      );
      assert.match(await tree.titleDescription(), /^filtered/);
      const kind = await tree.waitForRow("Supply Chain", "1 found · 1 failed");
      assert.ok(kind.isExpanded);
      await tree.waitForNoRow(/^(bulk|chat)/);
      await workbench.screenshot("scale-attention-dark");
      const menu = await tree.contextMenuItems("lost-1");
      for (const item of ["Recreate…", "Delete…"]) assert.ok(menu.includes(item), menu.join(", "));
    },
  );

  await t.test(
    "a name that is on a late page streams in, and what was folded is folded again without the filter",
    async () => {
      await tree.titleAction("Clear Filter");
      await tree.waitForRow(`${accountId} · prod · us-east-1`, "custom endpoint");
      await tree.waitForNoRow(/^(bulk|lost)/);
      await workbench.runCommand("Filter Instances…");
      await quickInput.waitForTitle("Filter instances");
      await keyboard.type("Name, ID");
      await keyboard.press("Enter");
      await quickInput.waitForMessage("A part of a name");
      await quickInput.waitForFocus();
      await keyboard.type("state:");
      await keyboard.press("Enter");
      await quickInput.waitForMessage("Name a state after state:");
      await keyboard.press("ControlOrMeta+a");
      await keyboard.type("bulk-0999");
      await keyboard.press("Enter");
      await tree.waitForRow("bulk-09999", "Active", 60_000);
      await tree.waitForRow("Supply Chain", "10 found", 60_000);
      await eventually(async () => assert.match(await tree.message(), /10 found\. Searched all 10,00\d\.$/), 60_000);
    },
  );

  await t.test("what nothing matches says so, and Enter on the row clears the filter", async () => {
    await openFilter(workbench);
    await keyboard.type("DeleteFailed");
    await keyboard.press("Enter");
    await tree.waitForRow("No instance matches.", "Clear filter", 60_000);
    await workbench.screenshot("scale-nothing-dark");
    await workbench.runCommand("App Instances: Focus on Instances View");
    // The row is drawn once more when the search is over, and takes no key meanwhile.
    await eventually(async () => {
      await keyboard.press("Home");
      await keyboard.press("Enter");
      await tree.waitForNoRow("No instance matches.", 2_000);
    });
    await tree.waitForRow(`${otherAccountId} · staging · us-east-1`);
    assert.doesNotMatch(await tree.titleDescription(), /filtered/);
  });

  await t.test("what failed is counted up to the folded rows, the status bar and the activity bar", async () => {
    await control.addResources({
      kind: "supplyChain",
      count: 2,
      namePrefix: "late",
      failure: "Access denied",
      region: "us-east-1",
    });
    await openFilter(workbench);
    await keyboard.type("Needs attention");
    await keyboard.press("Enter");
    await tree.waitForRow("late-2", "CreateFailed", 60_000);
    await tree.waitForRow("Supply Chain", "3 found · 3 failed");
    await workbench.runCommand("Clear Filter");
    // What was only searched for is not counted where it is not listed.
    await tree.waitForRow("Supply Chain", "1,000+");
  });

  await t.test("grouped by account, by kind and by tag, each row still knows where it is", async () => {
    await arrange(workbench, "Group By…", "Account");
    await tree.waitForRow(accountId, /^[\d,]+\+?$/);
    await tree.titleAction("Collapse");
    await tree.waitForNoRow(/^bulk/);
    await tree.waitForRow(otherAccountId, "0");
    await workbench.screenshot("scale-accounts-dark");
    await arrange(workbench, "Group By…", "Kind");
    await tree.waitForRow("Supply Chain", /^[\d,]+\+?$/);
    await tree.titleAction("Collapse");
    await tree.waitForRow("Chime app instances", "2");
    await tree.expand("Chime app instances");
    await tree.expand(`${accountId} · prod · us-east-1`);
    await tree.contextMenu("chat-1", "Delete…");
    await quickInput.waitForTitle("chat-1");
    assert.match(await quickInput.message(), new RegExp(accountId));
    await quickInput.escape();
    await workbench.screenshot("scale-kinds-dark");
    await arrange(workbench, "Group By…", "Connection");
    await arrange(workbench, "Sort By…", "Date created");
    await tree.waitForRow(`${otherAccountId} · staging · us-east-1`);
  });
});

for (const theme of ["dark", "highContrast"] as const) {
  test(`${theme}: folded or cut, a row shows that something below it failed, and every row its account`, async (t) => {
    const sandbox = await startTestSandbox(t);
    await sandbox.control.addResources({ kind: "supplyChain", count: 3, namePrefix: "lost", failure: "Access denied" });
    await sandbox.control.addResources({ kind: "supplyChain", count: 1, namePrefix: "good" });
    const workbench = await openWorkbench(t, {
      theme,
      awsConfig: profile("a-profile-with-a-long-name", sandbox),
      awsCredentials: keys("a-profile-with-a-long-name", sandbox),
      settings: {
        "appInstances.refreshIntervalSeconds": 0,
        "appInstances.connections": [{ profile: "a-profile-with-a-long-name", region: "us-east-1" }],
      },
    });
    const tree = workbench.tree("Instances");
    await workbench.showView();
    const connection = `${accountId} · a-profile-with-a-long-name · us-east-1`;
    await tree.waitForRow(connection, "3 failed · custom endpoint");
    assert.deepEqual(
      (await tree.rows()).slice(2, 6).map(({ label }) => label),
      ["lost-1", "lost-2", "lost-3", "good-1"],
    );
    await tree.collapse("Supply Chain");
    await tree.waitForRow("Supply Chain", "4 · 3 failed");
    await workbench.setSideBarWidth(200);
    assert.deepEqual(await cutAccounts(workbench), []);
    const badge = await workbench.page.evaluate<string>(
      `getComputedStyle([...document.querySelectorAll(".monaco-list-row")]
        .find((row) => (row.getAttribute("aria-label") ?? "").startsWith("Supply Chain"))
        .querySelector(".monaco-icon-label"), "::after").content`,
    );
    assert.equal(badge, '"3"', "the number at the end of the row");
    await workbench.statusBarItem("3 failed").waitFor();
    await workbench.page.locator(".activitybar .badge-content", { hasText: /^3$/ }).waitFor();
    await workbench.screenshot(`scale-narrow-${theme}`);
  });
}

/** The picker, once it has the focus. */
async function openFilter(workbench: Workbench): Promise<void> {
  await workbench.runCommand("Filter Instances…");
  await workbench.quickInput.waitForTitle("Filter instances");
  await workbench.quickInput.waitForFocus();
}

/** Answers the picker with the keyboard. */
async function arrange(workbench: Workbench, command: string, choice: string): Promise<void> {
  await workbench.runCommand(command);
  await workbench.quickInput.waitForTitle(/instances by/);
  await workbench.quickInput.waitForFocus();
  await workbench.page.keyboard.type(choice);
  await workbench.page.keyboard.press("Enter");
  await workbench.quickInput.waitForClosed();
}

/** The connections' rows whose account is not to be seen as a whole. */
async function cutAccounts(workbench: Workbench): Promise<readonly string[]> {
  return workbench.page.evaluate<readonly string[]>(`(() => {
    const cut = [];
    for (const row of document.querySelectorAll(".part.sidebar .monaco-list-row")) {
      if (!/ · us-east-1, connection/.test(row.getAttribute("aria-label") ?? "")) continue;
      const edge = row.querySelector(".monaco-icon-label-container").getBoundingClientRect().right;
      const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
      let isSeen = false;
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = node.data.search(/\\d{12}/);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + 12);
        // Where more follows than there is room for, the end is an ellipsis.
        range.setEnd(node, node.data.length);
        const room = range.getBoundingClientRect().right > edge ? 16 : 0;
        range.setEnd(node, at + 12);
        isSeen ||= range.getBoundingClientRect().right <= edge - room;
      }
      if (!isSeen) cut.push(row.getAttribute("aria-label"));
    }
    return cut;
  })()`);
}
