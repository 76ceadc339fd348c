import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser } from "playwright-core";
import { OperationController } from "../../src/features/activity/operationController";
import type { OperationRecord } from "../../src/operations/operationRecord";
import type { ToOperation } from "../../src/ui/page/protocol/operation";
import { launchBrowser } from "../vscode/browser";
import { RecordingPage } from "../wire/features/recordingPage";
import { openWorld, type World } from "../wire/features/flowWorld";
import { seriousViolations } from "./axe";
import { eventually } from "./eventually";
import type { PageTheme } from "./pageThemes";
import { openStandalonePage } from "./standalonePage";

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

class RecordingHost extends RecordingPage<ToOperation> {
  reportError(error: unknown): void {
    throw error;
  }
}

/** The page in a browser, with the real host's side, a real journal and a sandbox behind it. */
async function openOperationPage(t: TestContext, world: World, record: OperationRecord, theme: PageTheme = "dark") {
  const host = new RecordingHost();
  let controller: OperationController | undefined;
  const standalone = await openStandalonePage(browser, {
    page: "operation",
    theme,
    receive: (data, post) => {
      if (!controller) {
        const keep = host.post.bind(host);
        host.post = (message) => {
          keep(message);
          post(message);
        };
        controller = new OperationController(world, host, record);
      }
      controller.receive(data);
    },
  });
  t.after(async () => {
    controller?.dispose();
    await standalone.page.context().close();
  });
  await standalone.page.getByRole("heading", { level: 1 }).waitFor();
  return { ...standalone, host };
}

const draft = { kind: "supplyChain", values: { instanceName: "returns-emea" }, tags: {} };
const failing = { ...draft, tags: { "sandbox:fail-create": "Access denied when attempting to create an S3 bucket." } };

test("The page of an operation follows it from step to step to its end, and its request ids can be copied", async (t) => {
  const world = await openWorld(t, { createSeconds: 3 });
  const record = await world.operations.start(await world.scope("supplyChain"), { type: "create", draft });
  const { page, host, violations, errors } = await openOperationPage(t, world, record);
  const steps = page.getByRole("region", { name: "Steps" });
  await steps.getByText(/Waiting until it is active: at work for \d+ s/).waitFor();
  await page
    .getByRole("region", { name: "Timeline" })
    .getByText(/Creating \d+ s · .* so far/)
    .waitFor();
  await page.getByRole("heading", { level: 1, name: "returns-emea is active" }).waitFor();
  await steps.getByText(/Waiting until it is active: done, \d+ s/).waitFor();
  await page.getByRole("button", { name: "Copy Request ID" }).click();
  await eventually(() => assert.deepEqual(host.copied, [world.operations.get(record.id)?.requestIds.join("\n")]));
  await page.getByRole("button", { name: "Copy Report for Support" }).click();
  await eventually(() => assert.equal(host.ran[0]?.[0], "copyReport"));
  assert.deepEqual([violations, errors], [[], []]);
});

const themes: readonly PageTheme[] = ["dark", "light", "high-contrast", "high-contrast-light"];
for (const theme of themes) {
  test(`In the ${theme} theme, wide and narrow, the page of a failed operation keeps nobody out`, async (t) => {
    const world = await openWorld(t);
    const { id } = await world.operations.start(await world.scope("supplyChain"), { type: "create", draft: failing });
    const record = await world.operations.untilIdle(id);
    const { page } = await openOperationPage(t, world, record, theme);
    await page.getByText("What to do:").waitFor();
    assert.equal(await page.locator(".buttons .primary").textContent(), "Recreate…");
    assert.deepEqual(await seriousViolations(page), []);
    await page.screenshot({ path: `.artifacts/ui/operation-${theme}.png`, fullPage: true });
    await page.setViewportSize({ width: 320, height: 800 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(overflow, 0, "no sideways scrolling at 320 px");
    assert.deepEqual(await seriousViolations(page), []);
  });
}
