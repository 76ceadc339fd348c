import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { call } from "../../../src/aws/callCommand";
import { ServiceError, SignInRequiredError } from "../../../src/aws/errors";
import { kms } from "../../../src/aws/services/kms";
import { services } from "../../../src/aws/services/registry";
import { getInstance, listInstances, supplychain } from "../../../src/aws/services/supplychain";
import { CancelledError, UserError } from "../../../src/core/errors";
import { silentLog, type Log } from "../../../src/core/log";
import { connectionKey, isLocal, type Connection, type Session } from "../../../src/instances/connection";
import type { AccessOptions } from "../../../src/instances/sessionAccess";
import { createSessions } from "../../../src/instances/sessions";
import { FakeClock } from "../../fakes/clock";
import { answeredProcess } from "../../fixtures/credentialProcess";
import { startTestSandbox } from "../../fixtures/sandbox";
import { startLoopback, type ReceivedRequest } from "../aws/loopback";
import certificate from "../aws/loopbackCertificate.data.json";

interface TestContext {
  after(cleanUp: () => unknown): void;
}

const dev: Connection = { source: "profile", profile: "dev", region: "us-east-1" };
const instanceId = "9e193580-7cc5-45f7-9609-c43ba0ada793";

/** A cloud in which an access key KEY-111 belongs to account 111; replies can be held back. */
class Cloud {
  readonly calls: string[] = [];
  /** Called with the reply to a request; without it, replies go out at once. */
  hold: ((call: string, release: () => void) => void) | undefined;
  /** Keys that have expired. */
  readonly expired = new Set<string>();
  failing = false;

  serve({ url, headers, method }: ReceivedRequest, response: ServerResponse): void {
    const key = /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1] ?? "";
    const account = key.replace(/^KEY-(\d+).*/, "$1");
    const what = url === "/" ? "GetCallerIdentity" : `${method} ${url}`;
    const call = `${what} by ${account}`;
    this.calls.push(call);
    const release = () => {
      if (this.failing) {
        response.writeHead(500, { "x-amzn-errortype": "InternalFailure" }).end();
      } else if (this.expired.has(key)) {
        response.writeHead(403, { "x-amzn-errortype": "ExpiredTokenException" }).end("{}");
      } else if (url === "/") {
        const result = `<GetCallerIdentityResult><Account>${account}</Account></GetCallerIdentityResult>`;
        response.end(`<GetCallerIdentityResponse>${result}</GetCallerIdentityResponse>`);
      } else if (url.startsWith("/api/instance?") || url === "/api/instance") {
        const page = Number(new URL(url, "http://a").searchParams.get("nextToken") ?? 1);
        const instance = { instanceId, awsAccountId: account, state: "Active" };
        response.end(JSON.stringify({ instances: [instance], ...(page < 3 && { nextToken: String(page + 1) }) }));
      } else {
        response.end(JSON.stringify({ instance: { instanceId, awsAccountId: account, state: "Active" } }));
      }
    };
    if (this.hold) this.hold(call, release);
    else release();
  }
}

async function world(t: TestContext, options: Partial<AccessOptions> = {}) {
  const cloud = new Cloud();
  const { url } = await startLoopback(t, [(request, response) => cloud.serve(request, response)]);
  const home = mkdtempSync(path.join(tmpdir(), "sessions-"));
  mkdirSync(path.join(home, ".aws"));
  const write = (credentials: string, config = "") => {
    writeFileSync(path.join(home, ".aws", "config"), config);
    writeFileSync(path.join(home, ".aws", "credentials"), credentials);
  };
  const urls: Record<string, string> = Object.fromEntries(services.map(({ id }) => [id, url]));
  const sessions = createSessions({
    log: silentLog,
    env: { HOME: home },
    promptMfa: () => Promise.reject(new Error("not asked for")),
    sandboxAccess: () => undefined,
    endpointUrls: () => urls,
    ...options,
  });
  const changes: string[] = [];
  sessions.onDidChange((key) => changes.push(key));
  t.after(() => {
    sessions.dispose();
    rmSync(home, { recursive: true, force: true });
  });
  const nextChange = () =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("No change was told")), 5000);
      const listening = sessions.onDidChange(() => {
        listening.dispose();
        clearTimeout(timer);
        resolve();
      });
    });
  return { cloud, home, url, urls, write, sessions, changes, nextChange };
}

