import assert from "node:assert/strict";
import { test } from "node:test";
import { statusOf } from "../../../../src/features/status/status";
import { chime, openTree, prod, record, scope, supplyChain } from "../treeWorld";

const { kinds } = openTree();

test("The status item counts each change once, and says first what needs the user", () => {
  const { connect, list, store } = openTree();
  assert.equal(statusOf(store, kinds, []), undefined);
  connect();
  const busy = supplyChain({ phase: "creating", state: "Initializing" });
  list("supplyChain", [busy, supplyChain({ id: "2" })]);
  list("chime", [chime("support-chat")]);
  const ours = record({ kind: "supplyChain", created: { id: busy.id, arn: busy.arn } });
  assert.equal(statusOf(store, kinds, [ours])?.text, "1");
  assert.equal(statusOf(store, kinds, [ours, record({ id: "another" })])?.tooltip, "2 changes in progress");
  store.setConnectionState(scope.connectionKey, { status: "signedOut", error: new Error("expired") });
  assert.equal(statusOf(store, kinds, [ours])?.text, "Not signed in");
  assert.match(statusOf(store, kinds, [])?.tooltip ?? "", new RegExp(`${prod.profile} · ${prod.region}`));
});
