import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, test } from "node:test";
import { profileCredentials, type ProfileOptions } from "../../../src/aws/profileCredentials";
import { ClockSkew } from "../../../src/aws/clockSkew";
import { loadSharedConfig } from "../../../src/aws/sharedConfig";
import { CancelledError, UserError } from "../../../src/core/errors";
import { FakeClock } from "../../fakes/clock";
import { startLoopback, type Loopback, type ReceivedRequest } from "./loopback";

/*
 * Sources that hang, and clocks that are wrong. The environment is this file's own: it runs in a process of its own, where
 * the SDK's clients find a server on loopback.
 */

const home = mkdtempSync(path.join(tmpdir(), "limits-"));
for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
process.env.HOME = home;
mkdirSync(path.join(home, ".aws"));
after(() => rmSync(home, { recursive: true, force: true }));

interface CleansUp {
  after(cleanUp: () => unknown): void;
}

/** A server at which requests arrive; what it answers is the test's. */
async function startServer(
  t: CleansUp,
  answer: (request: ReceivedRequest, response: ServerResponse) => void = () => {},
) {
  const waiting: ((request: Arrived) => void)[] = [];
  const arrived: Arrived[] = [];
  const server: Loopback = await startLoopback(t, [
    (request, response) => {
      const one = { request, response };
      const next = waiting.shift();
      if (next) next(one);
      else arrived.push(one);
      answer(request, response);
    },
  ]);
  process.env.AWS_ENDPOINT_URL_STS = `${server.url}/sts`;
  return { url: server.url, next: () => next(arrived, waiting), count: () => server.requests.length };
}

interface Arrived {
  readonly request: ReceivedRequest;
  readonly response: ServerResponse;
}

function next(arrived: Arrived[], waiting: ((one: Arrived) => void)[]): Promise<Arrived> {
  const one = arrived.shift();
  return one ? Promise.resolve(one) : new Promise((resolve) => waiting.push(resolve));
}

async function source(config: string, options: Partial<ProfileOptions> = {}) {
  writeFileSync(path.join(home, ".aws", "config"), config);
  writeFileSync(
    path.join(home, ".aws", "credentials"),
    "[base]\naws_access_key_id = KEY-base\naws_secret_access_key = s\n",
  );
  const shared = await loadSharedConfig(process.env);
  return profileCredentials("p", { config: shared, region: "eu-west-1", ...options });
}

/** A credential_process that tells the server that it runs, and prints keys when it is answered. */
function asksServer(url: string): string {
  const script = path.join(home, "asks.cjs");
  writeFileSync(
    script,
    `require("node:http").get(${JSON.stringify(url)} + "/process", async (response) => {
       let text = "";
       for await (const chunk of response) text += chunk;
       console.log(JSON.stringify({ Version: 1, AccessKeyId: text, SecretAccessKey: "s" }));
     });`,
  );
  return `[profile p]\ncredential_process = "${process.execPath}" "${script}"\n`;
}

const role = "[profile p]\nrole_arn = arn:aws:iam::1:role/p\nsource_profile = base\n";
const roleWithMfa = `${role}mfa_serial = arn:aws:iam::1:mfa/me\n`;