const keys = (account: string, profile = "dev", more = "") =>
  `[${profile}]\naws_access_key_id = KEY-${account}\naws_secret_access_key = s\n${more}`;

test("A session knows its account, its endpoint and a generation, and is opened once however many ask", async (t) => {
  const { write, sessions, cloud, url } = await world(t);
  write(keys("111"));
  assert.equal(sessions.current(dev), undefined);
  const [one, two] = await Promise.all([sessions.open(dev), sessions.open(dev)]);
  assert.equal(one, two);
  assert.equal(sessions.current(dev), one);
  assert.deepEqual([one.accountId, one.customEndpoint, one.isLoopback], ["111", url, true]);
  assert.deepEqual(cloud.calls, ["GetCallerIdentity by 111"]);
});

test("Row 3, Security 13: the account that a profile claims is not believed: STS says whose the keys are", async (t) => {
  const { write, sessions, cloud } = await world(t);
  write(keys("111", "dev", "aws_account_id = 999\n"));
  assert.equal((await sessions.open(dev)).accountId, "111");
  assert.deepEqual(cloud.calls, ["GetCallerIdentity by 111"]);
});

test("Row 3, Security 13: when a profile's keys are replaced by another account's, its claim does not hide it", async (t) => {
  const { write, sessions, nextChange } = await world(t);
  write(keys("111", "dev", "aws_account_id = 111\n"));
  assert.equal((await sessions.open(dev)).accountId, "111");
  const change = nextChange();
  write(keys("222", "dev", "aws_account_id = 111\n"));
  await change;
  assert.equal((await sessions.open(dev)).accountId, "222");
});

test("Requests are tried as often as the environment or the profile says, and a mode that is not ours is logged once", async (t) => {
  const lines: string[] = [];
  const log: Log = { ...silentLog, info: (line) => void lines.push(line) };
  const { write, sessions, url, cloud } = await world(t, { log });
  cloud.failing = true;
  write(keys("111", "dev", "max_attempts = 2\nretry_mode = adaptive\n"));
  for (let opening = 1; opening <= 2; opening++) await assert.rejects(sessions.open(dev), ServiceError);
  assert.equal(cloud.calls.length, 4);
  assert.equal(lines.length, 1);
  assert.match(lines[0] ?? "", /^retry_mode of profile dev is "adaptive": /);

  const env = { AWS_MAX_ATTEMPTS: "1", AWS_CONFIG_FILE: "/nowhere", AWS_SHARED_CREDENTIALS_FILE: "/nowhere" };
  const called = await call(["sts", "GetCallerIdentity", "--region", "us-east-1", "--endpoint-url", url], {
    ...env,
    AWS_ACCESS_KEY_ID: "KEY-111",
    AWS_SECRET_ACCESS_KEY: "s",
  });
  assert.equal((JSON.parse(called.stderr ?? "{}") as { attempts: number }).attempts, 1);
  assert.equal(cloud.calls.length, 5);
});

test("Switching credentials in the middle of a slow list ends the list, and nothing of the old account is current", async (t) => {
  const { write, sessions, cloud, nextChange } = await world(t);
  write(keys("111"));
  const old = await sessions.open(dev);
  const seen: string[] = [];
  const change = nextChange();
  const list = (async () => {
    for await (const { instances } of old.client.pages(listInstances, {})) {
      seen.push(...instances.map(({ awsAccountId }) => awsAccountId));
      if (seen.length === 1) {
        write(keys("222"));
        await change;
      }
    }
  })();
  await assert.rejects(list, (error: unknown) => error instanceof UserError && error.message.includes("was replaced"));
  assert.deepEqual(seen, ["111"]);
  assert.equal(sessions.current(dev), undefined);
  const fresh = await sessions.open(dev);
  assert.equal(fresh.accountId, "222");
  assert.ok(fresh.generation > old.generation);
  await assert.rejects(old.client.call(getInstance, { instanceId }), UserError);
  assert.deepEqual(
    cloud.calls.filter((call) => call.endsWith("by 111")),
    ["GetCallerIdentity by 111", "GET /api/instance by 111"],
    "not even the next page was asked for with the old keys",
  );
});

