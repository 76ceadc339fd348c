import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import type { Draft } from "../../../src/instances/draft";
import { newRecord } from "../../../src/operations/newRecord";
import { refusal } from "../../fakes/cloud";
import { draftOf, gate, scope, setUp, targetOf, type World, type Window } from "./world";

const target = { id: "i-1", arn: "arn:fake:i-1" };

function recreateFrom(window: Window, draft: Draft) {
  return window.start(scope, { type: "recreate", draft, target });
}

/** Opens when two have come to it: both have looked at the failed instance by then, and neither has deleted it. */
function meeting(): () => Promise<void> {
  const both = gate();
  let comers = 0;
  return () => {
    if (++comers === 2) both.open();
    return both.opened;
  };
}

/** A machine whose journal nobody else sees. It deletes when `meet` opens; its deletes are answered when `mayGoOn` says so. */
function openElsewhere(
  world: World,
  name: string,
  meet: () => Promise<void>,
  mayGoOn: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Window> {
  const { kind } = world.cloud;
  const held: typeof kind = {
    ...kind,
    delete: async (...call) => {
      await meet();
      await kind.delete(...call);
      await mayGoOn();
    },
  };
  return world.open({ directory: join(world.directory, "..", name), kinds: { get: () => held } });
}

test("The token of a recreate follows from account, Region, kind, failed instance and draft, in whatever order", async (t) => {
  const { cloud } = await setUp(t);
  const tokenOf = (draft: Draft, where = scope, id = "i-1") =>
    newRecord(where, { type: "recreate", draft, target: { ...target, id } }, cloud.kind, 0).token!;
  const draft: Draft = { kind: "fake", values: { name: "a", domain: "d" }, tags: { x: "1", y: "2" } };
  const token = tokenOf(draft);
  assert.match(token, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  assert.equal(token, tokenOf({ kind: "fake", values: { domain: "d", name: "a" }, tags: { y: "2", x: "1" } }));
  const others = [
    tokenOf({ ...draft, tags: { x: "1" } }),
    tokenOf({ ...draft, values: { name: "a", domain: "e" } }),
    tokenOf({ ...draft, values: { name: "a", domain: "d", x: "1" }, tags: { y: "2" } }),
    tokenOf(draft, { ...scope, accountId: "999999999999" }),
    tokenOf(draft, { ...scope, place: { ...scope.place, region: "eu-west-1" } }),
    tokenOf(draft, scope, "i-2"),
  ];
  assert.equal(new Set([token, ...others]).size, others.length + 1);
});

test("Two machines that recreate one failed instance from the same draft at the same moment get one", async (t) => {
  const world = await setUp(t);
  world.cloud.add("createFailed", "alpha");
  const [meet, bothDeleted] = [meeting(), meeting()];
  const machines = [
    await openElsewhere(world, "one", meet, bothDeleted),
    await openElsewhere(world, "two", meet, bothDeleted),
  ];
  const started = await Promise.all(machines.map((window) => recreateFrom(window, draftOf("alpha"))));
  const records = await Promise.all(machines.map((window, index) => window.untilIdle(started[index]!.id)));
  assert.deepEqual(
    records.map(({ status, created }) => [status, created?.id]),
    [
      ["succeeded", "i-2"],
      ["succeeded", "i-2"],
    ],
  );
  assert.equal(world.cloud.live.length, 1);
});

test("With another draft, the second machine finds that the first has recreated it, and creates nothing", async (t) => {
  const world = await setUp(t);
  world.cloud.add("createFailed", "alpha");
  const [meet, bothDeleted, settled] = [meeting(), meeting(), gate()];
  const first = await openElsewhere(world, "one", meet, bothDeleted);
  const second = await openElsewhere(world, "two", meet, async () => {
    await bothDeleted();
    await settled.opened;
  });
  const [mine, theirs] = [
    await recreateFrom(first, draftOf("alpha", { tags: { team: "a" } })),
    await recreateFrom(second, draftOf("alpha", { tags: { team: "b" } })),
  ];
  assert.equal((await first.untilIdle(mine.id)).status, "succeeded");
  settled.open();
  const record = await second.untilIdle(theirs.id);
  assert.equal(record.error?.code, "StateChanged");
  assert.match(record.error.message, /somebody else has created i-2/);
  assert.equal(record.draft?.tags.team, "b");
  assert.equal(world.cloud.live.length, 1);
});

test("A recreate whose delete was refused can be asked for again: its token was never sent", async (t) => {
  const world = await setUp(t);
  world.cloud.add("createFailed", "alpha");
  world.cloud.fail("delete", refusal("AccessDeniedException", 403));
  const window = await world.open();
  const refused = await recreateFrom(window, draftOf("alpha"));
  assert.equal((await window.untilIdle(refused.id)).status, "failed");
  const again = await recreateFrom(window, draftOf("alpha"));
  assert.equal((await window.untilIdle(again.id)).created?.id, "i-2");
});

test("A recreate that was discarded after it had deleted does not send its token in a second one", async (t) => {
  const world = await setUp(t);
  const failed = world.cloud.add("createFailed", "alpha");
  world.cloud.fail("create", refusal("ExpiredTokenException", 403));
  const window = await world.open();
  const first = await window.start(scope, { type: "recreate", draft: draftOf("alpha"), target: targetOf(failed) });
  assert.equal((await window.untilIdle(first.id)).status, "interrupted");
  await window.discard(first.id);
  const second = await recreateFrom(window, draftOf("alpha"));
  assert.equal((await window.untilIdle(second.id)).error?.code, "StateChanged");
  assert.deepEqual(world.cloud.tokens, []);
});
