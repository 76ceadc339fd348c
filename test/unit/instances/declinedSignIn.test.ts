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
import { createPagedCloud } from "../../fakes/pagedCloud";

const connection: Connection = { source: "profile", profile: "mfa", region: "us-east-1" };

test("Somebody who gives no MFA code is signed out, and is not asked again until they want it", async (t) => {
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

test("Nor is somebody who gives no code when the credentials are renewed, before a page of a listing", async (t) => {
  const clock = new FakeClock();
  const cloud = createPagedCloud(clock, { count: 20 });
  t.after(() => cloud.sync.dispose());
  cloud.sync.setVisible(true);
  await clock.advance(0);
  assert.equal(cloud.store.connectionState(cloud.key)?.status, "connected");
  cloud.service.before = () => Promise.reject(new CancelledError());
  const before = cloud.requests.length;
  await clock.advance(60 * 60_000);
  assert.deepEqual([cloud.store.connectionState(cloud.key)?.status, cloud.requests.length - before], ["signedOut", 1]);
});

test("Nor when an instance that is in progress is read", async (t) => {
  const clock = new FakeClock();
  const cloud = createPagedCloud(clock, { count: 20, intervalSeconds: 3_000 });
  t.after(() => cloud.sync.dispose());
  cloud.change("i-0", "creating");
  cloud.service.before = ({ what }) => {
    if (what.startsWith("get") && clock.monotonic() > 10_000) throw new CancelledError();
  };
  cloud.sync.setVisible(true);
  await clock.advance(60 * 60_000);
  assert.equal(cloud.store.connectionState(cloud.key)?.status, "signedOut");
  assert.equal(cloud.requests.filter(({ at }) => at > 10_000).length, 1);
});
