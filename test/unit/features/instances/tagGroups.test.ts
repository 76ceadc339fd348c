import assert from "node:assert/strict";
import { test } from "node:test";
import { KnownTags, tagBudget } from "../../../../src/features/instances/knownTags";
import { TagGroups } from "../../../../src/features/instances/tagGroups";
import type { Session, Sessions } from "../../../../src/instances/connection";
import type { Kind } from "../../../../src/instances/kind";
import { kindsOf } from "../../../../src/instances/kinds/registry";
import { openTree, supplyChain } from "../treeWorld";

/** So many instances without tags in their listing; each reading is told, and answered as `answer` says. */
function openGroups(
  count: number,
  answer: (id: string) => Promise<Record<string, string>> = () => Promise.resolve({}),
) {
  const world = openTree();
  world.connect();
  world.list(
    "supplyChain",
    Array.from({ length: count }, (_, index) => supplyChain({ id: String(index) })),
  );
  const read: string[] = [];
  const kind = {
    ...world.kinds.get("supplyChain"),
    listTags: (_session: Session, { id }: { readonly id: string }) => {
      read.push(id);
      return answer(id);
    },
  } as unknown as Kind;
  const sessions = { open: () => Promise.resolve({}), current: () => undefined } as unknown as Sessions;
  const kinds = kindsOf([kind]);
  const state = { isWanted: true };
  let settled: () => void = () => undefined;
  const groups: TagGroups = new TagGroups({
    store: world.store,
    rosters: world.rosters,
    kinds,
    tags: new KnownTags({ sessions, kinds }),
    isWanted: () => state.isWanted,
    onRead: (isDue) => {
      if (isDue && !groups.message?.startsWith("Reading")) settled();
    },
  });
  const untilRead = (begin: () => void) =>
    new Promise<void>((resolve) => {
      settled = resolve;
      begin();
    });
  return { ...world, read, groups, state, untilRead };
}

test("Tags are read while the view is grouped by one and somebody looks, each once, and of what is listed later too", async () => {
  const { read, groups, state, untilRead, list } = openGroups(3);
  state.isWanted = false;
  groups.readOn();
  assert.deepEqual([read, groups.message], [[], undefined]);
  state.isWanted = true;
  await untilRead(() => groups.heed());
  assert.deepEqual(read, ["0", "1", "2"]);
  assert.equal(groups.message, undefined);
  list(
    "supplyChain",
    ["0", "3"].map((id) => supplyChain({ id })),
  );
  await untilRead(() => groups.heed());
  assert.deepEqual(read.slice(3), ["3"]);
  groups.dispose();
});

test("So many are read at once, with a count; more when somebody wants more", async () => {
  const { read, groups, untilRead } = openGroups(tagBudget + 2);
  const first = untilRead(() => groups.readOn());
  assert.equal(groups.message, "Reading tags: 0 of 1,000…");
  await first;
  assert.equal(read.length, tagBudget);
  groups.heed();
  assert.equal(read.length, tagBudget, "not by itself");
  await untilRead(() => groups.readOn());
  assert.equal(read.length, tagBudget + 2);
});

test("Nothing more is read while nobody looks, and the rest when somebody does", async () => {
  const answers: (() => void)[] = [];
  const { read, groups, state, untilRead } = openGroups(
    6,
    () => new Promise((resolve) => answers.push(() => resolve({}))),
  );
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const answerAll = async () => {
    for (const answer of answers.splice(0)) answer();
    await settle();
  };
  groups.readOn();
  await settle();
  const begun = read.length;
  assert.ok(begun < 6);
  state.isWanted = false;
  groups.heed();
  await answerAll();
  assert.equal(read.length, begun);
  state.isWanted = true;
  await untilRead(() => {
    groups.heed();
    void settle().then(answerAll);
  });
  assert.deepEqual([...new Set(read)].length, 6);
  assert.equal(groups.message, undefined);
});

test("What cannot be read is said, and not asked for again by itself", async () => {
  const { read, groups, untilRead } = openGroups(2, (id) =>
    id === "0" ? Promise.reject(new Error("Not allowed")) : Promise.resolve({}),
  );
  await untilRead(() => groups.readOn());
  assert.equal(groups.message, "Some tags could not be read: Not allowed");
  groups.heed();
  assert.deepEqual(read, ["0", "1"]);
  await untilRead(() => groups.readOn());
  assert.deepEqual(read, ["0", "1", "0"]);
});
