import assert from "node:assert/strict";
import { test } from "node:test";
import { announceSettled, noticeOf, type SettledNotice } from "../../../../src/features/status/settledNotice";
import { Emitter } from "../../../../src/core/event";
import type { OperationRecord } from "../../../../src/operations/operationRecord";
import { VisiblePages } from "../../../../src/ui/page/visiblePages";
import { openTree, record, sandbox, supplyChain } from "../treeWorld";

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
    refused?.actions.map(({ title, node }) => [title, node.type]),
    [
      ["Edit and Try Again", "pendingCreate"],
      ["Show Failure and Mitigation", "pendingCreate"],
    ],
  );
  assert.equal(noticeOf(record({ status: "discarded" }), store, kinds), undefined);
  assert.equal(noticeOf(record({ status: "succeeded", created }), store, kinds)?.message, "sales-chat was created.");
});

test("The web app of an instance in the sandbox is not offered: nothing answers there", () => {
  const active = supplyChain({ values: { webAppDnsDomain: "plan" } });
  const store = { instance: () => active };
  const done = { kind: "supplyChain", status: "succeeded", created: { id: active.id, arn: active.arn } } as const;
  assert.equal(noticeOf(record(done), store, kinds)?.actions.length, 1);
  assert.deepEqual(noticeOf(record({ ...done, connection: sandbox }), store, kinds)?.actions, []);
});

test("What was deleted leaves its bucket, which the notice names and leads to; a sandbox has none to look at", () => {
  const { store } = openTree();
  const deleted = { type: "delete", status: "succeeded", kind: "supplyChain", label: "north" } as const;
  const target = { id: "1", arn: "arn:1" };
  const notice = noticeOf(record({ ...deleted, target }), store, kinds);
  assert.equal(
    notice?.message,
    "north was deleted. The S3 bucket aws-supply-chain-data-1 stays, with its data and its cost.",
  );
  assert.match(
    notice.link?.url ?? "",
    /^https:\/\/console\.aws\.amazon\.com\/s3\/buckets\/aws-supply-chain-data-1\?region=/,
  );
  const inSandbox = noticeOf(record({ ...deleted, target, connection: sandbox }), store, kinds);
  assert.equal(inSandbox?.link, undefined);
  const ofChime = noticeOf(record({ ...deleted, kind: "chime", target }), store, kinds);
  assert.deepEqual([ofChime?.message, ofChime?.link], ["north was deleted.", undefined]);
});

test("A failure that a page in view shows is not said once more; one of a hidden or closed page is", () => {
  const { store } = openTree();
  const settled = new Emitter<OperationRecord>();
  const shown: SettledNotice[] = [];
  const pages = new VisiblePages();
  const closed = new Emitter<void>();
  const page = { isVisible: true, onDidDispose: (listener: () => void) => closed.event(listener) };
  pages.add(page, ({ id }) => id === "mine");
  announceSettled({
    operations: { onDidSettle: (listener) => settled.event(listener) },
    store,
    kinds,
    isSeen: (operation) => pages.show(operation),
    show: (notice) => shown.push(notice),
  });
  const failed = { status: "failed", error: { code: "No", message: "No" } } as const;
  settled.fire(record({ ...failed, id: "mine" }));
  assert.equal(shown.length, 0);
  settled.fire(record({ ...failed, id: "another" }));
  settled.fire(record({ id: "mine", status: "succeeded" }));
  assert.equal(shown.length, 2);
  page.isVisible = false;
  settled.fire(record({ ...failed, id: "mine" }));
  assert.equal(shown.length, 3);
  page.isVisible = true;
  closed.fire();
  settled.fire(record({ ...failed, id: "mine" }));
  assert.equal(shown.length, 4);
});