test("An identity that arrives after the switch is not returned to those who wait for it", async (t) => {
  const { write, sessions, cloud, nextChange } = await world(t);
  write(keys("111"));
  const change = nextChange();
  let releaseOld = () => {};
  const asked = new Promise<void>((resolve) => {
    cloud.hold = (call, release) => {
      if (call.endsWith("222")) {
        release();
        return;
      }
      releaseOld = release;
      resolve();
    };
  });
  const opening = sessions.open(dev);
  await asked;
  write(keys("222"));
  await change;
  const second = await sessions.open(dev);
  releaseOld();
  assert.equal(second.accountId, "222");
  assert.equal(await opening, second);
  assert.equal(sessions.current(dev), second);
});

test("A change of another profile leaves a session alone", async (t) => {
  const { write, sessions, changes, nextChange } = await world(t);
  write(keys("111") + keys("333", "other"));
  const other: Connection = { ...dev, profile: "other" };
  const [session] = await Promise.all([sessions.open(dev), sessions.open(other)]);
  const change = nextChange();
  write(keys("111") + keys("444", "other"));
  await change;
  assert.deepEqual(changes, [connectionKey(other)]);
  assert.equal(sessions.current(dev), session);
});

test("A services section that changes replaces the session of its profile", async (t) => {
  const { write, sessions, nextChange } = await world(t, { endpointUrls: () => ({}) });
  const config = (url: string) =>
    `[profile dev]\nservices = local\n[services local]\nsts =\n  endpoint_url = ${url}\nsupplychain =\n  endpoint_url = ${url}\n`;
  const one = await startLoopback(t, [(request, response) => new Cloud().serve(request, response)]);
  const two = await startLoopback(t, [(request, response) => new Cloud().serve(request, response)]);
  write(keys("111"), config(one.url));
  assert.equal((await sessions.open(dev)).customEndpoint, `supplychain ${one.url}, sts ${one.url}`);
  const change = nextChange();
  write(keys("111"), config(two.url));
  await change;
  assert.equal((await sessions.open(dev)).customEndpoint, `supplychain ${two.url}, sts ${two.url}`);
});

test("A changed endpoint setting makes the session another one", async (t) => {
  const { write, sessions, urls, changes } = await world(t);
  write(keys("111"));
  const first = await sessions.open(dev);
  urls.kms = "https://kms.example.com";
  assert.equal(sessions.current(dev), undefined);
  assert.deepEqual(changes, [connectionKey(dev)]);
  const second = await sessions.open(dev);
  assert.notEqual(second.generation, first.generation);
});

test("One who stops waiting does not stop the others", async (t) => {
  const { write, sessions, cloud } = await world(t);
  write(keys("111"));
  const releases: (() => void)[] = [];
  const asked = new Promise<void>((resolve) => {
    cloud.hold = (_, release) => {
      releases.push(release);
      resolve();
    };
  });
  const controller = new AbortController();
  const impatient = sessions.open(dev, controller.signal);
  const patient = sessions.open(dev);
  await asked;
  controller.abort();
  await assert.rejects(impatient, CancelledError);
  for (const release of releases) release();
  assert.equal((await patient).accountId, "111");
});

test("Credentials that expired are renewed within the call, and checked to be of the same account", async (t) => {
  const { write, home, sessions, cloud } = await world(t);
  const counter = path.join(home, "count");
  writeFileSync(
    path.join(home, "process.cjs"),
    `const fs = require("node:fs"), file = ${JSON.stringify(counter)};
     const list = fs.readFileSync(file, "utf8").split(",");
     fs.writeFileSync(file, list.slice(1).join(","));
     console.log(JSON.stringify({ Version: 1, AccessKeyId: list[0], SecretAccessKey: "s" }));`,
  );
  writeFileSync(counter, "KEY-111-a,KEY-111-b,KEY-222-c");
  write("", `[profile dev]\ncredential_process = "${process.execPath}" "${path.join(home, "process.cjs")}"\n`);
  const session = await sessions.open(dev);
  cloud.expired.add("KEY-111-a");
  const { instance } = await session.client.call(getInstance, { instanceId });
  assert.equal(instance.awsAccountId, "111");
  assert.equal(sessions.current(dev), session, "the same account is the same session");

  cloud.expired.add("KEY-111-b");
  await assert.rejects(session.client.call(getInstance, { instanceId }), UserError);
  assert.equal(sessions.current(dev), undefined, "another account is not");
  assert.ok(!cloud.calls.some((call) => call.startsWith("GET") && call.endsWith("by 222")), "and was never used");
});

