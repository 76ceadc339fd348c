import assert from "node:assert/strict";
import { test } from "node:test";
import type { CredentialSource } from "../../../src/aws/credentials";
import { listAppInstances } from "../../../src/aws/services/chimeIdentity";
import { lookupEvents } from "../../../src/aws/services/cloudtrail";
import { getInstance, listInstances } from "../../../src/aws/services/supplychain";
import { Traffic } from "../../../src/aws/traffic";
import { isCancelled } from "../../../src/core/errors";
import { FakeClock } from "../../fakes/clock";
import { clientFor, startLoopback, type Answer } from "./loopback";

const instance = { instanceId: "9e193580-7cc5-45f7-9609-c43ba0ada793", awsAccountId: "123456789012", state: "Active" };

const answer: Answer = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ instances: [], instance }));
};

const keys = (accessKeyId: string): CredentialSource => ({
  get: () => Promise.resolve({ accessKeyId, secretAccessKey: "secret" }),
  invalidate: () => undefined,
});

test("Listings that hang hold up neither another account nor what waits for nothing", async (t) => {
  let hangingCount = 0;
  let onSixth: () => void = () => undefined;
  const sixth = new Promise<void>((resolve) => (onSixth = resolve));
  const hangSome: Answer = (request, response) => {
    const isList = !request.url.includes(instance.instanceId);
    if (!isList || !request.headers.authorization?.includes("Credential=HANG")) answer(request, response);
    else if (++hangingCount === 6) onSixth();
  };
  const server = await startLoopback(t, [hangSome]);
  const traffic = new Traffic(new FakeClock());
  const of = (accessKeyId: string) =>
    clientFor(server.url, { traffic, accountId: accessKeyId, credentials: keys(accessKeyId) });
  const end = new AbortController();
  const hanging = of("HANG");
  const lists = Array.from({ length: 9 }, () =>
    hanging.call(listInstances, {}, { waitsItsTurn: true, signal: end.signal }),
  );
  await sixth;
  await of("OTHER").call(listInstances, {}, { waitsItsTurn: true });
  await hanging.call(getInstance, { instanceId: instance.instanceId });
  assert.equal(hangingCount, 6);
  end.abort();
  for (const list of lists) await assert.rejects(list, isCancelled);
});

test("A place is held by a request, not by whoever turns the pages nor while credentials are fetched", async (t) => {
  const server = await startLoopback(t, [answer]);
  const traffic = new Traffic(new FakeClock());
  const patient = { waitsItsTurn: true };
  const asking: CredentialSource = { get: () => new Promise(() => undefined), invalidate: () => undefined };
  const stuck = clientFor(server.url, { traffic, accountId: "1", credentials: asking });
  for (let i = 0; i < 6; i++) void stuck.call(listInstances, {}, patient);
  const client = clientFor(server.url, { traffic, accountId: "1", credentials: keys("OTHER") });
  const opened = Array.from({ length: 6 }, () => client.pages(listInstances, {}, patient)[Symbol.asyncIterator]());
  for (const pages of opened) assert.equal((await pages.next()).done, false);
  await client.call(listInstances, {}, patient);
});

test("What is on this machine has no quota: its answers alone set the pace", async (t) => {
  const server = await startLoopback(t, [answer]);
  const clock = new FakeClock();
  const client = clientFor(server.url, { traffic: new Traffic(clock), accountId: "1" });
  for (let i = 0; i < 11; i++) await client.call(listAppInstances, {}, { waitsItsTurn: true });
  assert.deepEqual(clock.pending, []);
});

test("What is asked twice a second at most waits on this machine too", async (t) => {
  const events: Answer = (_, response) => response.writeHead(200).end('{"Events":[]}');
  const server = await startLoopback(t, [events]);
  const clock = new FakeClock();
  const client = clientFor(server.url, { traffic: new Traffic(clock), accountId: "1" });
  const look = () => client.call(lookupEvents, {}, { waitsItsTurn: true });
  await look();
  await look();
  const third = look();
  await clock.untilSleeping();
  assert.equal(server.requests.length, 2);
  await clock.advance(1000);
  await third;
  assert.equal(server.requests.length, 3);
});
