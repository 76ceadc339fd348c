import assert from "node:assert/strict";
import * as vscode from "vscode";
import { createClient, type ClientOptions } from "../../src/aws/httpClient";
import type { AwsClient } from "../../src/aws/awsClient";
import { staticCredentials } from "../../src/aws/credentials";
import { TransportError } from "../../src/aws/errors";
import { getInstance } from "../../src/aws/services/supplychain";
import { silentLog } from "../../src/core/log";
import { startProxy, startService, type LoopbackProxy, type LoopbackService, type ProxyRules } from "./network";
import certificate from "./serviceCertificate.data.json";

/** The product's client in a host whose http and https VS Code has patched, as it is by default. */
function clientFor(url: string, options: Partial<ClientOptions> = {}): AwsClient {
  return createClient({
    region: "us-east-1",
    credentials: staticCredentials({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }),
    endpoints: { customUrl: () => url },
    log: silentLog,
    ca: certificate.cert,
    ...options,
  });
}

const read = (client: AwsClient, signal?: AbortSignal) =>
  client.call(getInstance, { instanceId: "i-1" }, signal ? { signal } : {});

/** As many at a time as the product has listings. */
async function readOften(client: AwsClient): Promise<void> {
  const lane = async () => {
    for (let i = 0; i < 20; i++) await read(client);
  };
  await Promise.all(Array.from({ length: 5 }, lane));
}

describe("the network as VS Code patches it", () => {
  const open: { readonly close: () => Promise<void> }[] = [];
  const service = async (protocol: "http" | "https"): Promise<LoopbackService> => {
    const started = await startService(protocol);
    open.push(started);
    return started;
  };
  const proxyTo = async (port: number, rules: ProxyRules = {}, user = ""): Promise<LoopbackProxy> => {
    const proxy = await startProxy(port, rules);
    open.push(proxy);
    await setProxy(`http://${user}127.0.0.1:${proxy.port}`);
    return proxy;
  };

  before(() => {
    assert.equal(vscode.workspace.getConfiguration("http").get("proxySupport"), "override");
  });

  afterEach(async () => {
    await setProxy(undefined);
    for (const { close } of open.splice(0)) await close();
  });

  for (const protocol of ["http", "https"] as const) {
    it(`Security 11: 100 requests over ${protocol} make at most 6 connections`, async () => {
      const { port, requests, connections } = await service(protocol);
      await readOften(clientFor(`${protocol}://127.0.0.1:${port}`));
      assert.equal(requests(), 100);
      assert.ok(connections() <= 6, `${connections()} connections`);
    });
  }

  it("goes through http.proxy, and trusts the certificates that it is given", async () => {
    const { port, requests } = await service("https");
    const { targets } = await proxyTo(port);
    await read(clientFor("https://service.example"));
    assert.deepEqual([requests(), targets], [1, ["service.example:443"]]);
  });

  it("Security 5: plain http goes past the proxy, and is refused where VS Code would not let it", async () => {
    const { port, requests } = await service("http");
    const { targets } = await proxyTo(port);
    for (const host of ["127.0.0.1", "localhost"]) await read(clientFor(`http://${host}:${port}`));
    for (const host of ["x.localhost", "127.0.0.2"])
      await assert.rejects(read(clientFor(`http://${host}:${port}`)), /must use https/);
    assert.deepEqual([requests(), targets], [2, []]);
  });

  it("Security 9: a proxy that takes longer than a connection may is no time-out", async () => {
    const { port, requests } = await service("https");
    const { targets } = await proxyTo(port, { password: "user:secret", delayMs: 1_500 }, "user:secret@");
    const client = clientFor("https://service.example", {
      timeouts: { connectMs: 1_000, idleMs: 1_200, totalMs: 1_300 },
    });
    await read(client);
    assert.deepEqual([requests(), targets.length], [1, 1]);
  });

  it("Security 9: a proxy that gets no password is what the message is about", async () => {
    const { port, requests } = await service("https");
    await proxyTo(port, { password: "user:secret" });
    await assert.rejects(read(clientFor("https://service.example")), (error: unknown) => {
      assert.ok(error instanceof TransportError, String(error));
      assert.deepEqual([error.code, error.attempts], ["ProxyAuthenticationRequired", 1]);
      return true;
    });
    assert.equal(requests(), 0);
  });

  for (const status of [403, 502]) {
    it(`Security 14: the proxy's own ${status} is told as what it is`, async () => {
      const { port, requests } = await service("https");
      await proxyTo(port, { status });
      await assert.rejects(read(clientFor("https://service.example")), {
        message: `HTTP ${status} from something between here and service.example (no AWS error code): The proxy of this house`,
      });
      assert.equal(requests(), 0);
    });
  }
});

async function setProxy(url: string | undefined): Promise<void> {
  await vscode.workspace.getConfiguration("http").update("proxy", url, vscode.ConfigurationTarget.Global);
}
