import assert from "node:assert/strict";
import { after, before, test, type TestContext } from "node:test";
import type { Browser } from "playwright-core";
import { DetailsController } from "../../src/features/details/controller";
import { connectionKey } from "../../src/instances/connection";
import type { Instance } from "../../src/instances/instance";
import type { ToDetails } from "../../src/ui/page/protocol/details";
import { visibleLines } from "../../src/ui/text/displayText";
import { launchBrowser } from "../vscode/browser";
import { RecordingDetailsHost } from "../wire/features/details/detailsHost";
import { connection, openWorld, type World } from "../wire/features/flowWorld";
import { seriousViolations } from "./axe";
import { eventually } from "./eventually";
import type { PageTheme } from "./pageThemes";
import { openStandalonePage } from "./standalonePage";

let browser: Browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser.close());

/** The page in a browser, with the real host's side and a sandbox behind it, and a store that knows the instance. */
async function openDetailsPage(t: TestContext, world: World, instance: Instance, theme: PageTheme = "dark") {
  const { accountId, generation, isLoopback } = await world.session();
  const scope = { connectionKey: connectionKey(connection), generation };
  world.store.setConnected(scope, { accountId, isLoopback });
  world.store.put(scope, instance);
  const host = new RecordingDetailsHost();
  let session: DetailsController | undefined;
  const standalone = await openStandalonePage(browser, {
    page: "details",
    theme,
    receive: (data, post) => {
      if (!session) {
        const record = host.post.bind(host);
        host.post = (message) => {
          record(message);
          post(message);
        };
        const subject = { connection, kind: world.kind(instance.kind), id: instance.id };
        session = new DetailsController(world, host, subject, "failure");
      }
      session.receive(data);
    },
  });
  t.after(async () => {
    session?.dispose();
    await standalone.page.context().close();
  });
  await standalone.page.getByRole("heading", { level: 1 }).waitFor();
  return { ...standalone, host, put: (changed: Instance) => world.store.put(scope, changed) };
}

test("the details follow the instance, and what was unfolded stays so", async (t) => {
  const world = await openWorld(t, { createSeconds: 3600 });
  const instance = await world.create("supplyChain", {
    values: { instanceName: "demand-planning", webAppDnsDomain: "demand" },
    tags: { team: "planning" },
  });
  const { page, put, host, violations, errors } = await openDetailsPage(t, world, instance);
  await page.locator("#state", { hasText: /Initializing · \d+ s/ }).waitFor();
  await page.getByRole("rowheader", { name: "team" }).waitFor();
  await page.getByRole("button", { name: "Delete…" }).waitFor();
  assert.equal(await page.locator("button.primary").count(), 0, "nothing is foremost that deletes or copies");
  await page.getByText("Raw JSON").click();
  await page.locator("#raw", { hasText: instance.id }).waitFor();
  put({ ...instance, state: "Active", phase: "ready" });
  await page.locator(".timeline-text", { hasText: "Active" }).waitFor();
  assert.equal(await page.locator("details").evaluate((element: HTMLDetailsElement) => element.open), true);
  await page.getByRole("button", { name: "Copy", exact: true }).click();
  await eventually(() => assert.equal((JSON.parse(host.copied[0]!) as { instanceId: string }).instanceId, instance.id));
  await page.getByRole("button", { name: "Copy ARN" }).click();
  await eventually(() => assert.equal(host.ran[0]?.[0], "copyArn"));
  assert.deepEqual([violations, errors], [[], []]);
});

test("a failure takes the focus, and hostile names, tags and messages are text", async (t) => {
  const world = await openWorld(t);
  const tags = {
    "<img src=x onerror=harm()>": "[x](command:y)",
    "sandbox:fail-create": "<script>harm()</script> \u202Etxet",
  };
  const instance = await world.create("supplyChain", { values: { instanceName: "emea" }, tags });
  const { page, violations, errors } = await openDetailsPage(t, world, instance);
  await eventually(async () => assert.equal(await page.evaluate(() => document.activeElement?.id), "failure"));
  assert.equal(
    await page.locator("#failure .service-text").evaluate((element) => element.textContent),
    visibleLines(instance.errorMessage ?? ""),
  );
  await page.getByRole("rowheader", { name: "<img src=x" }).waitFor();
  assert.equal(await page.locator("img, main a, main script").count(), 0);
  assert.deepEqual([violations, errors], [[], []]);
});

