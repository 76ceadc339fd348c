import assert from "node:assert/strict";
import { spawn, type ChildProcessByStdio } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { lookupEvents } from "../../../src/aws/services/cloudtrail";
import { createInstance } from "../../../src/aws/services/supplychain";
import type { Sandbox } from "../../../src/sandbox/server";
import { SandboxControl } from "../../fixtures/sandbox";
import { sandboxClient } from "../../fixtures/sandboxClient";
import { signedRequest } from "../../fixtures/signedRequest";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

type Child = ChildProcessByStdio<null, Readable, Readable>;

async function firstLine(child: Child): Promise<string> {
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return line;
}

test("npm run sandbox prints one JSON line, serves, and ends with the process that ran it", async (t) => {
  const durations = ["--create-seconds", "1", "--delete-seconds", "1", "--trail-seconds", "0"];
  const args = ["run", "-s", "sandbox", "--", "--seed", "demo", ...durations];
  const child = spawn("npm", args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  const line = await firstLine(child);
  const sandbox = JSON.parse(line) as Sandbox;
  assert.deepEqual(Object.keys(sandbox), [
    "endpoint",
    "region",
    "accountId",
    "accessKeyId",
    "secretAccessKey",
    "restricted",
    "controlToken",
  ]);
  assert.deepEqual(Object.keys(sandbox.restricted), ["accessKeyId", "secretAccessKey"]);
  assert.equal((await signedRequest(sandbox, { service: "scn", path: "/api/instance" })).status, 200);
  assert.equal((await new SandboxControl(sandbox).ledger()).resources.length, 6);
  const client = sandboxClient(sandbox);
  await client.call(createInstance, { clientToken: randomUUID() });
  const { Events = [] } = await client.call(lookupEvents, {});
  assert.ok(
    Events.some(({ EventName }) => EventName === "CreateInstance"),
    "CloudTrail tells of it at once",
  );
  let more = "";
  child.stdout.on("data", (chunk: Buffer) => (more += chunk.toString()));
  // The pipe closes when the last process behind it is gone: npm, its shell, and the sandbox.
  const ended = once(child.stdout, "close");
  child.kill("SIGTERM");
  await ended;
  assert.equal(more, "");
});

test("A seed may be a number: that many of each kind, all listed", async (t) => {
  const child = spawn(process.execPath, ["scripts/sandbox.mjs", "--seed", "120"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  const sandbox = JSON.parse(await firstLine(child)) as Sandbox;
  const { resources } = await new SandboxControl(sandbox).ledger();
  const names = (kind: string) => resources.filter((resource) => resource.kind === kind).map(({ name }) => name);
  for (const kind of ["supplyChain", "chime"])
    assert.deepEqual(
      names(kind),
      Array.from({ length: 120 }, (_, index) => `bulk-${String(index + 1).padStart(3, "0")}`),
    );
});

test("Wrong arguments are explained on standard error, with exit code 2", async () => {
  for (const args of [["--port", "many"], ["--seed", "large"], ["--seed", "0"], ["--seed", "100001"], ["--unknown"]]) {
    const child = spawn(process.execPath, ["scripts/sandbox.mjs", ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    const [code] = (await once(child, "close")) as [number];
    assert.equal(code, 2);
    assert.match(errors, /Usage: npm run -s sandbox/);
  }
});
