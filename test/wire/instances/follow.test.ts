import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instance } from "../../../src/instances/instance";
import { createKinds } from "../../../src/instances/kinds/registry";
import { heldTime } from "../../fixtures/sandbox";
import { createWorld, sandboxConnection } from "./world";

const supplyChain = createKinds({ chimeApi: () => "identity" }).get("supplyChain")!;
const signal = () => new AbortController().signal;

test("An instance is followed from Initializing to Active against a real server, and then no timer is left", async (t) => {
  const time = heldTime();
  const { follower, sandbox, clock, open, count } = await createWorld(t, { createSeconds: 60, now: time.now });
  const session = await open();
  const { id } = await supplyChain.create(session, { kind: "supplyChain", values: {}, tags: {} }, "1".repeat(36));
  const states: (string | undefined)[] = [];
  const done = (async () => {
    for await (const instance of follower.follow(sandboxConnection, supplyChain, id, signal()))
      states.push(instance?.state);
  })();
  for (let reads = 0; reads < 3; reads++) {
    await clock.untilSleeping();
    time.advance(30);
    await clock.advance(5_000);
  }
  await done;
  assert.deepEqual(states, ["Initializing", "Initializing", "Active"]);
  assert.deepEqual(clock.pending, []);
  assert.equal(await count("GetInstance"), 3);
  assert.ok(sandbox.endpoint);
});

test("Deletion is followed until the instance is gone", async (t) => {
  const { follower, open } = await createWorld(t);
  const session = await open();
  const { id } = await supplyChain.create(session, { kind: "supplyChain", values: {}, tags: {} }, "2".repeat(36));
  await supplyChain.delete(session, id);
  const seen: (Instance | undefined)[] = [];
  for await (const instance of follower.follow(sandboxConnection, supplyChain, id, signal())) seen.push(instance);
  assert.equal(seen.at(-1), undefined);
});
