import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { isSandboxHealthy } from "../../../src/features/sandbox/health";
import { findOccupant } from "../../../src/sandbox/occupancy";
import { startTestSandbox } from "../../fixtures/sandbox";

/** Another server on the port of a sandbox that was killed, and everything that it is told. */
async function startStranger(t: TestContext, reply: (request: IncomingMessage, response: ServerResponse) => void) {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(JSON.stringify([request.url, request.rawHeaders]));
    reply(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard };
}

test("Security 15: a server on a stale port neither passes for the sandbox nor hears its token", async (t) => {
  const real = await startTestSandbox(t);
  const directory = await mkdtemp(join(tmpdir(), "stale-"));
  t.after(() => rm(directory, { recursive: true }));
  const proof = "0".repeat(64);
  const strangers = {
    "says yes": (_request: IncomingMessage, response: ServerResponse) => response.end("{}"),
    "makes up a proof": (_request: IncomingMessage, response: ServerResponse) =>
      response.end(JSON.stringify({ proof })),
    "sends one on to the real sandbox": (request: IncomingMessage, response: ServerResponse) =>
      response.writeHead(307, { location: `${real.endpoint}${request.url ?? ""}` }).end(),
    "asks the real sandbox": (request: IncomingMessage, response: ServerResponse) =>
      void fetch(`${real.endpoint}${request.url ?? ""}`)
        .then((answer) => answer.text())
        .then((text) => response.end(text)),
  };
  for (const [what, reply] of Object.entries(strangers)) {
    const { endpoint, heard } = await startStranger(t, reply);
    assert.equal(await isSandboxHealthy({ ...real, endpoint }), false, what);
    await writeFile(join(directory, "endpoint"), endpoint);
    assert.equal(await findOccupant(directory, real.controlToken), undefined, what);
    assert.ok(heard.length >= 2, what);
    assert.ok(!heard.join().includes(real.controlToken), what);
  }
  assert.equal(await isSandboxHealthy(real), true);
  assert.equal(await isSandboxHealthy({ ...real, controlToken: "another" }), false);
});

test("Security 15: the sandbox proves itself to a proper question only, and says nothing else without the token", async (t) => {
  const { endpoint } = await startTestSandbox(t);
  const statusOf = async (path: string) => (await fetch(`${endpoint}/_sandbox/${path}`)).status;
  assert.equal(await statusOf(`identity?nonce=${"0f".repeat(32)}`), 200);
  for (const path of ["identity", "identity?nonce=", "identity?nonce=00", `identity?nonce=${"x".repeat(64)}`])
    assert.equal(await statusOf(path), 400, path);
  for (const path of ["ledger", "identity/ledger"]) assert.equal(await statusOf(path), 403, path);
});
