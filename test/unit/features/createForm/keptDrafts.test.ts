import assert from "node:assert/strict";
import { test } from "node:test";
import { isGone, KeptDrafts } from "../../../../src/features/createForm/keptDrafts";
import { connectionKey, type Connection } from "../../../../src/instances/connection";
import { emptyDraft } from "../../../../src/instances/draft";
import { ownerOf, type InstanceStore } from "../../../../src/instances/store";
import type { FormRequest } from "../../../../src/ui/openers";
import { openTree, prod, record, sandbox, supplyChain } from "../treeWorld";

function openMemory() {
  const kept = new Map<string, unknown>();
  const memory = {
    get: (key: string) => kept.get(key),
    // As VS Code does: what is undefined is gone, and the rest is text on the disk.
    update: (key: string, value: unknown) => {
      if (value === undefined) kept.delete(key);
      else kept.set(key, JSON.parse(JSON.stringify(value)));
      return Promise.resolve();
    },
  };
  return { kept, memory, drafts: new KeptDrafts(memory) };
}

function connected(store: InstanceStore) {
  const state = store.connectionState(connectionKey(prod));
  assert.ok(state?.status === "connected");
  return state;
}

const before = emptyDraft("supplyChain");
const submit = () => Promise.resolve(undefined);
const recreating = (id: string, connection: Connection = prod): FormRequest => ({
  type: "recreate",
  connection,
  instance: supplyChain({ id, phase: "createFailed" }),
  draft: before,
  before,
  submit,
});
const repeating = (id: string): FormRequest => ({
  type: "repeat",
  operation: record({ id }),
  draft: before,
  before,
  submit,
});
const typed = (instanceName: string) => ({ kind: "supplyChain", values: { instanceName }, tags: [] });

test("What was typed is kept by what it replaces, in which connection, and apart from something new", () => {
  const { drafts, kept } = openMemory();
  drafts.keep({ type: "create" }, { draft: typed("new"), connection: sandbox });
  drafts.keep(recreating("i-1"), { draft: typed("one"), connection: prod });
  drafts.keep(repeating("o-1"), { draft: typed("again") });
  drafts.keep(recreating("i-1"), { draft: typed("one and more"), connection: prod });
  assert.deepEqual(drafts.begun, { draft: typed("new"), connection: sandbox });
  assert.deepEqual(drafts.replacing(recreating("i-1")), typed("one and more"));
  assert.deepEqual(drafts.replacing(repeating("o-1")), typed("again"));
  assert.equal(drafts.replacing(recreating("i-1", sandbox)), undefined);
  assert.equal(drafts.replacing(recreating("i-2")), undefined);
  assert.equal(drafts.replacing({ type: "create" }), undefined);

  drafts.keep(recreating("i-1"), undefined);
  drafts.keep(repeating("o-1"), undefined);
  drafts.keep({ type: "create" }, undefined);
  assert.equal(kept.size, 0);
});

test("What was left longest ago makes way, and what cannot be read is as if there were none", () => {
  const { drafts, memory } = openMemory();
  for (let index = 1; index <= 21; index += 1) drafts.keep(recreating(`i-${index}`), { draft: typed(`${index}`) });
  assert.equal(drafts.replacing(recreating("i-1")), undefined);
  assert.deepEqual(drafts.replacing(recreating("i-2")), typed("2"));
  for (const unreadable of ["x", [{ id: 1 }], { id: "i-2" }]) {
    void memory.update("unsentReplacements", unreadable);
    void memory.update("unsentDraft", unreadable);
    assert.deepEqual([drafts.replacing(recreating("i-2")), drafts.begun], [undefined, undefined]);
  }
});

test("What another account does not have is not gone: its profile may lead back to the one that has it", () => {
  const { drafts } = openMemory();
  const { store, connect, list } = openTree();
  const operations = { get: () => undefined };
  connect();
  drafts.keep(recreating("i-1"), { draft: typed("one"), owner: "111111111111 " });
  // Somebody goes on with it there.
  drafts.keep(recreating("i-1"), { draft: typed("two"), owner: ownerOf(connected(store)) });
  drafts.keep(recreating("i-2"), { draft: typed("without an account") });
  list("supplyChain", []);
  drafts.forget((kept) => isGone({ store, operations }, kept));
  assert.deepEqual(drafts.replacing(recreating("i-1")), typed("two"));
  assert.deepEqual(drafts.replacing(recreating("i-2")), typed("without an account"));
});

test("It is forgotten once everything is listed and the instance is not there, or the operation was discarded", () => {
  const { drafts } = openMemory();
  const { store, connect, list } = openTree();
  connect();
  const owner = ownerOf(connected(store));
  let status: "failed" | "discarded" = "failed";
  const operations = { get: (id: string) => (id === "o-1" ? record({ id, status }) : undefined) };
  const forget = () => drafts.forget((kept) => isGone({ store, operations }, kept));
  const left = () => [recreating("i-1"), repeating("o-1")].map((request) => drafts.replacing(request) !== undefined);
  drafts.keep(recreating("i-1"), { draft: typed("one"), owner });
  drafts.keep(repeating("o-1"), { draft: typed("again"), owner });
  forget();
  list("supplyChain", [supplyChain({ id: "i-1" })]);
  forget();
  list("supplyChain", [supplyChain({ id: "i-2" })], true);
  forget();
  assert.deepEqual(left(), [true, true], "nothing says that it is gone");
  list("supplyChain", [supplyChain({ id: "i-2" })]);
  forget();
  assert.deepEqual(left(), [false, true]);
  status = "discarded";
  forget();
  assert.deepEqual(left(), [false, false]);
});
