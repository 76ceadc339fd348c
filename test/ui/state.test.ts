import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { test } from "node:test";
import { eventually, openWorkbench, type Workbench } from "./workbench";

/** Members that the models call sensitive, with a word each that nothing else contains. */
const name = "zzname";
const description = "zzdescription";
const tag = { key: "zzkey", value: "zzvalue" };
const secret = /zz(?:name|description|key|value)/i;

/** Runs in the page: every entry of what VS Code keeps in the browser, its own state and that of extensions. */
async function readState(): Promise<readonly string[]> {
  // In a list, for it must have no name: the compiler would wrap that in a helper, which the page does not have.
  const [done] = [
    <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error("IndexedDB refused"));
      }),
  ] as const;
  const entries: string[] = [];
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name ?? ""));
    for (const store of database.objectStoreNames) {
      const objects = database.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([done(objects.getAllKeys()), done(objects.getAll())]);
      for (const [index, key] of keys.entries()) {
        const value: unknown = values[index];
        const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : JSON.stringify(value);
        entries.push(`${name ?? ""} ${store} ${JSON.stringify(key)} ${text}`);
      }
    }
    database.close();
  }
  return [...entries, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
}

async function secretsInBrowser({ page }: Workbench): Promise<readonly string[]> {
  const entries = await page.evaluate(readState);
  assert.ok(entries.length > 20, `it is VS Code's state, with ${entries.length} entries`);
  return entries.filter((entry) => secret.test(entry));
}

/** Files of the server that hold a secret, without those of the sandbox, which is the cloud. */
async function secretsOnDisk(workbench: Workbench): Promise<readonly string[]> {
  const data = join(workbench.globalStorage, "../../..");
  const sandbox = relative(data, join(workbench.globalStorage, "sandbox"));
  const names = (await readdir(data, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  assert.ok(names.length > 5, "it is VS Code's folder");
  const found: string[] = [];
  for (const { parentPath, name: file } of names) {
    const path = relative(data, join(parentPath, file));
    if (path.startsWith(sandbox)) continue;
    if (secret.test(await readFile(join(data, path), "latin1").catch(() => ""))) found.push(path);
  }
  return found;
}

test("Security 10: VS Code's state holds the draft of a form that was not sent, and nothing sensitive after it was", async (t) => {
  const workbench = await openWorkbench(t, { settings: { "appInstances.sandbox.createSeconds": 0 } });
  const tree = workbench.tree("Instances");
  await workbench.showView();
  await workbench.runCommand("Start Sandbox");
  await tree.waitForRow("demand-planning");

  await t.test("while it is written, its draft is kept, in one place", async () => {
    await workbench.runCommand("Create Instance with Form…");
    const form = workbench.webview();
    await form.locator("#submit[aria-disabled=false]").waitFor();
    await form.getByLabel("Name", { exact: true }).fill(name);
    await form.getByLabel("Description").fill(description);
    await form.getByLabel("New tag key").fill(tag.key);
    await form.getByLabel("New tag value").fill(tag.value);
    await form.getByRole("button", { name: "Add" }).click();
    await eventually(async () => {
      const [entry = "", ...others] = await secretsInBrowser(workbench);
      assert.deepEqual(others, []);
      for (const part of [name, description, tag.key, tag.value]) assert.ok(entry.includes(part), part);
      assert.match(entry, /^vscode-web-state-db-global \S+ "app-instances\.app-instances-for-aws" .*unsentDraft/);
    });
    assert.deepEqual(await secretsOnDisk(workbench), []);
  });

  await t.test("once it was sent, and whatever else was done, nothing is", async () => {
    await workbench.webview().getByRole("button", { name: "Create", exact: true }).click();
    await workbench
      .webview()
      .getByRole("heading", { name: `${name} is active` })
      .waitFor();
    // Off the tree: a tooltip would lie over the rows.
    await workbench.webview().getByRole("button", { name: "Show Details" }).click();
    await workbench.webview().getByRole("rowheader", { name: tag.key }).waitFor();
    await tree.contextMenu(name, "Edit…");
    await workbench.quickInput.waitForMessage("Name");
    await workbench.quickInput.answer(`${name}-2`);
    await workbench.quickInput.waitForMessage("Description");
    await workbench.quickInput.accept();
    await workbench.quickInput.pick(/Save in/);
    await tree.waitForRow(`${name}-2`);
    await tree.contextMenu(`${name}-2`, "Delete…");
    await workbench.quickInput.waitForTitle("Delete");
    await workbench.quickInput.answer(`${name}-2`);
    await tree.waitForNoRow(`${name}-2`);
    // The title of a tab that comes back is the name of its instance.
    await workbench.quickInput.runCommand("View: Close All Editors");
    // What is kept when a window goes is written by then; and what comes back with it is read.
    await workbench.reload();
    await workbench.showView();
    await tree.waitForRow("demand-planning");
    await eventually(async () => assert.deepEqual(await secretsInBrowser(workbench), []));
    const journal = /User\/globalStorage\/app-instances\.app-instances-for-aws\/operations\/[\w-]+\.json$/;
    const elsewhere = (await secretsOnDisk(workbench)).filter((path) => !journal.test(path));
    assert.deepEqual(elsewhere, []);
  });
});
