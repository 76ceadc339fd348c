import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../vscode/browser";
import { recreateOf } from "../wire/features/createForm/formWorld";
import { openWorld, restricted } from "../wire/features/flowWorld";
import { seriousViolations } from "./axe";
import { eventually } from "./eventually";
import { openFormPage } from "./formPage";

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

/** The id of where a keyboard is. */
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id);

const untilFocused = (page: Page, id: string) => eventually(async () => assert.equal(await focused(page), id));

test("Create Another and Start Over lead to the first field", async (t) => {
  const { page } = await openFormPage(t, browser);
  await page.getByLabel("Name", { exact: true }).fill("north-plant");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("heading", { name: "north-plant is active" }).waitFor();
  await page.getByRole("button", { name: "Create Another" }).press("Enter");
  await untilFocused(page, "field-instanceName");
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "");

  const begun = await openFormPage(t, browser, { notice: "This is the draft that you had begun." });
  await begun.page.getByRole("button", { name: "Start Over" }).press("Enter");
  await untilFocused(begun.page, "field-instanceName");
});

test("Recreate… of what the page itself has made leads to the failure", async (t) => {
  const { page, host, world, controller } = await openFormPage(t, browser);
  await page.getByLabel("Name", { exact: true }).fill("north-plant");
  await page.getByLabel("New tag key").fill("sandbox:fail-create");
  await page.getByLabel("New tag value").fill("No S3");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("button", { name: "Recreate…" }).press("Enter");
  await eventually(() => assert.equal(host.ran[0]?.[0], "recreate"));
  const failed = await world.kind("supplyChain").get(await world.session(), world.operations.list()[0]!.created!.id);
  controller.restart(recreateOf(world, failed!));
  await untilFocused(page, "failure");
  await page.getByRole("heading", { name: "What changes" }).waitFor();
  await page.getByText("Nothing: the draft is as it was.").waitFor();
  await page.getByLabel("Description").fill("For the north");
  await page.getByText("Description: (empty) → For the north").waitFor();
  assert.deepEqual(await seriousViolations(page), []);
  await page.screenshot({ path: ".artifacts/ui/form-recreate-changes.png", fullPage: true });
});

test("Who is choosing a connection goes on choosing when there is another one", async (t) => {
  const { page, world } = await openFormPage(t, browser);
  await page.getByLabel("Connection").focus();
  world.store.setConnections([...world.store.connections, restricted]);
  await page.locator("#connection option", { hasText: "sandbox-restricted" }).waitFor({ state: "attached" });
  assert.equal(await focused(page), "connection");
});

test("A key that cannot be used takes the focus, and is used anyway or checked again with the keyboard", async (t) => {
  const { page, world } = await openFormPage(t, browser);
  await page.getByLabel("Name", { exact: true }).fill("north-plant");
  const select = page.getByLabel("Encryption key", { exact: true });
  await select.locator("option", { hasText: "supply-chain-no-access" }).waitFor({ state: "attached" });
  const labels = await select.locator("option").allInnerTexts();
  await select.selectOption({ label: labels.find((label) => label.startsWith("supply-chain-no-access"))! });
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByText("Choose another key, or use this one anyway.").waitFor();
  await untilFocused(page, "field-kmsKeyArn");
  assert.deepEqual(world.requests, []);
  assert.deepEqual(await seriousViolations(page), []);
  await page.screenshot({ path: ".artifacts/ui/form-key-problem.png", fullPage: true });
  await page.setViewportSize({ width: 320, height: 800 });
  await page.screenshot({ path: ".artifacts/ui/form-key-problem-narrow.png", fullPage: true });

  await page.getByRole("button", { name: "Check Again" }).press("Enter");
  await untilFocused(page, "field-kmsKeyArn");
  await page.getByRole("button", { name: "Use Anyway" }).press("Enter");
  await page.getByText("It is used anyway.").waitFor();
  await untilFocused(page, "field-kmsKeyArn");
  await page.getByText("Choose another key, or use this one anyway.").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await eventually(() => assert.equal(world.requests.length, 1));
});

test("A domain may be pasted with spaces around it: it is shown and asked for without them", async (t) => {
  const { page, world } = await openFormPage(t, browser);
  await page.getByLabel("Name", { exact: true }).fill("north-plant");
  await page.getByLabel("Web app domain").fill(" north-plant  ");
  await page.getByText("https://north-plant.scn.global.on.aws", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await eventually(() =>
    assert.deepEqual(
      world.requests.map((request) => request.type === "create" && request.draft.values.webAppDnsDomain),
      ["north-plant"],
    ),
  );
});

test("Keys that cannot be listed are listed again with the keyboard", async (t) => {
  const world = await openWorld(t);
  await world.sandbox.control.addFault("ListAliases", { kind: "status", status: 400, code: "AccessDeniedException" });
  const { page } = await openFormPage(t, browser, { world });
  await page.getByRole("button", { name: "List Again" }).press("Enter");
  await page.locator("#field-kmsKeyArn option", { hasText: "supply-chain" }).first().waitFor({ state: "attached" });
  await untilFocused(page, "field-kmsKeyArn");
  assert.equal(await page.getByText("Loading keys").count(), 0);
});

test("A screen reader hears each thing once: what has the focus is not announced as well", async (t) => {
  const { page } = await openFormPage(t, browser);
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    const region = () => document.querySelector(".announcer")?.textContent ?? "";
    new MutationObserver(() => region() !== "" && said.push(region())).observe(document.body, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  await page.getByLabel("Name", { exact: true }).fill("north-plant");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("heading", { name: "north-plant is active" }).waitFor();
  const regions = page.locator("[aria-live]:visible, [role=status]:visible, [role=alert]:visible");
  assert.equal(await regions.count(), 1, "one place that speaks");
  await eventually(async () => {
    const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
    const heard = said.filter((text, index) => text !== said[index - 1]);
    assert.equal(heard.at(-1), "north-plant is active. Done");
    assert.equal(new Set(heard).size, heard.length, heard.join(" | "));
    // The first title is read out because it gets the focus.
    assert.ok(!heard[0]?.includes("Creating north-plant"), heard[0]);
  });
});

test("What a screen reader is to hear is said in a place that was there before", async (t) => {
  const { page } = await openFormPage(t, browser);
  const places = page.locator(".announcer");
  assert.deepEqual(await places.allTextContents(), [""]);
  const place = await places.elementHandle();
  await page.locator("#command-summary").click();
  await page.locator("#copy-command").click();
  await eventually(async () => assert.equal(await place.textContent(), "Copied"));
});

test("Check, before there is an account, leads to what is missing, as Create does", async (t) => {
  const { page, post } = await openFormPage(t, browser);
  post({ type: "account", status: "signedOut", text: "Gone.", buttons: [{ action: "signIn", label: "Sign In…" }] });
  for (const id of ["#prerequisites-check", "#submit"]) {
    await page.locator(id).press("Enter");
    await untilFocused(page, "act-signIn");
  }
});
