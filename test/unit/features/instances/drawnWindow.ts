import assert from "node:assert/strict";
import { throwIfAborted } from "../../../../src/core/errors";
import { FilterSearch } from "../../../../src/features/instances/filterSearch";
import { parseFilter } from "../../../../src/features/instances/instanceFilter";
import { InstanceTree } from "../../../../src/features/instances/instanceTree";
import { KnownTags } from "../../../../src/features/instances/knownTags";
import { ShownFilter } from "../../../../src/features/instances/shownFilter";
import { plainLook, type TreeLook } from "../../../../src/features/instances/treeContents";
import { connectionKey, type Connection, type Session, type Sessions } from "../../../../src/instances/connection";
import type { Instance } from "../../../../src/instances/instance";
import type { Kind } from "../../../../src/instances/kind";
import { createKinds, kindsOf } from "../../../../src/instances/kinds/registry";
import type { StoreChange } from "../../../../src/instances/store";
import type { OperationRecord } from "../../../../src/operations/operationRecord";
import { createRosters } from "../../../../src/ui/instance/roster";
import type { TreeNode } from "../../../../src/ui/tree/nodes";
import { openTree, prod, record } from "../treeWorld";
import { drawRows } from "./drawnRows";

export const staging: Connection = { source: "profile", profile: "staging", region: "us-east-1" };
export const account = "111111111111";
export const boom = new Error("boom");
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

type Change = StoreChange | { readonly type: "operation"; readonly id: string } | { readonly type: "found" | "look" };

