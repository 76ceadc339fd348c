import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLog } from "../../../src/core/log";
import { connectionKey, type Connection, type Session, type Sessions } from "../../../src/instances/connection";
import { createFollower } from "../../../src/instances/follow";
import type { Instance } from "../../../src/instances/instance";
import type { Kind } from "../../../src/instances/kind";
import { createStore } from "../../../src/instances/memoryStore";
import { createSync } from "../../../src/instances/sync";
import { FakeClock } from "../../fakes/clock";

/** A kind of two pages, each of which comes when it is let. */
class SlowKind {
  listings = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(readonly id: string) {}

  /** Lets the page come that is waited for. */
  send(): void {
    this.#waiting.shift()?.();
  }

  get kind(): Kind {
    return { id: this.id, title: this.id, list: () => this.#list() } as Partial<Kind> as Kind;
  }

  async *#list(): AsyncGenerator<readonly Instance[]> {
    this.listings++;
    for (const page of [1, 2]) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      yield [{ kind: this.id, id: `${this.id}-${page}`, state: { phase: "ready" } } as unknown as Instance];
    }
  }
}

test("A kind whose listing was stopped is listed again, though the view came back while another kind was on its way", async (t) => {
  const connection: Connection = { source: "profile", profile: "dev", region: "us-east-1" };
  const key = connectionKey(connection);
  const session = { connection, accountId: "111", generation: 1, isLoopback: false } as Session;
  const sessions: Sessions = {
    open: () => Promise.resolve(session),
    current: () => session,
    invalidate: () => undefined,
    reread: () => Promise.resolve(),
    onDidChange: () => ({ dispose: () => undefined }),
  };
  const [first, second] = [new SlowKind("first"), new SlowKind("second")];
  const all = [first.kind, second.kind];
  const clock = new FakeClock();
  const store = createStore(clock);
  const log = silentLog;
  const follower = createFollower({ sessions, store, clock, log });
  const kinds = { all, get: (id: string) => all.find((kind) => kind.id === id) };
  const sync = createSync({ sessions, kinds, store, follower, clock, log, refreshIntervalSeconds: () => 0 });
  t.after(() => sync.dispose());
  const send = async (kind: SlowKind) => {
    kind.send();
    await clock.advance(0);
  };

  sync.setConnections([connection]);
  sync.setVisible(true);
  await clock.advance(0);
  sync.setVisible(false);
  await send(first);
  sync.setVisible(true);
  await send(second);
  await send(second);
  assert.equal(first.listings, 2);
  for (const kind of [first, first]) await send(kind);
  assert.deepEqual(
    store.listing(key, "first")?.instances.map(({ id }) => id),
    ["first-1", "first-2"],
  );
  await clock.advance(60_000);
  assert.deepEqual([first.listings, second.listings], [2, 1]);
});
