import assert from "node:assert/strict";
import { test } from "node:test";
import type { Frame } from "playwright-core";
import { startTestSandbox } from "../fixtures/sandbox";
import { seriousViolations } from "./axe";
import { eventually, openWorkbench, type Workbench } from "./workbench";

const deniedText = "Access denied when attempting to create an S3 bucket.";

test("who may not create is warned with the policy that is missing, fails all the same, is told what was denied, and gets there", async (t) => {
  const sandbox = await startTestSandbox(t, { createSeconds: 1 });
  const { control } = sandbox;
  const builder = await control.principal("no-s3");
  await control.setTrailDelay(900);
  const workbench = await openWorkbench(t, {
    settings: { "appInstances.connections": [{ profile: "dev", region: "us-east-1" }] },
    awsConfig: `[profile dev]\nregion = us-east-1\nendpoint_url = ${sandbox.endpoint}\n`,
    awsCredentials: `[dev]\naws_access_key_id = ${builder.accessKeyId}\naws_secret_access_key = ${builder.secretAccessKey}\naws_session_token = ${builder.sessionToken ?? ""}\n`,
  });
  const { quickInput, page } = workbench;
  const tree = workbench.tree("Instances");
  let missing = "";

  await t.test("Check Prerequisites… names what is missing and has the policy to copy", async () => {
    await workbench.showView();
    await tree.waitForRow("No instances in this connection yet.");
    await workbench.runCommand("Check Prerequisites…");
    await quickInput.pick("Supply Chain instance");
    await quickInput.row(/17 of \d+ actions are not allowed: s3:GetObject/).waitFor();
    await quickInput.row("You are role/teams/Builder").waitFor();
    await quickInput.row("0 of 10 instances used in this region").waitFor();
    await quickInput.row("Check again").waitFor();
    await workbench.screenshot("prerequisites-list");
    await quickInput.pick("Show all actions");
    await quickInput.row("s3:CreateBucket").waitFor();
    await quickInput.back();
    await quickInput.pick("Copy missing policy");
    missing = await eventually(async () => {
      const text = await workbench.clipboard();
      assert.match(text, /"s3:CreateBucket"/);
      return text;
    });
    await quickInput.row("Check again").waitFor();
    await quickInput.escape();
    await quickInput.waitForClosed();
  });

  await t.test("the wizard's review says so by itself, and creates all the same", async () => {
    await workbench.runCommand("Create Supply Chain Instance…");
    for (const [step, answer] of [
      ["(1/6)", "north"],
      ["(2/6)", ""],
    ] as const) {
      await quickInput.waitForTitle(step);
      await page.keyboard.type(answer);
      await page.keyboard.press("Enter");
    }
    await quickInput.waitForTitle("(3/6)");
    await quickInput.pick("AWS owned key");
    await quickInput.waitForTitle("(4/6)");
    await page.keyboard.press("Enter");
    await quickInput.waitForTitle("(5/6)");
    await quickInput.pick("Done");
    await quickInput.waitForTitle("(6/6)");
    await eventually(async () =>
      assert.match((await quickInput.rowTexts()).join("\n"), /Prerequisites\s*1 of \d needs attention/),
    );
    await workbench.screenshot("prerequisites-review");
    await quickInput.pick("Prerequisites");
    await quickInput.row(/17 of \d+ actions are not allowed/).waitFor();
    await quickInput.back();
    await quickInput.pick("Create in dev · us-east-1");
    await tree.waitForRow("north", "CreateFailed");
  });

  await t.test("the failure is explained from CloudTrail once its events are there", async () => {
    await tree.contextMenu("north", "Show Failure and Mitigation");
    const details = workbench.webview();
    await details.getByText(deniedText).first().waitFor();
    await details.getByRole("button", { name: "Look in CloudTrail" }).click();
    await details.getByText("Events may come up to 15 minutes late: look again.").waitFor();
    assert.equal(await details.locator("#explanation-look").evaluate((button) => button.matches(":focus")), true);
    await control.setTrailDelay(0);
    await details.getByRole("button", { name: "Look Again" }).click();
    await details
      .getByText(/s3:CreateBucket on arn:aws:s3:::aws-supply-chain-data-\S+ was denied to assumed-role\/Builder\//)
      .waitFor();
    await details.getByText("Also denied by simulation now: no policy allows it").waitFor();
    assert.deepEqual(await seriousViolations(await frameOf(workbench)), []);
    await workbench.screenshot("prerequisites-explained");
    await details.getByRole("button", { name: "Copy for Your IAM Owner" }).click();
    await eventually(async () => {
      const text = await workbench.clipboard();
      assert.match(
        text,
        /The creation of the Supply Chain instance north failed in account \d{12}, us-east-1, for role\/teams\/Builder/,
      );
      assert.match(text, /CloudTrail shows as denied in that time, likely the cause:\n- .* UTC: s3:CreateBucket on /);
    });
  });

  await t.test("with the policy it is allowed now, and recreated from there", async () => {
    await control.replacePolicies("no-s3", [...builder.policies, JSON.parse(missing) as object]);
    const details = workbench.webview();
    await details.getByRole("button", { name: "Look Again" }).click();
    await details.getByText("s3:CreateBucket is allowed now").waitFor();
    await workbench.screenshot("prerequisites-allowed");
    await details.locator("#explanation-recreate").click();
    const form = workbench.webview();
    await form.getByRole("heading", { name: "Recreate north" }).waitFor();
    const check = form.locator("#prerequisites-check");
    await check.focus();
    await page.keyboard.press("Enter");
    await form.getByText("Nothing was found that stands in the way").first().waitFor();
    assert.equal(await check.evaluate((button) => button.matches(":focus")), true);
    assert.deepEqual(await seriousViolations(await frameOf(workbench)), []);
    await workbench.screenshot("prerequisites-form");
    await form.locator("#submit").click();
    await workbench.dialog.press("Delete and Recreate");
    await tree.waitForRow("north", "Active", 60_000);
  });

  await t.test("no name of a person has reached the log or the disk", async () => {
    assert.doesNotMatch(await workbench.logs(), /ana@example\.com/);
  });
});

async function frameOf(workbench: Workbench): Promise<Frame> {
  const body = await workbench.webview().locator("body").elementHandle();
  const frame = await body.ownerFrame();
  if (!frame) throw new Error("No page is showing.");
  return frame;
}
