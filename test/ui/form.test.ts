import assert from "node:assert/strict";
import { before, after, test } from "node:test";
import type { Browser } from "playwright-core";
import { formState } from "../../src/ui/page/protocol/form";
import { visibleLines } from "../../src/ui/text/displayText";
import { launchBrowser } from "../vscode/browser";
import { openWorld } from "../wire/features/flowWorld";
import { seriousViolations } from "./axe";
import { eventually } from "./eventually";
import { recreateOf } from "../wire/features/createForm/formWorld";
import { openFormPage } from "./formPage";
import type { PageTheme } from "./pageThemes";

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

const hostile = [
  "<img src=x onerror=\"window.harmed='img'\"><script>window.harmed='script'</script>",
  "[click](command:workbench.action.quit) https://example.com ${1+1} {{7*7}}",
  "\u202Egnitrevni\u202C and \u200Bhidden",
  "line one\nline two",
].join(" ");

test("the form is filled in and sent with the keyboard alone", async (t) => {
  const { page, host, world, errors, violations } = await openFormPage(t, browser);
  const { keyboard } = page;
  const focused = () => page.evaluate(() => document.activeElement?.id);
  assert.equal(await focused(), "field-instanceName", "the first field has the focus");
  // A press that was meant for whatever had the focus before.
  await keyboard.press("Enter");
  await keyboard.type("keyboard-only");
  await keyboard.press("Tab");
  await keyboard.type("Made without a mouse");
  await keyboard.press("Tab");
  assert.equal(await focused(), "field-kmsKeyArn");
  await keyboard.press("Tab");
  await keyboard.type("keyboard-only");
  await keyboard.press("Tab");
  await keyboard.type("team");
  await keyboard.press("Tab");
  await keyboard.type("logistics");
  await keyboard.press("Enter");
  assert.equal(await focused(), "tag-new-key", "ready for the next tag");
  await keyboard.type("env");
  await keyboard.press("Tab");
  // Not added: nobody means to lose it.
  await keyboard.type("prod");
  for (const expected of ["tag-add", "prerequisites-check", "command-summary", "submit"]) {
    await keyboard.press("Tab");
    assert.equal(await focused(), expected);
  }
  await keyboard.press("Enter");
  await page.getByRole("heading", { name: "keyboard-only is active" }).waitFor();
  assert.equal(await focused(), "outcome-title", "what became of it has the focus");
  assert.equal(host.count("refused"), 0, "an Enter in the untouched form was taken for a submit");
  assert.deepEqual(await world.changes(), ["CreateInstance"]);
  const instance = await world.kind("supplyChain").get(await world.session(), world.operations.list()[0]!.created!.id);
  assert.deepEqual(instance?.values, {
    instanceName: "keyboard-only",
    instanceDescription: "Made without a mouse",
    webAppDnsDomain: "keyboard-only",
  });
  assert.deepEqual(await world.tagsOf(instance), { team: "logistics", env: "prod" });
  assert.deepEqual(errors, []);
  assert.deepEqual(violations, []);
});

test("what is typed before the page's first word is answered stays", async (t) => {
  const { page, host, post } = await openFormPage(t, browser);
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("typed at once");
  post({ ...host.last("load"), isReply: true });
  post({ ...host.last("load"), isReply: false, notice: "Another draft" });
  // Messages come in turn: what would have come before this one has.
  await page.getByText("Another draft").waitFor();
  assert.equal(await name.inputValue(), "", "the form shows what it is given to show");
  await name.fill("typed at once");
  post({ ...host.last("load"), isReply: true, notice: "Not shown" });
  post({ type: "copied", what: "command" });
  await page.getByText("Copied").first().waitFor();
  assert.equal(await name.inputValue(), "typed at once");
  assert.equal(await page.getByText("Not shown").count(), 0);
});

test("a problem stands under its field once it is left, and a submit goes to the first one", async (t) => {
  const { page, world } = await openFormPage(t, browser);
  const name = page.getByLabel("Name", { exact: true });
  await name.fill("-bad");
  await page.getByLabel("Web app domain").fill("a.b");
  await eventually(async () => assert.equal(await name.getAttribute("aria-invalid"), "true"));
  assert.equal(await page.getByLabel("Web app domain").getAttribute("aria-invalid"), null, "not before it is left");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await eventually(async () =>
    assert.equal(await page.evaluate(() => document.activeElement?.id), "field-instanceName"),
  );
  const described = await name.getAttribute("aria-describedby");
  assert.ok(described?.split(" ").includes("field-instanceName-problem"));
  assert.match(await page.locator("#field-instanceName-problem").innerText(), /letter or digit/);
  assert.match(await page.locator("#field-webAppDnsDomain-problem").innerText(), /without dots/);
  assert.match(await page.getByRole("status").last().innerText(), /2 problems/);
  assert.deepEqual(world.operations.list(), []);

  await name.fill("good");
  await page.getByLabel("Web app domain").fill("good");
  await eventually(async () => assert.equal(await page.locator("[aria-invalid]").count(), 0));
});

