import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "../../../src/core/event";
import { silentLog } from "../../../src/core/log";
import { connectionKey, type Connection, type Session, type Sessions } from "../../../src/instances/connection";
import { createFollower } from "../../../src/instances/follow";
import type { Kinds } from "../../../src/instances/kinds/registry";
import { createStore } from "../../../src/instances/memoryStore";
import { createSync } from "../../../src/instances/sync";
import { FakeClock } from "../../fakes/clock";

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
