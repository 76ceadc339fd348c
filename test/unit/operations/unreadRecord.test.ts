import assert from "node:assert/strict";
import { test } from "node:test";
import { newRecord } from "../../../src/operations/newRecord";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { hintOf, isInTheWay, type Hint } from "../../../src/operations/unreadRecord";
import { FakeCloud } from "../../fakes/cloud";
import { draftOf, scope } from "./world";

const { kind } = new FakeCloud();
const target = { id: "i-1", arn: "arn:fake:i-1" };
const deletion = newRecord(scope, { type: "delete", target }, kind, 0);
const creation = newRecord(scope, { type: "create", draft: draftOf("alpha") }, kind, 0);

function isWaitedFor(about: Hint | undefined, wanted: OperationRecord = deletion): boolean {
  return isInTheWay({ id: "x", message: "It could not be read.", about }, wanted);
}

test("An entry that cannot be read is waited for when it names the instance, in this account and Region or in none", () => {
  const { accountId, connection, place } = deletion;
  for (const about of [
    { target },
    { target, accountId },
    { target, accountId, place, connection },
    { target, place },
    { target, connection },
    // The API's Region counts, where there is one.
    { target, place, connection: { region: "eu-west-1" } },
  ])
    assert.equal(isWaitedFor(about), true, JSON.stringify(about));
  for (const about of [
    {},
    { target: { id: "i-2" } },
    { target, accountId: "999999999999" },
    { target, place: { region: "eu-west-1" }, connection },
    { target, connection: { region: "eu-west-1" } },
  ])
    assert.equal(isWaitedFor(about), false, JSON.stringify(about));
});

test("An entry of which nothing is known stands in the way of every instance, and of no create", () => {
  assert.equal(isWaitedFor(undefined), true);
  assert.equal(isWaitedFor(undefined, creation), false);
  assert.equal(isWaitedFor({ target }, creation), false);
});

test("A record without a place is about its connection's Region", () => {
  const old: OperationRecord = {
    ...deletion,
    place: undefined,
    connection: { ...deletion.connection, region: "eu-west-1" },
  };
  assert.equal(isWaitedFor({ target, connection: { region: "eu-west-1" } }, old), true);
  assert.equal(isWaitedFor({ target, connection: { region: "us-east-1" } }, old), false);
});

test("Of an entry that makes no sense, what makes sense is still heard", () => {
  const sound = {
    accountId: "123456789012",
    connection: { region: "a" },
    place: { region: "b" },
    target: { id: "i-1" },
    created: { id: "i-2" },
    type: "create",
    kind: "fake",
    label: "alpha",
  };
  assert.deepEqual(hintOf({ ...sound, version: 9, secret: "x" }), sound);
  for (const member of ["accountId", "connection", "place", "target", "created", "type", "kind", "label"] as const) {
    const heard = hintOf({ ...sound, [member]: 7 });
    assert.deepEqual(JSON.parse(JSON.stringify(heard)), {
      ...(JSON.parse(JSON.stringify({ ...sound, [member]: undefined })) as object),
    });
  }
  assert.deepEqual(hintOf({ ...sound, place: { region: 7 } }).place?.region, undefined);
  for (const nonsense of [undefined, null, 7, "text", []]) assert.deepEqual(hintOf(nonsense), {});
});