test("A connection that could not sign in is told to try again when a token appears", async (t) => {
  const { write, home, sessions, changes, nextChange } = await world(t);
  write(
    "",
    "[profile dev]\nsso_start_url = https://a.example\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r\n",
  );
  // The SDK looks for tokens in the home directory of the process.
  const { HOME } = process.env;
  process.env.HOME = home;
  t.after(() => {
    process.env.HOME = HOME;
  });
  await assert.rejects(
    sessions.open(dev),
    (error: unknown) => error instanceof SignInRequiredError && error.profile === "dev",
  );
  const change = nextChange();
  mkdirSync(path.join(home, ".aws", "sso", "cache"), { recursive: true });
  writeFileSync(path.join(home, ".aws", "sso", "cache", "token.json"), "{}");
  await change;
  assert.deepEqual(changes, [connectionKey(dev)]);
});

test("A missing profile names the files, and where they are broken", async (t) => {
  const { write, sessions } = await world(t);
  write("", "[profile dev\nregion = us-east-1\n");
  await assert.rejects(sessions.open(dev), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /no profile dev in .*config or .*credentials\. .*config:1: .*no closing \]/);
    return true;
  });
});

test("A failure is not remembered", async (t) => {
  const { write, sessions } = await world(t);
  await assert.rejects(sessions.open(dev), UserError);
  write(keys("111"));
  assert.equal((await sessions.open(dev)).accountId, "111");
});

test("The sandbox is opened with its own keys, and again when it was started anew", async (t) => {
  let access: ReturnType<AccessOptions["sandboxAccess"]>;
  const { sessions } = await world(t, { sandboxAccess: () => access });
  const connection: Connection = { source: "sandbox", profile: "sandbox-restricted", region: "us-east-1" };
  await assert.rejects(
    sessions.open(connection),
    (error: unknown) => error instanceof UserError && error.remedies.length === 1 && error.code === "SandboxStopped",
  );

  const start = async () => {
    const { endpoint, region, accessKeyId, secretAccessKey, restricted } = await startTestSandbox(t);
    access = {
      endpoint,
      region,
      keys: { sandbox: { accessKeyId, secretAccessKey }, "sandbox-restricted": restricted },
    };
  };
  await start();
  const first: Session = await sessions.open(connection);
  assert.equal(first.accountId, "123456789012");
  assert.equal(first.isLoopback, true);
  await start();
  assert.equal(sessions.current(connection), undefined);
  assert.notEqual((await sessions.open(connection)).customEndpoint, first.customEndpoint);
});

const printed = (key: string, expiration?: Date) =>
  JSON.stringify({ Version: 1, AccessKeyId: key, SecretAccessKey: "s", Expiration: expiration });

async function slowProcess(t: TestContext, home: string) {
  const { command, ...rest } = await answeredProcess(t, home);
  return { config: `[profile dev]\ncredential_process = ${command}\n`, ...rest };
}

test("Row 13: opening anew does not wait for a source that hangs, and neither do those who waited for it", async (t) => {
  const { write, home, sessions } = await world(t);
  const { config, started } = await slowProcess(t, home);
  write("", config);
  const opening = sessions.open(dev);
  const hanging = await started();
  const killed = once(hanging, "close");
  sessions.invalidate(dev);
  await killed;
  const again = sessions.open(dev);
  (await started()).end(printed("KEY-222"));
  assert.equal((await opening).accountId, "222");
  assert.equal(await again, await opening);
});

test("Row 13: a connection that is removed and added again begins anew", async (t) => {
  const { write, home, sessions } = await world(t);
  const { config, started } = await slowProcess(t, home);
  write("", config);
  const removed = new AbortController();
  const opening = sessions.open(dev, removed.signal);
  const killed = once(await started(), "close");
  removed.abort();
  await assert.rejects(opening, CancelledError);
  await killed;
  const added = sessions.open(dev);
  (await started()).end(printed("KEY-111"));
  assert.equal((await added).accountId, "111");
});

test("Row 13: nothing is left running when the window closes", async (t) => {
  const { write, home, sessions } = await world(t);
  const { config, started } = await slowProcess(t, home);
  write("", config);
  const over = assert.rejects(sessions.open(dev), CancelledError);
  const killed = once(await started(), "close");
  sessions.dispose();
  await killed;
  await over;
});