/** Everything as in the window: the real filter, search and tags over services in memory, and what VS Code has drawn. */
export function openWindow() {
  let arrangement: ReturnType<TreeLook["arrangement"]> = { ...plainLook.arrangement(), tagKey: "team" };
  let hidesEmpty = false;
  let isBatching = false;
  const folded = new Set<string>();
  const generations = new Map<string, number>();
  const accounts = new Map<string, string>();
  const cloud = new Map<string, Instance[]>();
  const scopeOf = (at: Connection, kind: string) => `${connectionKey(at)}/${kind}`;
  const inCloud = (at: Connection, kind: string) => {
    const key = `${accounts.get(connectionKey(at)) ?? account} ${scopeOf(at, kind)}`;
    const list = cloud.get(key) ?? [];
    cloud.set(key, list);
    return list;
  };
  const look: TreeLook = {
    arrangement: () => arrangement,
    search: () => filter.search,
    searchRevision: () => filter.revision,
    tagsOf: (key, kind, instance) => tags.of(key, kind, instance),
    tagsRevision: () => tags.revision,
    hidesEmpty: () => hidesEmpty,
  };
  const world = openTree([prod, staging], look);
  const { store, tree, records, clock, rosters, kinds } = world;
  const fakeKinds = kindsOf(
    createKinds({ chimeApi: () => "identity" }).all.map(
      (kind) =>
        ({
          ...kind,
          search: undefined,
          list: async function* ({ connection }: Session, { signal }: { signal?: AbortSignal }) {
            const all = inCloud(connection, kind.id);
            for (let start = 0; start < Math.max(1, all.length); start += 2) {
              await settle();
              throwIfAborted(signal);
              yield inCloud(connection, kind.id).slice(start, start + 2);
            }
          },
          listTags: async ({ connection }: Session, { id }: { id: string }, { signal }: { signal?: AbortSignal }) => {
            await settle();
            throwIfAborted(signal);
            const name = inCloud(connection, kind.id).find((one) => one.id === id)?.name ?? "";
            return name === "" ? {} : { team: name[0]! };
          },
        }) as unknown as Kind,
    ),
  );
  const session = (connection: Connection) =>
    ({
      connection,
      accountId: accounts.get(connectionKey(connection)) ?? account,
      generation: generations.get(connectionKey(connection)) ?? 0,
    }) as Session;
  const sessions = { open: (c: Connection) => Promise.resolve(session(c)), current: session } as unknown as Sessions;
  const tags = new KnownTags({ sessions, kinds: fakeKinds });
  let ticks = 0;
  const filter = new ShownFilter({
    sessions,
    store,
    kinds: fakeKinds,
    rosters,
    tags,
    clock: { monotonic: () => (ticks += 150) },
    setContext: () => undefined,
  });

  const drawn = drawRows(tree, folded);
  const { redraw } = drawn;
  const nodesOf = (change: Change): readonly (TreeNode | undefined)[] => {
    switch (change.type) {
      case "operation":
        return tree.nodesOfOperation(change.id);
      case "found":
        return tree.changed();
      case "look":
        tree.reset();
        return [undefined];
      default:
        return tree.nodesOf(change);
    }
  };
  const pending = new Map<string, Change>();
  const flush = () => {
    const changes = [...pending.values()];
    pending.clear();
    redraw(changes.flatMap(nodesOf));
  };
  const add = (change: Change) => {
    pending.set(JSON.stringify(change), change);
    if (!isBatching) flush();
  };
  store.onDidChange(add);
  filter.onDidChange((change) => {
    add({ type: change === "filter" ? "look" : "found" });
    if (change === "filter") flush();
  });
  const scope = (at: Connection) => ({
    connectionKey: connectionKey(at),
    generation: generations.get(connectionKey(at)) ?? 0,
  });
  return {
    ...world,
    filter,
    tags,
    inCloud,
    kinds,
    flush,
    isBatching: () => isBatching,
    batch: (value: boolean) => {
      isBatching = value;
      if (!value) flush();
    },
    fold: (id: string, isFolded: boolean) => {
      if (isFolded) folded.add(id);
      else folded.delete(id);
      drawn.fold(id, isFolded);
    },
    connectTo: (at: Connection, accountId: string) => {
      const key = connectionKey(at);
      generations.set(key, (generations.get(key) ?? 0) + 1);
      accounts.set(key, accountId);
      store.setConnected(scope(at), { accountId, isLoopback: false });
    },
    list: (at: Connection, kind: string, budget: number) => {
      const all = inCloud(at, kind);
      const listing = store.beginListing(scope(at), kind);
      listing.addPage(all.slice(0, budget));
      listing.finish(all.length > budget);
    },
    failListing: (at: Connection, kind: string) => store.beginListing(scope(at), kind).fail(boom),
    begin: (at: Connection, kind: string) => store.beginListing(scope(at), kind).addPage(inCloud(at, kind).slice(0, 1)),
    readOne: (at: Connection, kind: string, id: string) => {
      const one = inCloud(at, kind).find((each) => each.id === id);
      if (one) store.put(scope(at), one);
      else {
        store.remove(scope(at), kind, id);
        filter.forget(connectionKey(at), kind, id);
      }
    },
    readTags: async (at: Connection, kind: string, id: string) => {
      const instance = store.instance(connectionKey(at), kind, id);
      if (!instance) return;
      await tags.read([{ connection: at, kind, instance }], new AbortController().signal, () => undefined);
      add({ type: "found" });
    },
    forgetTags: () => {
      tags.forget();
      add({ type: "found" });
    },
    arrange: (part: Partial<ReturnType<TreeLook["arrangement"]>>) => {
      arrangement = { ...arrangement, ...part };
      add({ type: "look" });
      flush();
    },
    hide: (value: boolean) => {
      hidesEmpty = value;
      add({ type: "found" });
    },
    operation: (overrides: Partial<OperationRecord> & Pick<OperationRecord, "id">) => {
      const others = records.filter(({ id }) => id !== overrides.id);
      records.splice(0, Infinity, ...others, structuredClone(record({ accountId: account, ...overrides })));
      add({ type: "operation", id: overrides.id });
    },
    show: (query: string) => {
      const parsed = parseFilter(query);
      assert.ok("filter" in parsed);
      filter.show(parsed.filter, FilterSearch);
    },
    async idle() {
      for (let turn = 0; turn < 200; turn++) {
        if (filter.search?.progress.status !== "searching") break;
        await settle();
      }
      await settle();
    },
    assertTrue: () => {
      flush();
      const operations = { list: () => records, get: (id: string) => records.find((one) => one.id === id) };
      const freshRosters = createRosters(store);
      const fresh = new InstanceTree({ store, rosters: freshRosters, operations, kinds, clock, look });
      // As somebody left it folded.
      assert.deepEqual(drawn.texts(), drawn.textsOf(fresh));
    },
    drawnIds: () =>
      drawn
        .nodes()
        .flatMap((node) =>
          node.type === "instance" ? [`${connectionKey(node.connection)}/${node.kind}/${node.id}`] : [],
        )
        .sort(),
  };
}
