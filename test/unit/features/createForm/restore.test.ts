import assert from "node:assert/strict";
import { test } from "node:test";
import { restorableOf } from "../../../../src/features/createForm/restore";
import { connectionKey, connectionOfKey } from "../../../../src/instances/connection";
import type { FormState } from "../../../../src/ui/page/protocol/form";
import { openTree, prod, record } from "../treeWorld";

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