function assumed(key: string, expiration: Date): string {
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
    <AccessKeyId>${key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
    <Expiration>${expiration.toISOString()}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

const gaveUp = (pattern: RegExp) => (error: unknown) => {
  assert.ok(error instanceof UserError, String(error));
  assert.match(error.message, pattern);
  return true;
};

test("Row 13: a credential_process that hangs is given up after three minutes, and killed", async (t) => {
  const server = await startServer(t);
  const clock = new FakeClock();
  const credentials = await source(asksServer(server.url), { clock });
  const getting = credentials.get();
  const { response } = await server.next();
  const killed = once(response, "close");
  let isOver = false;
  const over = assert.rejects(getting, gaveUp(/Profile p.* 180 s.*credential_process/)).finally(() => (isOver = true));
  await clock.advance(3 * 60_000 - 1);
  assert.equal(isOver, false);
  await clock.advance(1);
  await over;
  await killed;
});

test("Row 13: a request for credentials that hangs is given up after a minute", async (t) => {
  const server = await startServer(t);
  const clock = new FakeClock();
  const credentials = await source(role, { clock });
  const getting = credentials.get();
  const { response } = await server.next();
  const closed = once(response, "close");
  const over = assert.rejects(getting, gaveUp(/Profile p.* 60 s/));
  await clock.advance(60_000);
  await over;
  await closed;
  assert.equal(server.count(), 1);
});

test("Row 13: nobody is hurried while typing the code of an MFA device; the limit runs again after", async (t) => {
  const server = await startServer(t);
  const clock = new FakeClock();
  let getting: Promise<unknown> = Promise.resolve();
  const answer = await new Promise<(code: string) => void>((resolve, reject) => {
    const promptMfa = () => new Promise<string>((answerWith) => resolve(answerWith));
    void source(roleWithMfa, { clock, promptMfa }).then((credentials) => {
      getting = credentials.get();
      getting.catch(() => {});
    }, reject);
  });
  await clock.advance(60 * 60_000);
  answer("123456");
  const { request } = await server.next();
  assert.match(request.body, /TokenCode=123456/);
  const over = assert.rejects(getting, gaveUp(/ 60 s/));
  await clock.advance(60_000);
  await over;
});

test("Row 13: the limit does not run while a proxy's password is asked for: before there is a socket", async (t) => {
  const server = await startServer(t);
  const clock = new FakeClock();
  const agent = http.globalAgent;
  const connect = agent.createConnection.bind(agent);
  t.after(() => (agent.createConnection = connect));
  const asked = new Promise<() => void>((resolve) => {
    agent.createConnection = (options, callback) => {
      resolve(() => callback?.(null, connect(options)!));
      return undefined;
    };
  });
  const credentials = await source(role, { clock });
  const over = assert.rejects(credentials.get(), gaveUp(/ 60 s/));
  const answerPassword = await asked;
  await clock.advance(60 * 60_000);
  answerPassword();
  await server.next();
  await clock.advance(60_000);
  await over;
});

test("Row 13: requests that are repeated share one minute", async (t) => {
  const server = await startServer(t);
  const clock = new FakeClock();
  const credentials = await source(role, { clock });
  const over = assert.rejects(credentials.get(), gaveUp(/ 60 s/));
  const { response } = await server.next();
  await clock.advance(40_000);
  response.socket?.resetAndDestroy();
  await server.next();
  await clock.advance(20_000);
  await over;
});

test("Row 13: a prompt stays open for whoever comes back while it is", async (t) => {
  const sts = await startSts(t, new FakeClock(), 0);
  const answers: ((code: string) => void)[] = [];
  const controller = new AbortController();
  const promptMfa = () =>
    new Promise<string>((resolve) => {
      answers.push(resolve);
      controller.abort();
    });
  const credentials = await source(roleWithMfa, { promptMfa });
  await assert.rejects(credentials.get(controller.signal), CancelledError);
  const again = credentials.get();
  answers[0]?.("123456");
  assert.equal((await again).accessKeyId, "KEY-1");
  assert.deepEqual([answers.length, sts.count()], [1, 1]);
});

test("Row 13: forgetting what is known begins anew, and those who wait for the old get the new", async (t) => {
  const server = await startServer(t);
  const credentials = await source(asksServer(server.url));
  const getting = credentials.get();
  const first = await server.next();
  const killed = once(first.response, "close");
  credentials.invalidate();
  await killed;
  const second = await server.next();
  second.response.end("KEY-second");
  assert.equal((await getting).accessKeyId, "KEY-second");
});

test("Row 13: what is no longer waited for is killed, and not waited for by the next", async (t) => {
  const server = await startServer(t);
  const credentials = await source(asksServer(server.url));
  const controller = new AbortController();
  const getting = credentials.get(controller.signal);
  const first = await server.next();
  const killed = once(first.response, "close");
  controller.abort();
  await assert.rejects(getting, CancelledError);
  await killed;
  const again = credentials.get();
  (await server.next()).response.end("KEY-again");
  assert.equal((await again).accessKeyId, "KEY-again");
});

test("Row 13: one who stops waiting takes nothing from the others", async (t) => {
  const server = await startServer(t);
  const credentials = await source(asksServer(server.url));
  const controller = new AbortController();
  const impatient = credentials.get(controller.signal);
  const patient = credentials.get();
  const { response } = await server.next();
  controller.abort();
  await assert.rejects(impatient, CancelledError);
  response.end("KEY-shared");
  assert.equal((await patient).accessKeyId, "KEY-shared");
});

test("Row 13: a key that the service calls expired stops no renewal that is already under way", async (t) => {
  const server = await startServer(t);
  const credentials = await source(asksServer(server.url));
  const first = credentials.get();
  (await server.next()).response.end("KEY-1");
  await first;
  credentials.invalidate("KEY-1");
  const renewing = credentials.get();
  const { response } = await server.next();
  credentials.invalidate("KEY-1");
  const alsoRenewing = credentials.get();
  response.end("KEY-2");
  assert.deepEqual([(await renewing).accessKeyId, (await alsoRenewing).accessKeyId], ["KEY-2", "KEY-2"]);
  credentials.invalidate("KEY-1");
  assert.equal((await credentials.get()).accessKeyId, "KEY-2", "a late word about an old key forgets nothing");
  assert.equal(server.count(), 2);
});

const hourMs = 60 * 60_000;

/** A role for an hour, by the time of a service that may be another than ours. */
async function startSts(t: CleansUp, clock: FakeClock, aheadMs: number, lifetimeMs = hourMs) {
  let count = 0;
  return startServer(t, (_, response) => {
    const serviceMs = clock.now() + aheadMs;
    response.setHeader("date", new Date(serviceMs).toUTCString());
    response.end(assumed(`KEY-${++count}`, new Date(serviceMs + lifetimeMs)));
  });
}

test("Row 21: with a clock two hours ahead, credentials of an hour are asked for once, and renewed when they end", async (t) => {
  const clock = new FakeClock();
  const sts = await startSts(t, clock, -2 * hourMs);
  let prompts = 0;
  const promptMfa = () => Promise.resolve(String(++prompts));
  const credentials = await source(roleWithMfa, { clock, promptMfa });
  for (let request = 0; request < 3; request++) assert.equal((await credentials.get()).accessKeyId, "KEY-1");
  assert.equal(prompts, 1);
  await clock.advance(54 * 60_000);
  assert.equal((await credentials.get()).accessKeyId, "KEY-1");
  await clock.advance(2 * 60_000);
  assert.equal((await credentials.get()).accessKeyId, "KEY-2", "renewed within the last five minutes");
  assert.equal(sts.count(), 2);
});

test("Row 21: with a clock two hours behind, credentials are renewed before they end", async (t) => {
  const clock = new FakeClock();
  await startSts(t, clock, 2 * hourMs);
  const credentials = await source(role, { clock });
  await credentials.get();
  await clock.advance(56 * 60_000);
  assert.equal((await credentials.get()).accessKeyId, "KEY-2");
});

test("Row 21: a clock that is set right in between changes nothing", async (t) => {
  const clock = new FakeClock();
  const sts = await startSts(t, clock, -2 * hourMs);
  const skew = new ClockSkew();
  const credentials = await source(role, { clock, skew });
  await credentials.get();
  assert.equal(skew.latestMs, -2 * hourMs);
  clock.jump(-2 * hourMs);
  const nowMs = clock.now();
  skew.observe("another.host", { date: new Date(nowMs).toUTCString() }, { sentMs: nowMs, nowMs });
  assert.equal((await credentials.get()).accessKeyId, "KEY-1");
  assert.equal(sts.count(), 1);
});

test("Row 21: credentials that seem to be over when they come are used, until the service refuses them", async (t) => {
  const clock = new FakeClock();
  let count = 0;
  await startServer(t, (_, response) => {
    response.sendDate = false;
    response.end(assumed(`KEY-${++count}`, new Date(clock.now() - hourMs)));
  });
  const skew = new ClockSkew();
  const credentials = await source(role, { clock, skew });
  for (let request = 0; request < 3; request++) assert.equal((await credentials.get()).accessKeyId, "KEY-1");
  assert.equal(skew.latestMs, undefined);
  credentials.invalidate("KEY-1");
  assert.equal((await credentials.get()).accessKeyId, "KEY-2");
});

test("Row 21: credentials for less than five minutes are used for half of their time, and not asked for each time", async (t) => {
  const clock = new FakeClock();
  const sts = await startSts(t, clock, 0, 4 * 60_000);
  const credentials = await source(role, { clock });
  await credentials.get();
  await clock.advance(60_000);
  assert.equal((await credentials.get()).accessKeyId, "KEY-1");
  await clock.advance(2 * 60_000);
  assert.equal((await credentials.get()).accessKeyId, "KEY-2");
  assert.equal(sts.count(), 2);
});