test("counts, the domain's preview and the CLI command follow what is typed", async (t) => {
  const { page, host } = await openFormPage(t, browser);
  await page.getByLabel("Name", { exact: true }).fill("it's");
  await page.getByLabel("Web app domain").fill("returns");
  await page.getByText("Equivalent AWS CLI command").click();
  await page.getByText("https://returns.scn.global.on.aws").waitFor();
  assert.match(await page.locator("#field-instanceName-count").innerText(), /^4 of 63$/);
  const command = page.locator("#command");
  await eventually(async () =>
    assert.match(await command.innerText(), /create-instance .*--web-app-dns-domain returns/),
  );
  await page.locator("#command-section").getByRole("button", { name: "Copy" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  assert.deepEqual(host.copied, [await command.innerText()]);

  await page.getByLabel("Kind").selectOption("chime");
  await page.getByLabel("Metadata").fill("é".repeat(10));
  assert.match(await page.locator("#field-metadata-count").innerText(), /^20 of 1,024 bytes$/);
});

test("tags are added, changed and removed, and a bad one says so in its row", async (t) => {
  const { page, host } = await openFormPage(t, browser);
  await page.getByLabel("New tag key").fill("aws:no");
  await page.getByLabel("New tag value").fill("x");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByText("does not begin with aws:").waitFor();
  await page.getByLabel("Key of tag aws:no").fill("team");
  await eventually(() => assert.deepEqual(host.last("checked").problems, []));
  await page.getByRole("button", { name: "Remove tag" }).click();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "tag-new-key");
  assert.equal(await page.getByRole("button", { name: "Remove tag" }).count(), 0);
});

test("a key is chosen or entered, and what is wrong with it can be mended from here", async (t) => {
  const { page, host } = await openFormPage(t, browser);
  const select = page.getByLabel("Encryption key", { exact: true });
  await eventually(async () => assert.ok((await select.locator("option").allInnerTexts()).length > 3));
  const arn = await select.locator("option", { hasText: "supply-chain-no-access" }).getAttribute("value");
  await select.selectOption({ label: "Enter a key ARN…" });
  assert.equal(await page.evaluate(() => document.activeElement?.id), "field-kmsKeyArn-arn");
  await page.keyboard.insertText(arn!);
  await page.getByRole("button", { name: "Copy 7 statements for the key policy" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  assert.ok(JSON.parse(host.copied[0]!));
  await select.selectOption({ label: "AWS owned key (default)" });
  await page.getByRole("button", { name: "Copied" }).waitFor({ state: "detached" });
});

test("a double click creates once", async (t) => {
  const { page, world } = await openFormPage(t, browser);
  await page.getByLabel("Name", { exact: true }).fill("once");
  await page.getByRole("button", { name: "Create", exact: true }).dblclick();
  await page.getByRole("heading", { name: "once is active" }).waitFor();
  assert.deepEqual(await world.changes(), ["CreateInstance"]);
});

test("a page that was hidden comes back as it was", async (t) => {
  const { page } = await openFormPage(t, browser);
  await page.getByLabel("Name", { exact: true }).fill("half-done");
  await page.getByLabel("New tag key").fill("team");
  await page.getByRole("button", { name: "Add" }).click();
  await page.reload();
  await page.locator("form:not([hidden])").waitFor();
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "half-done");
  assert.equal(await page.getByLabel("Key of tag team").inputValue(), "team");
});

test("what a service says is text, however it is made", async (t) => {
  const world = await openWorld(t);
  const failed = await world.create("supplyChain", {
    values: { instanceName: "returns-emea" },
    tags: { "sandbox:fail-create": "x" },
  });
  const errorMessage = `${hostile} ${"very long ".repeat(10_000)}`;
  const { page, violations, errors } = await openFormPage(t, browser, {
    world,
    request: recreateOf(world, { ...failed, name: hostile, errorMessage }, { tags: { "<b>": hostile.slice(0, 99) } }),
  });
  const banner = page.locator("#failure");
  await banner.waitFor();
  assert.equal(
    await banner.locator(".service-text").evaluate((element) => element.textContent),
    visibleLines(errorMessage),
  );
  assert.equal(await page.locator("img, form a, form script, iframe").count(), 0);
  assert.equal(await page.evaluate(() => (window as { harmed?: string }).harmed), undefined);
  const height = await banner.evaluate((element) => element.getBoundingClientRect().height);
  assert.ok(height < 500, `a text of 100 KB scrolls in its place, which is ${height} px high`);
  assert.deepEqual([violations, errors], [[], []]);
});

test("the policy lets nothing inline run or apply", async (t) => {
  const { page, violations } = await openFormPage(t, browser);
  await page.evaluate(() => {
    const holder = document.createElement("div");
    holder.innerHTML = `<img src="x" onerror="window.harmed = 'handler'"><p id="styled" style="color: red">x</p>`;
    document.body.append(holder);
    const script = document.createElement("script");
    script.textContent = "window.harmed = 'script'";
    document.body.append(script);
    const style = document.createElement("style");
    style.textContent = "#styled { color: red !important }";
    document.head.append(style);
  });
  await eventually(() => assert.ok(violations.length >= 4, violations.join("\n")));
  assert.equal(await page.evaluate(() => (window as { harmed?: string }).harmed), undefined);
  assert.notEqual(
    await page.locator("#styled").evaluate((element) => getComputedStyle(element).color),
    "rgb(255, 0, 0)",
  );
});

const themes: readonly PageTheme[] = ["dark", "light", "high-contrast", "high-contrast-light"];
for (const theme of themes) {
  test(`in the ${theme} theme, wide and narrow, nothing keeps people out: empty, refused, failed`, async (t) => {
    const world = await openWorld(t);
    const failed = await world.create("supplyChain", { tags: { "sandbox:fail-create": "No S3" } });
    const { page } = await openFormPage(t, browser, {
      world,
      theme,
      request: recreateOf(world, failed, {
        tags: { team: "a" },
        submit: (draft, scope) =>
          world.operations.start(scope, {
            type: "create",
            draft: { ...draft, tags: { "sandbox:fail-create": "No S3" } },
          }),
      }),
    });
    assert.deepEqual(await seriousViolations(page), []);
    await page.getByLabel("Name", { exact: true }).fill("-bad-");
    await page.getByText("Equivalent AWS CLI command").click();
    await page.getByRole("button", { name: "Recreate", exact: true }).click();
    await page.locator("[aria-invalid=true]").first().waitFor();
    await page.setViewportSize({ width: 320, height: 800 });
    assert.deepEqual(await seriousViolations(page), []);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(overflow, 0, "no sideways scrolling at 320 px");
    await page.screenshot({ path: `.artifacts/ui/form-${theme}-narrow.png`, fullPage: true });
    await page.getByLabel("Name", { exact: true }).fill("good");
    await page.getByRole("button", { name: "Recreate", exact: true }).click();
    await page.getByRole("heading", { name: "Could not create good" }).waitFor();
    assert.deepEqual(await seriousViolations(page), []);
  });
}

test("What is typed is kept for the next window, a tag that is not added yet too, and not what was sent", async (t) => {
  const { page, savedState } = await openFormPage(t, browser);
  const kept = async () => formState.parse(await savedState());
  await page.getByLabel("Name", { exact: true }).fill("north-plant");
  await page.getByLabel("New tag key").fill("team");
  await eventually(async () => {
    const { draft, connection, subject } = await kept();
    assert.deepEqual(draft.values, { instanceName: "north-plant" });
    assert.deepEqual(draft.tags, [{ key: "team", value: "" }]);
    assert.deepEqual([connection, subject], ["sandbox:sandbox:us-east-1", { type: "create" }]);
  });
  await page.getByLabel("New tag value").fill("logistics");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("heading", { name: "north-plant is active" }).waitFor();
  const { draft, operationId } = await kept();
  assert.deepEqual([draft.values, draft.tags], [{}, []]);
  assert.ok(operationId);
});

test("A page that has lost its host says so, and no longer when it is back", async (t) => {
  const { page, loseHost, post } = await openFormPage(t, browser);
  loseHost();
  await page.getByLabel("Name", { exact: true }).fill("north-plant");
  await page.getByRole("alert").getByText("This page has lost its extension").waitFor();
  assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "north-plant");
  assert.deepEqual(await seriousViolations(page), []);
  post({ type: "pong" });
  await page.locator("#host-lost").waitFor({ state: "detached" });
});

test("A tag's labels follow its name", async (t) => {
  const { page } = await openFormPage(t, browser);
  await page.getByLabel("New tag key").fill("team");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByLabel("Key of tag team").fill("crew");
  await page.getByRole("button", { name: "Remove tag crew" }).waitFor();
  await page.getByLabel("Value of tag crew").waitFor();
});
