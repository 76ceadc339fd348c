import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../../fakes/clock";
import { createPagedCloud, type PagedCloudOptions } from "../../fakes/pagedCloud";

async function shown(t: { after(cleanUp: () => unknown): void }, options: PagedCloudOptions = {}) {
  const clock = new FakeClock();
  const cloud = createPagedCloud(clock, { count: 1_000, pageBudget: 100, ...options });
  t.after(() => cloud.dispose());
  cloud.sync.setVisible(true);
  await clock.advance(0);
  const sizes = () => [cloud.listing()?.instances.length, cloud.listing()?.hasMore, cloud.listing()?.status];
  assert.deepEqual(sizes(), [100, true, "ready"]);
  const loading = (stop = new AbortController().signal) => cloud.sync.loadAll(cloud.key, "fake", stop);
  return { ...cloud, clock, sizes, loading };
}

test("Load All goes on where the list stopped, and what comes later is listed as well", async (t) => {
  const { clock, requests, sizes, loading, sync, key } = await shown(t);
  requests.length = 0;
  await loading();
  assert.deepEqual([sizes(), requests.length], [[1_000, false, "ready"], 45]);
  await sync.refresh(key);
  assert.deepEqual([sizes(), requests.length], [[1_000, false, "ready"], 95]);
  await loading();
  await clock.advance(0);
  assert.deepEqual(sizes(), [1_000, false, "ready"]);
});

test("Load All that is stopped keeps what is there, and the rest can be loaded later, from where it stopped", async (t) => {
  const { clock, requests, service, sizes, loading, sync, key } = await shown(t);
  const stop = new AbortController();
  requests.length = 0;
  let answer: () => void = () => undefined;
  service.before = () => (requests.length === 11 ? new Promise<void>((resolve) => (answer = resolve)) : undefined);
  const done = loading(stop.signal);
  await clock.advance(0);
  assert.deepEqual([sizes(), requests.length], [[300, true, "ready"], 11]);
  stop.abort();
  await done;
  assert.deepEqual(sizes(), [300, true, "ready"]);
  service.before = () => undefined;
  // The page that was under way is not asked for again.
  const more = sync.loadMore(key, "fake");
  await clock.advance(0);
  answer();
  await more;
  assert.deepEqual([sizes(), requests.length], [[400, true, "ready"], 15]);
  requests.length = 0;
  await sync.refresh(key);
  assert.deepEqual([sizes(), requests.length], [[400, true, "ready"], 20]);
});

test("A page that is asked for later outdoes a read that was asked for since the list began", async (t) => {
  const { loading, store, key, change } = await shown(t);
  const read = { kind: "fake", id: "i-500", arn: "arn:i-500", state: "ready", phase: "ready" } as const;
  store.put({ connectionKey: key, generation: 1 }, { ...read, values: {}, raw: {} });
  change("i-500", "deleteFailed");
  await loading();
  assert.equal(store.instance(key, "fake", "i-500")?.phase, "deleteFailed");
});

test("A refresh while all is being loaded lists anew when that is done, and not at the same time", async (t) => {
  const { clock, requests, service, sizes, loading, sync, key } = await shown(t);
  requests.length = 0;
  let answer: () => void = () => undefined;
  service.before = () => (requests.length === 3 ? new Promise<void>((resolve) => (answer = resolve)) : undefined);
  const loaded = loading();
  await clock.advance(0);
  const refreshed = sync.refresh(key);
  await clock.advance(0);
  assert.equal(requests.length, 3);
  answer();
  await Promise.all([loaded, refreshed]);
  // All the rest, and then as much as was listed of itself before.
  assert.deepEqual([sizes(), requests.length], [[1_000, false, "ready"], 45 + 50]);
});

test("Load All after a failure begins anew, and is stopped while it waits for that", async (t) => {
  const { clock, service, sizes, loading } = await shown(t);
  service.before = () => {
    throw new Error("no");
  };
  await loading();
  assert.deepEqual(sizes(), [100, true, "error"]);
  service.before = () => new Promise(() => undefined);
  const stop = new AbortController();
  const done = loading(stop.signal);
  await clock.advance(0);
  stop.abort();
  await done;
});
