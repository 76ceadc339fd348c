import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { PrerequisitesModel, ToForm } from "../../src/ui/page/protocol/form";
import type { ExplanationModel } from "../../src/ui/page/protocol/pieces";
import { visibleText } from "../../src/ui/text/displayText";
import { hostileTexts } from "../fixtures/hostileText";
import { launchBrowser } from "../vscode/browser";
import { recreateOf } from "../wire/features/createForm/formWorld";
import { openWorld, restricted } from "../wire/features/flowWorld";
import { seriousViolations } from "./axe";
import { eventually } from "./eventually";
import { openFormPage, type FormPageOptions } from "./formPage";
import type { PageTheme } from "./pageThemes";

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);

/** The form that recreates what failed for somebody without rights to S3. */
async function openFailed(t: TestContext, options: FormPageOptions = {}) {
  const world = await openWorld(t);
  world.store.setConnections([restricted]);
  await world.sandbox.control.setTrailDelay(0);
  const session = await world.sessions.open(restricted);
  const kind = world.kind("supplyChain");
  const draft = { kind: kind.id, values: { instanceName: "north" }, tags: {} };
  const { id } = await kind.create(session, draft, "token-of-more-than-32-characters-0001");
  const failed = await kind.get(session, id);
  const request = { ...recreateOf(world, failed!), connection: restricted };
  return openFormPage(t, browser, { ...options, world, request });
}

test("with the keyboard alone: checked, copied, unfolded, looked up in CloudTrail, and the focus stays where it was", async (t) => {
  const { page, host, errors, violations } = await openFailed(t);
  await page.locator("#prerequisites-check").focus();
  await page.keyboard.press("Enter");
  await page.locator("#prerequisites-summary", { hasText: /\d of \d needs? attention/ }).waitFor();
  assert.equal(await focused(page), "prerequisites-check", "results came in, and took nothing");
  assert.match(await page.getByRole("status").last().innerText(), /^Prerequisites: \d of \d needs? attention$/);
  assert.equal(await page.locator("#prerequisites-check").innerText(), "Check Again");
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "copy-missingPolicy");
  await page.keyboard.press("Enter");
  await eventually(() => assert.match(host.copied.at(-1) ?? "", /"s3:CreateBucket"/));
  await page.locator("#prerequisites-all").press("Enter");
  await page.getByText("scn:CreateInstance").waitFor();
  assert.equal(await page.locator("#submit").getAttribute("aria-disabled"), "false", "Create never waits");

  await page.locator("#explanation-look").focus();
  await page.keyboard.press("Enter");
  await page.getByText(/s3:CreateBucket on .* was denied to user\/sandbox-restricted/).waitFor();
  assert.equal(await focused(page), "explanation-look");
  assert.match(await page.getByRole("status").last().innerText(), /^CloudTrail, likely: 1 action was denied\.$/);
  await page.locator("#copy-ownerText").press("Enter");
  await eventually(() => assert.match(host.copied.at(-1) ?? "", /CloudTrail shows as denied/));
  assert.deepEqual([errors, violations], [[], []]);
});

for (const theme of ["light", "dark", "high-contrast", "high-contrast-light"] as const satisfies readonly PageTheme[])
  test(`axe finds nothing in what was checked and explained, wide and narrow: ${theme}`, async (t) => {
    for (const width of [900, 320]) {
      const { page } = await openFailed(t, { theme, width });
      await page.locator("#prerequisites-check").click();
      await page.getByText("Check Again").waitFor();
      await page.locator("#explanation-look").click();
      await page.getByText("Look Again").waitFor();
      await page.locator("#prerequisites-all").click();
      assert.deepEqual(await seriousViolations(page), []);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${overflow} px are cut at ${width}`);
      await page.screenshot({ path: `.artifacts/ui/advice-${theme}-${width}.png`, fullPage: true });
    }
  });

test("whatever a service says in a finding or in an event is text", async (t) => {
  const { page, post, errors, violations } = await openFailed(t);
  for (const hostile of Object.values(hostileTexts)) {
    const text = visibleText(hostile);
    const findings = [
      { mark: "error", text, wayOut: text, offer: { title: "missing policy", copy: "missingPolicy" } },
    ] as const;
    const prerequisites: PrerequisitesModel = {
      type: "prerequisites",
      status: "done",
      summary: text,
      checkedAt: 0,
      isOutdated: false,
      findings: [...findings],
      actions: [{ name: text, mark: "error", text }],
    };
    const explanation: ExplanationModel = {
      status: "done",
      text,
      denials: [{ text, at: 0, message: text, now: { mark: "error", text } }],
      rights: { mark: "error", text },
      notes: [text],
      hasPolicy: true,
      isAllowedNow: true,
    };
    const messages: readonly ToForm[] = [prerequisites, { type: "explained", explanation }];
    for (const message of messages) post(message);
    await eventually(async () =>
      assert.equal(await page.locator("#explanation-text").evaluate((element) => element.textContent), text),
    );
    assert.equal(
      await page.locator(".findings img, .findings a, .findings script, .explanation a, .explanation img").count(),
      0,
    );
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), true);
  }
  assert.deepEqual([errors, violations], [[], []]);
});
