import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { connectionKey } from "../../../../src/instances/connection";
import { connectedState } from "../../../../src/instances/store";
import { SettledWatch } from "../../../../src/features/status/notifyWhenSettled";
import type { SettledNotice } from "../../../../src/features/status/settledNotice";
import { ScriptedPrompts, type Reply } from "../../../fakes/scriptedPrompts";
import { connection, instanceNode, openWorld } from "../flowWorld";

async function openWatch(t: TestContext, ...replies: readonly Reply[]) {
  const world = await openWorld(t, { createSeconds: 1, deleteSeconds: 1 });
  const session = await world.session();
  const scope = { connectionKey: connectionKey(connection), generation: session.generation };
  world.store.setConnected(scope, connectedState(session));
  const shown: SettledNotice[] = [];
  const acknowledged: string[] = [];
  const prompts = new ScriptedPrompts(...replies);
  /** Resolves with the first toast. */
  let tell: () => void = () => undefined;
  const told = new Promise<void>((resolve) => (tell = resolve));
  const watch = new SettledWatch({
    ...world,
    prompts,
    show: (notice) => {
      shown.push(notice);
      tell();
    },
    acknowledge: (text) => acknowledged.push(text),
    reportError: (error) => {
      throw error;
    },
  });
  t.after(() => watch.dispose());
  return { world, watch, shown, told, acknowledged, prompts, session };
}

test("What somebody else creates is said once when it is active, however often that was asked for", async (t) => {
  const { world, watch, shown, told, acknowledged } = await openWatch(t);
  const values = { instanceName: "north-plant", webAppDnsDomain: "north-plant" };
  const instance = await world.create("supplyChain", { values });
  await watch.add(instanceNode(instance));
  await watch.add(instanceNode(instance));
  assert.match(acknowledged.join("\n"), /^You will be notified when \S+ settles.*\nYou will be notified/);
  await told;
  assert.deepEqual(shown, [
    {
      severity: "info",
      message: "north-plant is active.",
      actions: [],
    },
  ]);
});

test("A failure that somebody else began says its cause and the way on", async (t) => {
  const { world, watch, shown, told } = await openWatch(t);
  const tags = { "sandbox:fail-create": "No room" };
  const instance = await world.create("supplyChain", { values: { instanceName: "north-plant" }, tags });
  await watch.add(instanceNode(instance));
  await told;
  assert.equal(shown[0]?.message, "north-plant failed: No room");
  assert.deepEqual(
    shown[0].actions.map(({ title, node }) => [title, node.type]),
    [
      ["Recreate…", "instance"],
      ["Show Failure and Mitigation", "instance"],
    ],
  );
});

test("A deletion of somebody else's is said, and of ours only once, by its operation", async (t) => {
  const { world, watch, shown, told, session } = await openWatch(t);
  const [theirs, ours] = [
    await world.create("supplyChain", { values: { instanceName: "theirs" } }),
    await world.create("supplyChain", { values: { instanceName: "ours" } }),
  ];
  await world.kind("supplyChain").delete(session, theirs.id);
  await watch.add(instanceNode(theirs));
  await watch.add(instanceNode(ours));
  const target = { id: ours.id, arn: ours.arn };
  await world.operations.start(await world.scope("supplyChain"), { type: "delete", target });
  await told;
  assert.equal((await world.untilIdle()).status, "succeeded");
  assert.deepEqual(
    shown.map(({ message }) => message),
    [`theirs was deleted. The S3 bucket aws-supply-chain-data-${theirs.id} stays, with its data and its cost.`],
  );
});

test("Without a row the user picks among what is in progress", async (t) => {
  const { world, watch, acknowledged, prompts } = await openWatch(t, { to: "Notify Me When It Settles", pick: "busy" });
  await world.create("supplyChain", { values: { instanceName: "busy" } });
  await world.create("chime", { values: { name: "support-chat" } });
  await watch.add();
  prompts.assertDone();
  assert.match(acknowledged.join(), /when busy settles/);
  assert.doesNotMatch(prompts.shown[0]?.text ?? "", /support-chat/);
});
