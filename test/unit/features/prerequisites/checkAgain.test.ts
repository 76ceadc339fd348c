import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, UserError } from "../../../../src/core/errors";
import {
  checkPrerequisites,
  type CheckPrerequisitesDeps,
} from "../../../../src/features/prerequisites/checkPrerequisites";
import type { Session } from "../../../../src/instances/connection";
import { createKinds } from "../../../../src/instances/kinds/registry";
import { createStore } from "../../../../src/instances/memoryStore";
import { FakeClock } from "../../../fakes/clock";
import { connection, sessionWith, user } from "../../instances/prerequisites/prerequisitesWorld";

const kinds = createKinds({ chimeApi: () => "identity" });
/** Keys in the credentials file were rotated: the session that was opened with the old ones signs nothing any more. */
const outdated = () => {
  throw new UserError("The connection prod · eu-west-1 was replaced while it was in use. Try again.");
};
const old = sessionWith({ GetCallerIdentity: outdated, ListInstances: outdated });
const fresh = sessionWith({ GetCallerIdentity: user, ListInstances: () => ({ Instances: [] }) });
let opened = 0;
const sessions = { open: () => Promise.resolve<Session>(++opened === 1 ? old : fresh), current: () => fresh };

test("Check again, after the connection was replaced, checks with the connection as it is", async () => {
  const clock = new FakeClock();
  const store = createStore(clock);
  store.setConnections([connection]);
  const shown: string[][] = [];
  const deps = {
    clock,
    store,
    kinds,
    sessions,
    prompts: {
      busy: (_: string, work: (signal: AbortSignal) => unknown) => work(new AbortController().signal),
      pick: async ({ load }: { load?: (signal: AbortSignal, show: () => void) => Promise<{ label: string }[]> }) => {
        // The right to simulate hangs, and gets its time.
        const loading = load?.(new AbortController().signal, () => undefined);
        await clock.advance(20_000);
        const items = (await loading) ?? [];
        shown.push(items.map(({ label }) => label).filter((label) => label.includes("Who you are")));
        if (shown.length === 1) return { type: "value", value: { type: "again" } };
        throw new CancelledError();
      },
    },
  } as unknown as CheckPrerequisitesDeps;
  await assert.rejects(checkPrerequisites(deps, { type: "kind", connection, kind: "supplyChain" }), CancelledError);
  assert.match(shown[0]?.[0] ?? "", /was replaced while it was in use/);
  assert.deepEqual(shown[1], [], "nothing is unchecked for that reason any more");
});

test("Checks that were begun again end when their list is left", async () => {
  const clock = new FakeClock();
  const store = createStore(clock);
  store.setConnections([connection]);
  const session = sessionWith({});
  let picks = 0;
  const deps = {
    clock,
    store,
    kinds: createKinds({ chimeApi: () => "identity" }),
    sessions: { open: () => Promise.resolve(session) },
    prompts: {
      busy: (_: string, work: (signal: AbortSignal) => unknown) => work(new AbortController().signal),
      pick: () => {
        if (++picks === 1) return Promise.resolve({ type: "value", value: { type: "again" } });
        return Promise.reject(new CancelledError());
      },
    },
  } as unknown as CheckPrerequisitesDeps;
  const node = { type: "kind", connection, kind: "supplyChain" };
  await assert.rejects(checkPrerequisites(deps, node), CancelledError);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(clock.pending.length, 0);
});
