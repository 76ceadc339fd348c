import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "../../../src/core/log";
import { connectionKey, type Connection, type Session, type Sessions } from "../../../src/instances/connection";
import { createFollower } from "../../../src/instances/follow";
import type { Kinds } from "../../../src/instances/kinds/registry";
import { createStore } from "../../../src/instances/store";
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
  assert.deepEqual(store.connectionState(key), { status: "connected", accountId: "222", isLoopback: false });
  assert.deepEqual(events, ["open 111", "reread", "open 222"]);
});