test("Row 21: the time by which credentials end is learnt from the services that the profile leads to", async (t) => {
  const hourMs = 60 * 60_000;
  const clock = new FakeClock(Date.now() - 2 * hourMs);
  const { write, home, sessions } = await world(t, { clock });
  const { config, started, requests } = await slowProcess(t, home);
  write("", config);
  const opening = sessions.open(dev);
  (await started()).end(printed("KEY-111", new Date(Date.now() + hourMs)));
  const session = await opening;
  for (let count = 0; count < 3; count++) await session.client.call(getInstance, { instanceId });
  assert.equal(requests.length, 1);
  await clock.advance(56 * 60_000);
  const call = session.client.call(getInstance, { instanceId });
  (await started()).end(printed("KEY-111-b"));
  await call;
  assert.equal(requests.length, 2);
});

test("Security 8: the profile's ca_bundle is trusted for its role's credentials", async (t) => {
  const { write, home, sessions } = await world(t, { endpointUrls: () => ({}) });
  const sts = await startLoopback(t, [(request, response) => answerSts(request, response)], true);
  const bundle = path.join(home, "bundle.pem");
  writeFileSync(bundle, certificate.cert);
  const variables = { AWS_ENDPOINT_URL_STS: sts.url };
  Object.assign(process.env, variables);
  t.after(() => Reflect.deleteProperty(process.env, "AWS_ENDPOINT_URL_STS"));
  write(
    keys("111", "base"),
    `[profile dev]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nendpoint_url = ${sts.url}\nca_bundle = ${bundle}\n`,
  );
  assert.equal((await sessions.open(dev)).accountId, "333");
});

function answerSts({ body }: ReceivedRequest, response: ServerResponse): void {
  const isIdentity = body.includes("GetCallerIdentity");
  const keysOfRole =
    "<Credentials><AccessKeyId>KEY-333</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>" +
    `<Expiration>${new Date(Date.now() + 3_600_000).toISOString()}</Expiration></Credentials>`;
  const action = isIdentity ? "GetCallerIdentity" : "AssumeRole";
  const result = isIdentity ? "<Account>333</Account>" : keysOfRole;
  response.end(`<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`);
}

test("Row 23: Refresh reads the files again, whatever was heard of them", async (t) => {
  const { write, sessions, changes } = await world(t);
  write(keys("111"));
  const first = await sessions.open(dev);
  await sessions.reread(dev);
  assert.equal(sessions.current(dev), first, "nothing changed");
  assert.deepEqual(changes, []);
  write(keys("222"));
  await sessions.reread(dev);
  assert.equal(sessions.current(dev), undefined);
  assert.deepEqual(changes, [connectionKey(dev)]);
  assert.equal((await sessions.open(dev)).accountId, "222");
});

test("Row 23: a folder of config files that is switched by a link is another account", async (t) => {
  const { home, sessions, nextChange } = await world(t);
  for (const account of ["111", "222"]) {
    mkdirSync(path.join(home, account));
    writeFileSync(path.join(home, account, "credentials"), keys(account));
  }
  rmSync(path.join(home, ".aws"), { recursive: true });
  symlinkSync("111", path.join(home, ".aws"));
  assert.equal((await sessions.open(dev)).accountId, "111");
  const change = nextChange();
  unlinkSync(path.join(home, ".aws"));
  symlinkSync("222", path.join(home, ".aws"));
  await change;
  assert.equal(sessions.current(dev), undefined);
  assert.equal((await sessions.open(dev)).accountId, "222");
});

test("Row 23: Refresh asks for no code of an MFA device when nothing changed, nor closes the prompt for one", async (t) => {
  const { url: stsUrl } = await startLoopback(t, [(request, response) => answerSts(request, response)]);
  process.env.AWS_ENDPOINT_URL_STS = stsUrl;
  t.after(() => Reflect.deleteProperty(process.env, "AWS_ENDPOINT_URL_STS"));
  const asked: ((code: string) => void)[] = [];
  let hear = () => {};
  const prompted = new Promise<void>((resolve) => (hear = resolve));
  const promptMfa = () =>
    new Promise<string>((resolve) => {
      asked.push(resolve);
      hear();
    });
  const { write, sessions, changes } = await world(t, { promptMfa });
  write(
    keys("111", "base"),
    "[profile dev]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n",
  );
  const opening = sessions.open(dev);
  await prompted;
  await sessions.reread(dev);
  asked[0]?.("123456");
  const session = await opening;
  await sessions.reread(dev);
  assert.equal(sessions.current(dev), session);
  assert.deepEqual([asked.length, changes], [1, []]);
});

