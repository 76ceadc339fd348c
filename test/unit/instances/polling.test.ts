import assert from "node:assert/strict";
import { test } from "node:test";
import { TransportError } from "../../../src/aws/errors";
import { FakeClock } from "../../fakes/clock";
import { createPagedCloud, type PagedCloudOptions } from "../../fakes/pagedCloud";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function world(t: { after(cleanUp: () => unknown): void }, options: PagedCloudOptions = {}) {
  const clock = new FakeClock();
  const cloud = createPagedCloud(clock, options);
  t.after(() => cloud.dispose());
  return { ...cloud, clock };
}

test("An hour in which nobody looks costs no request and no timer", async (t) => {
  const { clock, requests, sync } = world(t, { connections: 3 });
  await clock.advance(hourMs);
  assert.deepEqual([requests, clock.pending], [[], []]);
  sync.setVisible(true);
  await clock.advance(0);
  sync.setVisible(false);
  requests.length = 0;
  await clock.advance(hourMs);
  assert.deepEqual([requests, clock.pending], [[], []]);
});

test("An hour in which nothing happens costs one list a minute for each connection", async (t) => {
  const { clock, requests, connections, sync } = world(t, { connections: 3, count: 10 });
  sync.setVisible(true);
  await clock.advance(hourMs - 1);
  assert.equal(requests.length, 3 * 60);
  for (const { profile } of connections)
    assert.equal(requests.filter(({ connection }) => connection.includes(profile)).length, 60);
});

test("Of two hundred instances only the one in progress is read, and its change is seen within five seconds", async (t) => {
  for (const changesAt of [1, 4_999, 60_000, 119_999]) {
    const { clock, requests, sync, store, key, change } = world(t);
    change("i-7", "creating");
    sync.setVisible(true);
    await clock.advance(changesAt);
    change("i-7", "ready");
    await clock.advance(5_000);
    assert.equal(store.instance(key, "fake", "i-7")?.phase, "ready", `changed after ${changesAt} ms`);
    const reads = requests.filter(({ what }) => what.startsWith("get"));
    assert.deepEqual([...new Set(reads.map(({ what }) => what))], ["get i-7"]);
    // Then it is as quiet as before.
    requests.length = 0;
    await clock.advance(hourMs);
    assert.deepEqual(
      requests.filter(({ what }) => what !== "list"),
      [],
    );
  }
});

test("Those in progress that wait for a place are read as soon as one has settled", async (t) => {
  const { clock, requests, sync, change } = world(t, { maxFollowed: 1 });
  change("i-1", "creating");
  change("i-2", "deleting");
  sync.setVisible(true);
  await clock.advance(1_000);
  change("i-1", "ready");
  await clock.advance(5_000);
  assert.deepEqual([...new Set(requests.map(({ what }) => what))], ["list", "get i-1", "get i-2"]);
});

test("Ten thousand instances that were loaded cost no more than a request a second afterwards", async (t) => {
  const { clock, requests, sync, key, listing } = world(t, { count: 10_000 });
  sync.setVisible(true);
  await clock.advance(0);
  await sync.loadAll(key, "fake", new AbortController().signal);
  assert.deepEqual([listing()?.instances.length, listing()?.hasMore], [10_000, false]);
  requests.length = 0;
  await clock.advance(499_000);
  assert.equal(requests.length, 0);
  await clock.advance(1_000);
  assert.equal(requests.length, 500);
  await clock.advance(hourMs);
  assert.equal(requests.length, 8 * 500);
});

test("A hundred connections that were listed together are not listed in the same moment again", async (t) => {
  let seed = 0;
  const random = () => (seed = (seed * 16_807 + 11) % 2_147_483_647) / 2_147_483_647;
  const { clock, requests, sync } = world(t, { connections: 100, count: 10, random });
  sync.setVisible(true);
  await clock.advance(0);
  assert.equal(requests.length, 100);
  await clock.advance(10 * minuteMs);
  const perSecond = new Map<number, number>();
  for (const { at } of requests.slice(100))
    perSecond.set(Math.floor(at / 1_000), (perSecond.get(Math.floor(at / 1_000)) ?? 0) + 1);
  assert.ok(Math.max(...perSecond.values()) <= 12, `${Math.max(...perSecond.values())} in one second`);
});

test("A listing that hangs in one account holds up no other", async (t) => {
  const { clock, sync, service, store, requests } = world(t, { connections: 20, count: 10 });
  service.before = ({ connection }) => (/-[0-9]:/.test(connection) ? new Promise<void>(() => undefined) : undefined);
  sync.setVisible(true);
  await clock.advance(0);
  const ready = requests.filter(({ connection }) => store.listing(connection, "fake")?.status === "ready");
  assert.equal(ready.length, 10);
});

test("A listing that failed says so at once, and is tried again sooner and ever later until it is well", async (t) => {
  const { clock, sync, service, requests, listing } = world(t, { count: 10 });
  sync.setVisible(true);
  await clock.advance(60_000 - 1);
  requests.length = 0;
  const began = clock.monotonic();
  service.before = () => {
    throw new TransportError("The reply is not JSON", { code: "InvalidResponse", attempts: 3, maybeSent: true });
  };
  await clock.advance(1);
  const failed = listing();
  assert.deepEqual([failed?.status, failed?.instances.length, failed?.retryAt], ["error", 10, clock.now() + 5_000]);
  await clock.advance(3 * minuteMs);
  assert.deepEqual(
    requests.map(({ at }) => Math.round((at - began) / 1_000)),
    [0, 5, 15, 35, 75, 135],
  );
  service.before = () => undefined;
  await clock.advance(minuteMs);
  assert.equal(listing()?.status, "ready");
  requests.length = 0;
  await clock.advance(minuteMs);
  assert.equal(requests.length, 1);
});
