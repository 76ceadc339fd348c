import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import { connectionKey, type Connection, type Sessions } from "../../../src/instances/connection";
import { createFollower } from "../../../src/instances/follow";
import { createKinds } from "../../../src/instances/kinds/registry";
import { createStore } from "../../../src/instances/memoryStore";
import { createSync } from "../../../src/instances/sync";
import { FakeClock } from "../../fakes/clock";

test("Somebody who gives no MFA code is signed out, and is not asked again until they want it", async (t) => {
  const connection: Connection = { source: "profile", profile: "mfa", region: "us-east-1" };
  let asked = 0;
  const sessions: Sessions = {
    open: () => {
      asked += 1;
      return Promise.reject(new CancelledError());
    },
    current: () => undefined,
    invalidate: () => undefined,
    reread: () => Promise.resolve(),
    onDidChange: () => ({ dispose: () => undefined }),
  };
  const clock = new FakeClock();
  const store = createStore(clock);
  const log = silentLog;
  const follower = createFollower({ sessions, store, clock, log });
  const kinds = createKinds({ chimeApi: () => "identity" });
  const sync = createSync({ sessions, kinds, store, follower, clock, log, refreshIntervalSeconds: () => 60 });
  t.after(() => sync.dispose());
  const state = () => store.connectionState(connectionKey(connection))?.status;

  store.setConnections([connection]);
  sync.setConnections([connection]);
  sync.setVisible(true);
  await clock.advance(60 * 60_000);
  assert.deepEqual([state(), asked], ["signedOut", 1]);
  await sync.refresh(connectionKey(connection));
  assert.deepEqual([state(), asked], ["signedOut", 2]);
});
