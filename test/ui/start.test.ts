import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { launchBrowser } from "../vscode/browser";
import { startVsCodeServer } from "../vscode/server";
import { eventually } from "./eventually";
import { TreeView } from "./pages/treeView";

/** What a page of anybody's would do that knows the address: talk to what files and terminals are behind. */
const handshake = (host: string) => `new Promise((done) => {
  const socket = new WebSocket("ws://${host}/?reconnectionToken=00000000-0000-4000-8000-000000000000&reconnection=false&skipWebSocketFrames=false");
  socket.binaryType = "arraybuffer";
  let said = "";
  socket.onopen = () => {
    const body = new TextEncoder().encode(JSON.stringify({ type: "auth", auth: "00000000000000000000", data: "x" }));
    const message = new Uint8Array(13 + body.length);
    message[0] = 2;
    new DataView(message.buffer).setUint32(9, body.length);
    message.set(body, 13);
    socket.send(message);
  };
  socket.onmessage = ({ data }) => {
    said += new TextDecoder().decode(data);
    if (said.includes("}")) socket.close();
  };
  socket.onclose = () => done(said);
})`;

async function assertClosedWithoutToken({ host, searchParams }: URL, page: Page): Promise<void> {
  const token = searchParams.get("tkn") ?? "";
  assert.match(token, /^[0-9a-f]{32,}$/);
  for (const path of ["/", "/?tkn=", `/?tkn=${"0".repeat(token.length)}`])
    assert.equal((await fetch(`http://${host}${path}`, { redirect: "manual" })).status, 403, path);
  await page.goto("data:text/html,somebody");
  const said = await page.evaluate<string>(handshake(host));
  assert.match(said, /Unauthorized client refused/);
}

test("Security 3: without the token of the printed address, the server is closed to pages and sockets", async (t) => {
  const browser = await launchBrowser();
  const server = await startVsCodeServer();
  t.after(async () => {
    await server.stop();
    await browser.close();
  });
  await assertClosedWithoutToken(new URL(server.pageUrl({ folder: server.home })), await browser.newPage());
});

test("npm start prints where to look; the page lists seeded instances, one of them changing; SIGTERM ends all of it", async (t) => {
  // Without Desktop's `code`: that would open a window of its own.
  const env = { ...process.env, PATH: [dirname(process.execPath), "/usr/bin", "/bin"].join(":") };
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    cwd: resolve(__dirname, "../.."),
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((done) => child.once("exit", done));
  const browser = await launchBrowser();
  t.after(async () => {
    child.kill("SIGKILL");
    await browser.close();
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const url = await eventually(() => {
    const found = /^Open (http:\/\/127\.0\.0\.1:\d+\/\S*)$/m.exec(output)?.[1];
    assert.ok(found, `npm start printed ${JSON.stringify(output)}`);
    return new URL(found);
  }, 60_000);

  await assertClosedWithoutToken(url, await browser.newPage());
  const page = await browser.newPage();
  await page.goto(url.href);
  const tree = new TreeView(page, "Instances");
  await tree.waitForRow("demand-planning", "Active", 60_000);
  await tree.waitForRow("inbound-eu", /^Initializing · /);
  await tree.waitForRow("returns-emea", "CreateFailed");
  await tree.waitForRow("support-chat");

  const directory = join(url.searchParams.get("folder") ?? "", "..");
  assert.ok(existsSync(directory));
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
  await assert.rejects(fetch(url), "the server still answers");
  assert.ok(!existsSync(directory), "its folder is still there");
});
