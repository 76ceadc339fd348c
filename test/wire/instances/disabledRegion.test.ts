import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
// The default export: a namespace would not let the test replace the agent.
import https from "node:https";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { connect } from "node:tls";
import { needsSignIn, ServiceError } from "../../../src/aws/errors";
import { getInstance } from "../../../src/aws/services/supplychain";
import { UserError } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import { isPassing } from "../../../src/instances/follow";
import { createSessions } from "../../../src/instances/sessions";
import { startLoopback, type ReceivedRequest } from "../aws/loopback";
import certificate from "../aws/loopbackCertificate.data.json";

/** Leads the services' own host names to a server of the test's. */
class LedAgent extends https.Agent {
  readonly #port: number;

  constructor(port: number) {
    super();
    this.#port = port;
  }

  override createConnection(): Socket {
    return connect({ host: "127.0.0.1", port: this.#port, ca: certificate.cert, checkServerIdentity: () => undefined });
  }
}

/** What a host answers: the account of the keys, or a code. */
type Answers = Readonly<Record<string, string>>;

async function world(t: TestContext, answers: Answers, config = "") {
  const hosts: string[] = [];
  const serve = ({ headers, url }: ReceivedRequest, respond: (status: number, code: string, body: string) => void) => {
    const { host = "" } = headers;
    hosts.push(host);
    const answer = answers[host] ?? "NotExpected";
    if (!/^\d+$/.test(answer)) respond(403, answer, `<E><Error><Code>${answer}</Code></Error></E>`);
    else if (url !== "/")
      respond(200, "", JSON.stringify({ instance: { instanceId: "a", awsAccountId: answer, state: "Active" } }));
    else respond(200, "", `<R><GetCallerIdentityResult><Account>${answer}</Account></GetCallerIdentityResult></R>`);
  };
  const loopback = await startLoopback(
    t,
    [
      (request, response) =>
        serve(request, (status, code, body) =>
          response.writeHead(status, { ...(code && { "x-amzn-errortype": code }), connection: "close" }).end(body),
        ),
    ],
    true,
  );
  const usual = https.globalAgent;
  https.globalAgent = new LedAgent(Number(new URL(loopback.url).port));
  const home = mkdtempSync(path.join(tmpdir(), "region-"));
  mkdirSync(path.join(home, ".aws"));
  writeFileSync(path.join(home, ".aws", "credentials"), "[dev]\naws_access_key_id = AKID\naws_secret_access_key = s\n");
  writeFileSync(path.join(home, ".aws", "config"), config);
  const sessions = createSessions({
    log: silentLog,
    env: { HOME: home },
    promptMfa: () => Promise.reject(new Error("not asked for")),
    sandboxAccess: () => undefined,
    endpointUrls: () => ({}),
  });
  t.after(() => {
    https.globalAgent = usual;
    sessions.dispose();
    rmSync(home, { recursive: true, force: true });
  });
  return { hosts, open: (region: string) => sessions.open({ source: "profile", profile: "dev", region }) };
}

function assertRegion(code: string) {
  return (error: unknown) => {
    assert.ok(error instanceof UserError, String(error));
    const start = `The credentials are good in us-east-1, but af-south-1 does not know them (${code}): perhaps this region is not enabled`;
    assert.ok(error.message.startsWith(start), error.message);
    assert.deepEqual([needsSignIn(error), isPassing(error)], [false, false]);
    return true;
  };
}

test("A region whose STS does not know keys that are good elsewhere is perhaps not enabled: no sign-in is asked for", async (t) => {
  const { hosts, open } = await world(t, {
    "sts.af-south-1.amazonaws.com": "InvalidClientTokenId",
    "sts.us-east-1.amazonaws.com": "123456789012",
  });
  await assert.rejects(open("af-south-1"), assertRegion("InvalidClientTokenId"));
  assert.deepEqual(hosts, ["sts.af-south-1.amazonaws.com", "sts.us-east-1.amazonaws.com"]);
});

test("A service that does not know the keys of an open session is told the same way", async (t) => {
  const { open } = await world(t, {
    "sts.af-south-1.amazonaws.com": "123456789012",
    "scn.af-south-1.amazonaws.com": "UnrecognizedClientException",
    "sts.us-east-1.amazonaws.com": "123456789012",
  });
  const { client } = await open("af-south-1");
  await assert.rejects(client.call(getInstance, { instanceId: "a" }), assertRegion("UnrecognizedClientException"));
});

test("Keys that nobody knows want a sign-in, and so does whatever cannot be told", async (t) => {
  for (const answer of ["InvalidClientTokenId", "ServiceUnavailable"]) {
    const { open } = await world(t, {
      "sts.af-south-1.amazonaws.com": "InvalidClientTokenId",
      "sts.us-east-1.amazonaws.com": answer,
    });
    await assert.rejects(open("af-south-1"), (error: unknown) => {
      assert.ok(error instanceof ServiceError && needsSignIn(error), String(error));
      return true;
    });
  }
});

test("Nobody else is asked about keys that expired, in the first region, or at a custom endpoint", async (t) => {
  const expired = await world(t, { "sts.af-south-1.amazonaws.com": "ExpiredToken" });
  await assert.rejects(expired.open("af-south-1"), ServiceError);
  assert.deepEqual(new Set(expired.hosts), new Set(["sts.af-south-1.amazonaws.com"]));

  const first = await world(t, { "sts.us-east-1.amazonaws.com": "InvalidClientTokenId" });
  await assert.rejects(first.open("us-east-1"), ServiceError);
  assert.deepEqual(first.hosts, ["sts.us-east-1.amazonaws.com"]);

  const answers = { "sts.example.com": "InvalidClientTokenId", "sts.us-east-1.amazonaws.com": "123456789012" };
  const custom = await world(t, answers, "[profile dev]\nendpoint_url = https://sts.example.com\n");
  await assert.rejects(custom.open("af-south-1"), ServiceError);
  assert.deepEqual(custom.hosts, ["sts.example.com"]);
});