test("Row 13: Refresh begins anew while a source hangs", async (t) => {
  const { write, home, sessions } = await world(t);
  const { config, started } = await slowProcess(t, home);
  write("", config);
  const other: Connection = { ...dev, region: "eu-west-1" };
  const opening = Promise.all([sessions.open(dev), sessions.open(other)]);
  const killed = once(await started(), "close");
  await sessions.reread(dev);
  await killed;
  (await started()).end(printed("KEY-111"));
  assert.deepEqual(
    (await opening).map(({ accountId }) => accountId),
    ["111", "111"],
  );
});

const halfSaved = "[profile other]\nregion = us-east-1\n[profile dev\nendpoint_";

test("Row 22: with a half-saved config file nothing is opened, and the message has file, line and Open File", async (t) => {
  const { write, home, sessions, cloud } = await world(t);
  write(keys("111"), halfSaved);
  const file = path.join(home, ".aws", "config");
  await assert.rejects(sessions.open(dev), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(
      error.message,
      /config:3: The section header \[profile dev has no closing \]\. Profile dev is not used/,
    );
    const [remedy] = error.remedies;
    assert.deepEqual(remedy, {
      title: "Open File",
      command: "appInstances.openConfigFile",
      args: [{ file, line: 3 }],
    });
    return true;
  });
  assert.deepEqual(cloud.calls, []);
});

test("Row 22: what runs keeps the last good configuration while a file is broken, and says so", async (t) => {
  const logged: string[] = [];
  const log = { ...silentLog, warn: (message: string) => logged.push(message) };
  const { write, url, sessions, changes } = await world(t, { endpointUrls: () => ({}), log });
  const good = `[profile dev]\nendpoint_url = ${url}\n`;
  write(keys("111"), good);
  const session = await sessions.open(dev);
  write(keys("111"), halfSaved);
  await sessions.reread(dev);
  const kept = sessions.current(dev);
  assert.ok(kept);
  assert.equal(kept.generation, session.generation);
  assert.match(kept.configProblem ?? "", /config:3: .*no closing \]/);
  assert.equal(await sessions.open(dev), kept);
  assert.match(logged.join(), /dev · us-east-1 stays as it was opened, until the config files are mended: .*config:3/);
  assert.equal((await session.client.call(getInstance, { instanceId })).instance.awsAccountId, "111");
  await sessions.reread(dev);
  assert.deepEqual([changes.length, logged.length], [1, 1], "told once");

  write(keys("111"), good);
  await sessions.reread(dev);
  assert.equal(sessions.current(dev)?.generation, session.generation);
  assert.equal(sessions.current(dev)?.configProblem, undefined);
  write(keys("222"), good);
  await sessions.reread(dev);
  assert.equal(sessions.current(dev), undefined);
});

test("Row 22: what was read before opens no second region with a broken file", async (t) => {
  const { write, sessions } = await world(t);
  write(keys("111"));
  await sessions.open(dev);
  write(keys("111", "dev", "aws_sess\n"));
  await assert.rejects(
    sessions.open({ ...dev, region: "eu-west-1" }),
    (error: unknown) => error instanceof UserError && error.message.includes("credentials:4"),
  );
});

test("Row 22: credentials are not renewed from a broken file", async (t) => {
  const { write, home, sessions, cloud } = await world(t);
  const { config, started, requests } = await slowProcess(t, home);
  write("", config);
  const opening = sessions.open(dev);
  (await started()).end(printed("KEY-111"));
  const session = await opening;
  cloud.expired.add("KEY-111");
  write(keys("111", "dev"), halfSaved);
  await assert.rejects(
    session.client.call(getInstance, { instanceId }),
    (error: unknown) => error instanceof UserError && error.message.includes("config:3"),
  );
  assert.equal(requests.length, 1);
});

test("Security 12: a connection of which only one service is on this machine is not local, and says which one is", async (t) => {
  const sts = await startLoopback(t, [(request, response) => new Cloud().serve(request, response)]);
  const { write, sessions } = await world(t, {
    endpointUrls: () => ({ kms: "http://127.0.0.1:4566", sts: sts.url }),
  });
  write(keys("111"));
  const session = await sessions.open(dev);
  assert.deepEqual([session.isLoopback, session.localServices], [false, ["kms", "sts"]]);
  assert.equal(session.customEndpoint, `kms http://127.0.0.1:4566, sts ${sts.url}`);
  assert.deepEqual([isLocal(session, kms), isLocal(session, supplychain)], [true, false]);
});
