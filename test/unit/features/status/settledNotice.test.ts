import assert from "node:assert/strict";
import { test } from "node:test";
import { noticeOf } from "../../../../src/features/status/settledNotice";
import { openTree, record, supplyChain } from "../treeWorld";

const { kinds } = openTree();

test("An operation of ours that settles says so once, with the way on", () => {
  const { connect, list, store } = openTree();
  connect();
  const active = supplyChain({ values: { webAppDnsDomain: "plan" } });
  list("supplyChain", [active, supplyChain({ id: "f", phase: "createFailed" })]);
  const created = { id: active.id, arn: active.arn };
  const supply = { kind: "supplyChain", label: "demand-planning" };

  const done = noticeOf(record({ ...supply, status: "succeeded", created }), store, kinds);
  assert.equal(done?.message, "demand-planning is active.");
  assert.deepEqual(
    done.actions.map(({ title, node }) => [title, node.type]),
    [["Open Web App", "instance"]],
  );

  const error = { code: "CreateFailed", message: "Access denied.\nMore" };
  const failed = noticeOf(
    record({ ...supply, status: "failed", error, created: { ...created, id: "f" } }),
    store,
    kinds,
  );
  assert.equal(failed?.message, "demand-planning failed: Access denied.");
  assert.deepEqual(
    failed.actions.map(({ title, node }) => [title, node.type]),
    [
      ["Recreate…", "instance"],
      ["Show Failure and Mitigation", "instance"],
    ],
  );

  const refused = noticeOf(record({ status: "failed", error }), store, kinds);
  assert.deepEqual(
    refused?.actions.map(({ node }) => node.type),
    ["pendingCreate", "pendingCreate"],
  );
  assert.equal(noticeOf(record({ status: "discarded" }), store, kinds), undefined);
  assert.equal(noticeOf(record({ status: "succeeded", created }), store, kinds)?.message, "sales-chat was created.");
});
