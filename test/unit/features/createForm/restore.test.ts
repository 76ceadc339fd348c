import assert from "node:assert/strict";
import { test } from "node:test";
import { restorableOf, Restoring, type FormTab } from "../../../../src/features/createForm/restore";
import { connectionKey, connectionOfKey } from "../../../../src/instances/connection";
import type { FormRequest } from "../../../../src/ui/openers";
import type { FormState, ToForm } from "../../../../src/ui/page/protocol/form";
import type { TreeNode } from "../../../../src/ui/tree/nodes";
import { openTree, prod, record } from "../treeWorld";
import { settle } from "./formWorld";

const { kinds } = openTree();
const known = record({ id: "operation-1" });
const operations = { get: (id: string) => (id === known.id ? known : undefined) };
const draft = { kind: "chime", values: { name: "sales" }, tags: [{ key: "team", value: "" }] };
const state: FormState = {
  version: 2,
  focus: "",
  scroll: 0,
  isCommandOpen: false,
  subject: { type: "create" },
  connection: connectionKey(prod),
  draft,
};
const found = (changes: Partial<FormState>) => restorableOf({ ...state, ...changes }, { kinds, operations });

test("A form that was being filled in comes back where it was, with everything that was typed", () => {
  assert.deepEqual(found({}), {
    type: "create",
    request: { type: "create", kind: "chime", connection: prod },
    draft,
  });
});

test("A form for what failed names what has to be read first", () => {
  const recreate = found({ subject: { type: "recreate", kind: "chime", id: "i-1" } });
  assert.deepEqual(recreate, {
    type: "replaced",
    draft,
    id: "i-1",
    node: { type: "instance", connection: prod, kind: "chime", id: "i-1" },
  });
  const repeat = found({ subject: { type: "repeat", operationId: "o-1" } });
  assert.deepEqual(repeat?.type === "replaced" && repeat.node, {
    type: "pendingCreate",
    connection: prod,
    kind: "chime",
    operationId: "o-1",
  });
});

test("A form that had started something leads to that, as long as it is in the journal", () => {
  assert.deepEqual(found({ operationId: known.id }), { type: "operation", operationId: known.id });
  assert.equal(found({ operationId: "gone" })?.type, "create");
});

test("What cannot be understood brings nothing back", () => {
  for (const kept of [
    undefined,
    null,
    "x",
    { ...state, version: 1 },
    { ...state, draft: { ...draft, kind: "unknown" } },
  ])
    assert.equal(restorableOf(kept, { kinds, operations }), undefined);
  assert.equal(found({ subject: { type: "repeat", operationId: "o" }, connection: "" }), undefined);
});

test("A connection is found by its key, whatever is in its profile's name", () => {
  for (const profile of ["prod", "a:b", "x y", ":", "a\nb"]) {
    const connection = { ...prod, profile };
    assert.deepEqual(connectionOfKey(connectionKey(connection)), connection);
  }
  for (const key of ["", "prod", "other:a:b", "profile:a:"]) assert.equal(connectionOfKey(key), undefined);
});

/** Tabs on their way back, and the flow that reads what each is about: it answers when the test says so. */
function openRestoring() {
  const reads: { readonly node: TreeNode; end(error?: Error): void }[] = [];
  const shown: FormTab[] = [];
  const restoring = new Restoring<FormTab>(
    (node) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => {
          if (error) {
            reject(error);
            return;
          }
          const request = { type: "recreate", instance: { id: "id" in node ? node.id : "" } } as FormRequest;
          shown.push(restoring.take(request)?.tab ?? newTab());
          resolve();
        };
        reads.push({ node, end });
      }),
  );
  const newTab = () => {
    const posted: ToForm[] = [];
    const page = { post: (message: object) => void posted.push(message as ToForm), dispose: () => undefined };
    const tab = { page, posted, receiver: (): string | undefined => undefined, isClosed: false };
    return Object.assign(tab, { retry: () => (tab as FormTab).receiver({ type: "act", action: "retry" }) });
  };
  const bringBack = (tab: FormTab, id: string) => {
    const node: TreeNode = { type: "instance", connection: prod, kind: "chime", id };
    return restoring.bringBack(tab, { type: "replaced", id, node, draft: { ...draft, values: { name: id } } });
  };
  return { reads, shown, newTab, bringBack };
}

test("A form that is tried again comes back in its own tab, although another one has come meanwhile", async () => {
  const { reads, shown, newTab, bringBack } = openRestoring();
  const [first, second] = [newTab(), newTab()];
  const failed = bringBack(first, "i-1");
  await settle();
  reads[0]!.end(new Error("No network"));
  await failed;
  assert.equal(first.posted.at(-1)?.type, "outcome");
  first.retry();
  first.retry();
  const other = bringBack(second, "i-2");
  await settle();
  reads[1]!.end();
  await settle();
  reads[2]!.end();
  await other;
  assert.deepEqual(shown, [first, second]);
  assert.equal(reads.length, 3);
});

test("Nothing is read for a tab that was closed before its turn, or shown in one that was closed since", async () => {
  const { reads, shown, newTab, bringBack } = openRestoring();
  const [first, second, third] = [newTab(), newTab(), newTab()];
  const all = [bringBack(first, "i-1"), bringBack(second, "i-2"), bringBack(third, "i-3")];
  second.isClosed = true;
  await settle();
  first.isClosed = true;
  reads[0]!.end();
  await settle();
  reads[1]!.end();
  await Promise.all(all);
  assert.deepEqual([shown.length, shown.indexOf(first), shown.indexOf(third)], [2, -1, 1]);
  assert.deepEqual(
    reads.map(({ node }) => "id" in node && node.id),
    ["i-1", "i-3"],
  );
});
