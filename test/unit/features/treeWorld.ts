import { connectionKey, type Connection } from "../../../src/instances/connection";
import type { Instance } from "../../../src/instances/instance";
import { createKinds } from "../../../src/instances/kinds/registry";
import type { ConnectionState, WriteScope } from "../../../src/instances/store";
import { createStore } from "../../../src/instances/memoryStore";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { InstanceTree } from "../../../src/features/instances/instanceTree";
import { plainLook, type TreeLook } from "../../../src/features/instances/treeContents";
import { createRosters } from "../../../src/ui/instance/roster";
import type { TreeNode } from "../../../src/ui/tree/nodes";
import { FakeClock } from "../../fakes/clock";

export const prod: Connection = { source: "profile", profile: "prod", region: "eu-west-1" };
export const sandbox: Connection = { source: "sandbox", profile: "sandbox", region: "us-east-1" };
export const scope: WriteScope = { connectionKey: connectionKey(prod), generation: 1 };
export const accountId = "210987654321";

/** The tree over a real store that the test fills, as the sync would. */
export function openTree(connections: readonly Connection[] = [prod], look?: Partial<TreeLook>) {
  const clock = new FakeClock();
  const store = createStore(clock);
  const kinds = createKinds({ chimeApi: () => "identity" });
  const records: OperationRecord[] = [];
  const operations = {
    list: () => records,
    get: (id: string) => records.find((record) => record.id === id),
  };
  const rosters = createRosters(store);
  const tree = new InstanceTree({
    store,
    rosters,
    operations,
    kinds,
    clock,
    ...(look && { look: { ...plainLook, ...look } }),
  });
  store.setConnections(connections);
  return {
    clock,
    store,
    rosters,
    kinds,
    records,
    tree,
    connect: (details: Partial<Extract<ConnectionState, { status: "connected" }>> = {}) =>
      store.setConnected(scope, { accountId, isLoopback: false, ...details }),
    /** What the service lists, all of it unless told otherwise. */
    list: (kind: string, instances: readonly Instance[], hasMore = false) => {
      const listing = store.beginListing(scope, kind);
      listing.addPage(instances);
      listing.finish(hasMore);
    },
    /** Labels and descriptions of the rows below a node, the way the view asks for them. */
    rows: (node?: TreeNode) =>
      tree.children(node).map((child) => {
        const { label, description } = tree.row(child);
        return description === undefined ? label : `${label} | ${description}`;
      }),
    kindNode: (kind: string): TreeNode => {
      const [connection] = tree.children();
      const node = tree.children(connection).find((child) => child.type === "kind" && child.kind === kind);
      if (!node) throw new Error(`The tree shows no ${kind}`);
      return node;
    },
  };
}

export function supplyChain(overrides: Partial<Instance> = {}): Instance {
  const id = overrides.id ?? "11111111-2222-3333-4444-555555555555";
  return {
    kind: "supplyChain",
    id,
    arn: `arn:aws:scn:eu-west-1:${accountId}:instance/${id}`,
    name: "demand-planning",
    state: "Active",
    phase: "ready",
    values: {},
    raw: {},
    ...overrides,
  };
}

export function chime(name: string): Instance {
  const arn = `arn:aws:chime:us-east-1:${accountId}:app-instance/${name}`;
  return { kind: "chime", id: arn, arn, name, phase: "present", values: {}, raw: {} };
}

export function record(overrides: Partial<OperationRecord> = {}): OperationRecord {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  return {
    version: 1,
    id: "operation-1",
    type: "create",
    kind: "chime",
    connection: prod,
    accountId,
    label: "sales-chat",
    draft: { kind: "chime", values: { name: "sales-chat" }, tags: {} },
    step: "create",
    status: "running",
    attempts: 1,
    requestIds: [],
    history: [],
    createdAt: now,
    updatedAt: now,
    revision: 1,
    ...overrides,
  };
}
