import assert from "node:assert/strict";
import { test } from "node:test";
import type { Instance } from "../../../src/instances/instance";
import type { Kind } from "../../../src/instances/kind";
import type { OperationRecord } from "../../../src/operations/operation";
import { pinnedKind } from "../../../src/operations/pinnedPlace";
import { scope, targetOf } from "./world";
import { RunWorld } from "./runWorld";

/** A delete of a ready instance, begun where it was confirmed and carried out as `change` leaves the world. */
async function deleteAfter(
  change: (world: RunWorld) => void,
  options: { readonly left?: Partial<OperationRecord>; readonly kind?: Partial<Kind> } = {},
) {
  const world = new RunWorld();
  const target = targetOf(world.cloud.add("ready", "alpha"));
  const run = await world.begin({ type: "delete", target }, options);
  change(world);
  const end = await run.work();
  return { end, error: run.record.error, isUntouched: !world.cloud.calls.includes("delete i-1") };
}

/** A kind whose service answers for somebody else. */
function answeringAs(arn: string): Partial<Kind> {
  const instance: Instance = { kind: "fake", id: "i-1", arn, phase: "deleted", values: {}, raw: {} };
  return { get: () => Promise.resolve(instance) };
}

void test("Requests go to the endpoint that was confirmed, or nowhere, and both endpoints are named", async () => {
  const { end, error, isUntouched } = await deleteAfter(({ sessions }) => {
    sessions.endpoint = "https://emulator.example:8443";
  });
  assert.equal(end, "interrupted");
  assert.deepEqual(error, {
    code: "EndpointChanged",
    message:
      "Requests to supplychain now go to https://emulator.example:8443 (us-east-1); this was confirmed for https://scn.us-east-1.amazonaws.com (us-east-1). Resume when the profile and the settings are as they were.",
  });
  assert.ok(isUntouched);
});

void test("Where account and endpoint have changed, it is the account that is named", async () => {
  const { error, isUntouched } = await deleteAfter(({ sessions, cloud }) => {
    sessions.endpoint = "https://emulator.example:8443";
    cloud.accountId = "999999999999";
  });
  assert.equal(error?.code, "AccountChanged");
  assert.match(error.message, /999999999999.*123456789012.*Resume when/);
  assert.ok(isUntouched);
});

void test("An operation on a sandbox that was reset can only be discarded, and says so", async () => {
  const { connection, place } = scope;
  const { error, isUntouched } = await deleteAfter(() => undefined, {
    left: { connection: { ...connection, source: "sandbox" }, place: { ...place, endpoint: "sandbox of yesterday" } },
  });
  assert.deepEqual(error, {
    code: "EndpointChanged",
    message: "The sandbox was reset since this was confirmed. Discard it.",
  });
  assert.ok(isUntouched);
});

void test("A record of an earlier version, which names no endpoint, is not carried out on a guess", async () => {
  const { end, error, isUntouched } = await deleteAfter(() => undefined, { left: { place: undefined } });
  assert.equal(end, "interrupted");
  assert.equal(error?.code, "PlaceUnknown");
  assert.match(error.message, /earlier version.*Look at your instances, then discard it/);
  assert.ok(isUntouched);
});

void test("An answer for another account or Region proves nothing: it stops the operation, and names the owner", async () => {
  for (const [arn, owner] of [
    ["arn:aws:scn:us-east-1:999999999999:instance/i-1", "account 999999999999, us-east-1;"],
    ["arn:aws:scn:eu-west-1:123456789012:instance/i-1", "account 123456789012, eu-west-1;"],
  ] as const) {
    const { end, error } = await deleteAfter(() => undefined, { kind: answeringAs(arn) });
    assert.equal(end, "interrupted");
    assert.equal(error?.code, "AccountChanged");
    assert.ok(error.message.includes(owner), error.message);
    assert.ok(
      error.message.includes("confirmed for account 123456789012, us-east-1. Look at i-1 there."),
      error.message,
    );
  }
});

void test("An answer whose ARN names the confirmed account and Region, or none, is believed", async () => {
  for (const arn of [
    "arn:aws:scn:us-east-1:123456789012:instance/i-1",
    "arn:aws:scn::123456789012:i-1",
    "i-1",
    "a:b:c:d:e",
  ]) {
    const { end, error } = await deleteAfter(() => undefined, { kind: answeringAs(arn) });
    assert.equal(end, "settled", arn);
    assert.equal(error, undefined);
  }
});

void test("The API that the record names is asked, and an operation of an API that this version lacks has no kind", () => {
  const { kind } = new RunWorld().cloud;
  const asked: string[] = [];
  const chosen: Kind = {
    ...kind,
    forService: (service) => {
      asked.push(service);
      return service === "chime" ? kind : undefined;
    },
  };
  const place = (service: string) => ({ place: { ...scope.place, service } });
  assert.equal(pinnedKind(place("chime"), chosen), kind);
  assert.equal(pinnedKind(place("ofTheFuture"), chosen), undefined);
  assert.deepEqual(asked, ["chime", "ofTheFuture"]);
  assert.equal(pinnedKind({ place: undefined }, chosen), chosen);
});
