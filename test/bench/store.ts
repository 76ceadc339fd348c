import { InstanceTree } from "../../src/features/instances/instanceTree";
import { connectionKey, type Connection } from "../../src/instances/connection";
import type { Instance } from "../../src/instances/instance";
import { createKinds } from "../../src/instances/kinds/registry";
import type { WriteScope } from "../../src/instances/store";
import { createStore } from "../../src/instances/memoryStore";
import { createRosters } from "../../src/ui/instance/roster";
import { systemClock } from "../../src/core/clock";
import { medianMs, round } from "./measure";

const connection: Connection = { source: "profile", profile: "bench", region: "us-east-1" };
const scope: WriteScope = { connectionKey: connectionKey(connection), generation: 1 };
const count = 10_000;

/** One changed instance among ten thousand, against listing them all again and against drawing them all. */
export async function measureStore() {
  const kinds = createKinds({ chimeApi: () => "identity" });
  const store = createStore();
  const operations = { list: () => [], get: () => undefined };
  const tree = new InstanceTree({ store, rosters: createRosters(store), operations, kinds, clock: systemClock });
  store.setConnections([connection]);
  store.setConnected(scope, { accountId: "123456789012", isLoopback: false });
  const instances = Array.from({ length: count }, (_, index) => instance(index));
  const list = () => {
    const listing = store.beginListing(scope, "supplyChain");
    for (let start = 0; start < count; start += 100) listing.addPage(instances.slice(start, start + 100));
    listing.finish(false);
  };
  const draw = () => {
    const nodes = tree
      .children()
      .flatMap((node) => tree.children(node))
      .flatMap((node) => tree.children(node));
    for (const node of nodes) tree.row(node);
    return nodes.length;
  };
  list();
  const drawnRows = draw();
  let turn = 0;
  const listMs = await medianMs(15, list);
  const drawMs = await medianMs(15, draw);
  const updateMs = await medianMs(200, () => {
    const changed = instance((turn += 7) % count, turn % 2 === 0 ? "Active" : "Initializing");
    store.put(scope, changed);
    for (const node of tree.nodesOf({
      type: "instance",
      connectionKey: scope.connectionKey,
      kind: "supplyChain",
      id: changed.id,
    })) {
      if (node) tree.row(node);
    }
  });
  return {
    instances: count,
    drawnRows,
    listMs: round(listMs),
    drawMs: round(drawMs),
    updateMs: round(updateMs),
    listToUpdate: round(listMs / updateMs),
  };
}

function instance(index: number, state = "Active"): Instance {
  const id = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
  const arn = `arn:aws:scn:us-east-1:123456789012:instance/${id}`;
  const phase = state === "Active" ? "ready" : "creating";
  return { kind: "supplyChain", id, arn, name: `instance-${index}`, state, phase, values: {}, raw: {} };
}