test("a button that goes leaves the focus to the heading", async (t) => {
  const world = await openWorld(t, { deleteSeconds: 3600 });
  const instance = await world.create("supplyChain", { values: { instanceName: "demand-planning" } });
  const { page, put } = await openDetailsPage(t, world, instance);
  await page.getByText("No tags.").waitFor();
  await page.getByRole("button", { name: "Edit…" }).focus();
  const kind = world.kind("supplyChain");
  const session = await world.session();
  await kind.delete(session, instance.id);
  put((await kind.get(session, instance.id))!);
  await page.getByRole("button", { name: "Edit…" }).waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement?.tagName), "H1");
});

test("what is read stays where it is when there is news, wherever the focus was left", async (t) => {
  const world = await openWorld(t, { createSeconds: 3600 });
  const values = { instanceName: "demand-planning", instanceDescription: "As it is. ".repeat(25) };
  const instance = await world.create("supplyChain", { values });
  const { page, put } = await openDetailsPage(t, world, instance);
  await page.getByText("No tags.").waitFor();
  await page.setViewportSize({ width: 320, height: 300 });
  await page.getByText("Raw JSON").click();
  await page.locator("#raw", { hasText: instance.id }).waitFor();
  await page.getByRole("button", { name: "Copy ARN" }).focus();
  await page.evaluate(() => {
    document.querySelector("#raw")!.scrollTop = 40;
    window.scrollTo({ top: document.documentElement.scrollHeight - 400 });
  });
  put({ ...instance, state: "Active", phase: "ready" });
  await page.locator(".timeline-text", { hasText: "Active" }).waitFor();
  const seen = await page.evaluate(() => {
    const raw = document.querySelector("#raw")!;
    const { top, bottom } = raw.getBoundingClientRect();
    return { focus: document.activeElement?.id, scrolled: raw.scrollTop, isInView: bottom > 0 && top < innerHeight };
  });
  assert.deepEqual(seen, { focus: "act-copyArn", scrolled: 40, isInView: true });
});

test("what is being pressed is not replaced under the pointer by news, which comes after", async (t) => {
  const world = await openWorld(t, { createSeconds: 3600 });
  const instance = await world.create("supplyChain", { values: { instanceName: "demand-planning" } });
  const { page, put, host } = await openDetailsPage(t, world, instance);
  await page.getByText("No tags.").waitFor();
  await page.getByRole("button", { name: "Copy ARN" }).hover();
  await page.mouse.down();
  const news = page.evaluate(
    () =>
      new Promise<void>((resolve) =>
        window.addEventListener("message", ({ data }: MessageEvent<ToDetails>) => data.type === "details" && resolve()),
      ),
  );
  put({ ...instance, state: "Active", phase: "ready" });
  await news;
  await page.mouse.up();
  await eventually(() => assert.equal(host.ran[0]?.[0], "copyArn"));
  await page.locator(".timeline-text", { hasText: "Active" }).waitFor();
});

test("a word of a service that is longer than the page is wide is broken", async (t) => {
  const world = await openWorld(t);
  const message = `assumed-role/${"a".repeat(64)} may not`;
  await world.sandbox.control.addFault("ListTagsForResource", {
    kind: "status",
    status: 400,
    code: "Refused",
    message,
  });
  const instance = await world.create("supplyChain", { values: { instanceName: "demand-planning" } });
  const { page } = await openDetailsPage(t, world, instance);
  await page.setViewportSize({ width: 320, height: 800 });
  await page.getByText("Could not read the tags").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
});

const themes: readonly PageTheme[] = ["dark", "light", "high-contrast", "high-contrast-light"];
for (const theme of themes) {
  test(`in the ${theme} theme, wide and narrow, the details keep nobody out`, async (t) => {
    const world = await openWorld(t);
    const tags = { team: "logistics", "sandbox:fail-create": "No S3" };
    const instance = await world.create("supplyChain", { values: { instanceName: "returns-emea" }, tags });
    const { page } = await openDetailsPage(t, world, instance, theme);
    await page.getByRole("rowheader", { name: "team" }).waitFor();
    await page.getByText("Raw JSON").click();
    assert.deepEqual(await seriousViolations(page), []);
    await page.screenshot({ path: `.artifacts/ui/details-${theme}.png`, fullPage: true });
    await page.setViewportSize({ width: 320, height: 800 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.equal(overflow, 0, "no sideways scrolling at 320 px");
    assert.deepEqual(await seriousViolations(page), []);
  });
}
