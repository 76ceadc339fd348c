import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "../../../src/core/event";
import { silentLog } from "../../../src/core/log";
import { connectionKey, type Connection, type Session, type Sessions } from "../../../src/instances/connection";
import { createFollower } from "../../../src/instances/follow";
import type { Kinds } from "../../../src/instances/kinds/registry";
import { createStore } from "../../../src/instances/memoryStore";
import { createSync } from "../../../src/instances/sync";
import { SignInRequiredError } from "../../../src/aws/errors";
import { FakeClock } from "../../fakes/clock";
import { createPagedCloud } from "../../fakes/pagedCloud";

test("Row 23: Refresh has the files read before it lists, and lists with the session that they say", async (t) => {
  const connection: Connection = { source: "profile", profile: "dev", region: "us-east-1" };
  const events: string[] = [];
  let account = "111";
  const session = () => ({ connection, accountId: account, generation: Number(account), isLoopback: false }) as Session;
  const sessions: Sessions = {
    open: () => {
      events.push(`open ${account}`);
      return Promise.resolve(session());
    },
    current: () => undefined,
    invalidate: () => events.push("invalidate"),
    reread: () => {
      events.push("reread");
      account = "222";
      return Promise.resolve();
    },
    onDidChange: () => ({ dispose: () => undefined }),
  };
  const clock = new FakeClock();
  const store = createStore(clock);
  const log = silentLog;
  const kinds: Kinds = { all: [], get: () => undefined };
  const follower = createFollower({ sessions, store, clock, log });
  const sync = createSync({ sessions, kinds, store, follower, clock, log, refreshIntervalSeconds: () => 0 });
  t.after(() => sync.dispose());
  const key = connectionKey(connection);

  sync.setConnections([connection]);
  sync.setVisible(true);
  await clock.advance(0);
  assert.deepEqual(store.connectionState(key), { status: "connected", accountId: "111", isLoopback: false });
  await sync.refresh(key);
  assert.deepEqual(store.connectionState(key), {
    status: "connected",
    accountId: "222",
    formerAccountId: "111",
    isLoopback: false,
  });
  assert.deepEqual(events, ["open 111", "reread", "open 222"]);
});

test("Row 22: what a session says about the config files is in the store as soon as it does", async (t) => {
  const connection: Connection = { source: "profile", profile: "dev", region: "us-east-1" };
  const key = connectionKey(connection);
  let session = { connection, accountId: "111", generation: 1, isLoopback: false } as Session;
  const changed = new Emitter<string>();
  const sessions: Sessions = {
    open: () => Promise.resolve(session),
    current: () => session,
    invalidate: () => undefined,
    reread: () => Promise.resolve(),
    onDidChange: changed.event,
  };
  const clock = new FakeClock();
  const store = createStore(clock);
  const log = silentLog;
  const kinds: Kinds = { all: [], get: () => undefined };
  const follower = createFollower({ sessions, store, clock, log });
  const sync = createSync({ sessions, kinds, store, follower, clock, log, refreshIntervalSeconds: () => 0 });
  t.after(() => sync.dispose());
  sync.setConnections([connection]);
  sync.setVisible(true);
  await clock.advance(0);

  const events: string[] = [];
  store.onDidChange(({ type }) => events.push(type));
  session = { ...session, configProblem: "config:3: broken" };
  changed.fire(key);
  const connected = { status: "connected", accountId: "111", isLoopback: false } as const;
  assert.deepEqual(store.connectionState(key), { ...connected, configProblem: "config:3: broken" });
  changed.fire(key);
  session = { connection, accountId: "111", generation: 1, isLoopback: false } as Session;
  changed.fire(key);
  assert.deepEqual(store.connectionState(key), connected);
  assert.deepEqual(events, ["connection", "connection"]);
});

test("A refresh tells of what changed since, although a listing that began before was on its way", async (t) => {
  const clock = new FakeClock();
  const cloud = createPagedCloud(clock, { count: 40, pageSize: 20, intervalSeconds: 0 });
  t.after(() => cloud.dispose());
  cloud.sync.setVisible(true);
  await clock.advance(0);
  const phase = () => cloud.store.instance(cloud.key, "fake", "i-0")?.phase;
  assert.equal(phase(), "ready");
  const before = cloud.requests.length;
  let release = () => {};
  let asked = 0;
  cloud.service.before = () => (++asked === 2 ? new Promise<void>((resolve) => (release = resolve)) : undefined);
  const first = cloud.sync.refresh(cloud.key);
  await clock.advance(0);
  cloud.change("i-0", "deleted");
  const others = [cloud.sync.refresh(cloud.key), cloud.sync.refresh(cloud.key)];
  await clock.advance(0);
  release();
  await Promise.all([first, ...others]);
  assert.equal(phase(), "deleted");
  assert.equal(cloud.requests.length - before, 4, "those who ask meanwhile share one more listing, of two pages");
});

test("Refresh while somebody is being asked for a code does not have it asked for again", async (t) => {
  const connection: Connection = { source: "profile", profile: "dev", region: "us-east-1" };
  const key = connectionKey(connection);
  const begun: string[] = [];
  let isFirst = true;
  const sessions: Sessions = {
    open: () => {
      if (!isFirst) return new Promise(() => undefined);
      isFirst = false;
      return Promise.reject(new SignInRequiredError("dev", "Signing in was cancelled.", "other"));
    },
    current: () => undefined,
    invalidate: () => begun.push("invalidate"),
    reread: () => {
      begun.push("reread");
      return Promise.resolve();
    },
    onDidChange: () => ({ dispose: () => undefined }),
  };
  const clock = new FakeClock();
  const store = createStore(clock);
  const kinds: Kinds = { all: [], get: () => undefined };
  const follower = createFollower({ sessions, store, clock, log: silentLog });
  const sync = createSync({ sessions, kinds, store, follower, clock, log: silentLog, refreshIntervalSeconds: () => 0 });
  t.after(() => sync.dispose());
  sync.setConnections([connection]);
  await sync.refresh(key);
  assert.equal(store.connectionState(key)?.status, "signedOut");
  begun.length = 0;
  void sync.refresh(key);
  await clock.advance(0);
  void sync.refresh(key);
  await clock.advance(0);
  assert.deepEqual(begun, ["invalidate", "reread"]);
});
