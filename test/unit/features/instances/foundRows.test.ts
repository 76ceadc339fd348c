import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionKey } from "../../../../src/instances/connection";
import type { Phase } from "../../../../src/instances/instance";
import { prod, supplyChain } from "../treeWorld";
import { account, openWindow } from "./drawnWindow";

const named = (phase: Phase, ...ids: string[]) =>
  ids.map((id) => supplyChain({ id, name: `a${id}`, phase, state: phase }));
const row = (world: ReturnType<typeof openWindow>, id: string) => {
  world.flush();
  return world.tree.row({ type: "instance", connection: prod, kind: "supplyChain", id }).description;
};

/** 1 and 2 are listed, the filter has found 3 and 4 beyond them. */
async function openFound(phase: Phase = "ready") {
  const world = openWindow();
  world.inCloud(prod, "supplyChain").push(...named(phase, "1", "2", "3", "4"));
  world.connectTo(prod, account);
  world.list(prod, "supplyChain", 2);
  world.show("a");
  await world.idle();
  assert.equal(world.drawnIds().length, 4);
  return world;
}

test("What a filter found is gone from the rows once the list is there in full, without it", async () => {
  const world = await openFound();
  world.inCloud(prod, "supplyChain").splice(2, 2);
  world.list(prod, "supplyChain", 9);
  assert.equal(world.drawnIds().length, 2);
});

test("What is known to be gone does not come back when a later listing fails", async () => {
  const world = await openFound();
  world.list(prod, "supplyChain", 9);
  world.inCloud(prod, "supplyChain").splice(2, 2);
  world.list(prod, "supplyChain", 9);
  assert.equal(world.drawnIds().length, 2);
  world.failListing(prod, "supplyChain");
  // Anything that has the rows compared again.
  world.inCloud(prod, "supplyChain")[0] = named("creating", "1")[0]!;
  world.readOne(prod, "supplyChain", "1");
  assert.equal(world.drawnIds().length, 2);
});

test("A row of what a filter found does not go back to a state that is known to be over", async () => {
  const world = await openFound("creating");
  world.inCloud(prod, "supplyChain")[2] = named("ready", "3")[0]!;
  world.readOne(prod, "supplyChain", "3");
  assert.match(row(world, "3") ?? "", /ready/);
  // By itself, a minute later: as far as the page budget goes.
  world.list(prod, "supplyChain", 2);
  assert.match(row(world, "3") ?? "", /ready/);
});

test("What was read and is gone is not shown as it was found, whoever has read it", async () => {
  const world = await openFound();
  const scope = { connectionKey: connectionKey(prod), generation: 1 };
  // A page of details, or the follower of something in progress, reads it: first it is there, then it is gone.
  world.store.put(scope, named("deleting", "3")[0]!);
  world.store.remove(scope, "supplyChain", "3");
  assert.equal(world.drawnIds().includes("profile:prod:eu-west-1/supplyChain/3"), false);
});

test("What was found at one endpoint is not shown as if it were at another", async () => {
  const world = await openFound();
  // The settings lead to an emulator now, which has the same account number; nothing is listed there yet.
  const scope = { connectionKey: connectionKey(prod), generation: 2 };
  world.store.setConnected(scope, { accountId: account, isLoopback: true, customEndpoint: "http://localhost:4566" });
  assert.equal(world.store.listing(connectionKey(prod), "supplyChain"), undefined, "the store has forgotten it");
  world.flush();
  assert.deepEqual(world.drawnIds(), []);
});
