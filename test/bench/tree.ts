import { setImmediate as setImmediatePromise } from "node:timers/promises";
import { InstanceTree } from "../../src/features/instances/instanceTree";
import { systemClock } from "../../src/core/clock";
import { connectionKey, type Connection } from "../../src/instances/connection";
import type { Instance } from "../../src/instances/instance";
import { createKinds } from "../../src/instances/kinds/registry";
import { createStore } from "../../src/instances/memoryStore";
import type { WriteScope } from "../../src/instances/store";
import { createRosters } from "../../src/ui/instance/roster";
import type { TreeNode } from "../../src/ui/tree/nodes";
import { medianMs, round } from "./measure";

const connection: Connection = { source: "profile", profile: "bench", region: "us-east-1" };
const scope: WriteScope = { connectionKey: connectionKey(connection), generation: 1 };
const kind = "supplyChain";
/** As many as a service gives at a time. */
const pageSize = 100;

export interface TreeFigures {
  readonly instances: number;
  /** From a full store to the rows that VS Code asks for first: the tree has seen none of it. */
  readonly firstChildrenMs: number;
  /** The same for plain items: an object with a label and an id for each row, and nothing to order. */
  readonly plainChildrenMs: number;
  /** One instance that changes, until its row is made. */
  readonly changeMs: number;
  readonly rowsDrawnByChange: number;
  /** One instance that fails: it moves to the top and is counted. */
  readonly failureMs: number;
  /** A listing of all that says what was known, with all of its events. */
  readonly refreshMs: number;
  readonly rowsDrawnByRefresh: number;
  /** The longest that the tree kept anything else from running, of all of the above and of the listing's pages. */
  readonly longestBlockMs: number;
  /** What an instance takes in store and tree, beside what it takes as it came. */
  readonly bytesAnInstance: number;
  readonly bytesAPlainItem: number;
}

/** The tree by itself, over a store that is filled as the sync fills it. */
export async function measureTree(
  counts: readonly number[] = [100, 1_000, 10_000, 100_000],
): Promise<readonly TreeFigures[]> {
  const figures: TreeFigures[] = [];
  for (const count of counts) figures.push(await measureOne(count));
  return figures;
}

async function measureOne(count: number): Promise<TreeFigures> {
  const bytesAPlainItem = await bytesFor(count, () => plainItems(count));
  const bytesAnInstance = await bytesFor(count, () => openFilled(count));
  const blocks: number[] = [];
  const timed = <T>(work: () => T): T => {
    const started = performance.now();
    const result = work();
    blocks.push(performance.now() - started);
    return result;
  };
  const firsts: number[] = [];
  for (let run = 0; run < 5; run++) {
    const { tree } = await fill(count, { isSeen: false });
    const started = performance.now();
    blocks.push(await longestBlock(() => drawAll(tree)));
    firsts.push(performance.now() - started);
  }
  const world = await fill(count, { isSeen: true, timed });
  await drawAll(world.tree);
  const inView = world.shownIndexes();
  let turn = 0;
  let drawnRows = 0;
  const redraw = (nodes: readonly (TreeNode | undefined)[]) => {
    for (const node of nodes) {
      if (node) world.tree.row(node);
      drawnRows += node ? 1 + drawNow(world.tree, node) : drawNow(world.tree, undefined);
    }
  };
  world.onChange((nodes) => redraw(nodes));
  const change = (state: string, phase: Instance["phase"]) => {
    drawnRows = 0;
    const index = inView[(turn += 7) % inView.length] ?? 0;
    world.store.put(scope, { ...instanceAt(index), state, phase });
  };
  const changeMs = await medianMs(101, () =>
    timed(() => change(turn % 2 === 0 ? "Deleting" : `Busy ${turn}`, "deleting")),
  );
  const rowsDrawnByChange = drawnRows;
  const failureMs = await medianMs(11, () => timed(() => change(`Failed ${turn}`, "createFailed")));
  world.list();
  const refreshMs = await medianMs(5, () => world.list(timed));
  drawnRows = 0;
  world.list();
  return {
    instances: count,
    firstChildrenMs: round(firsts.sort((a, b) => a - b)[2] ?? Number.NaN),
    plainChildrenMs: round(await medianMs(5, () => plainItems(Math.min(count, 500)))),
    changeMs: round(changeMs),
    rowsDrawnByChange,
    failureMs: round(failureMs),
    refreshMs: round(refreshMs),
    rowsDrawnByRefresh: drawnRows,
    longestBlockMs: round(Math.max(...blocks)),
    bytesAnInstance,
    bytesAPlainItem,
  };
}

type Timed = <T>(work: () => T) => T;

async function fill(
  count: number,
  { isSeen, timed = (work) => work() }: { readonly isSeen: boolean; readonly timed?: Timed },
) {
  const store = createStore();
  const rosters = createRosters(store);
  const kinds = createKinds({ chimeApi: () => "identity" });
  const operations = { list: () => [], get: () => undefined };
  const tree = new InstanceTree({ store, rosters, operations, kinds, clock: systemClock });
  store.setConnections([connection]);
  store.setConnected(scope, { accountId: "123456789012", isLoopback: false });
  // The status bar counts from the start, whether or not somebody looks at the tree.
  rosters.of(scope.connectionKey, kind);
  const instances = Array.from({ length: count }, (_, index) => instanceAt(index));
  let hear: (nodes: readonly (TreeNode | undefined)[]) => void = () => undefined;
  let isListening = isSeen;
  store.onDidChange((change) => {
    if (isListening) hear(tree.nodesOf(change));
  });
  const list = (each: Timed = (work) => work()) => {
    const listing = store.beginListing(scope, kind);
    for (let start = 0; start < count; start += pageSize)
      each(() => listing.addPage(instances.slice(start, start + pageSize)));
    each(() => listing.finish(false));
  };
  if (isSeen) {
    await drawAll(tree);
    // The view coalesces: of the pages that come while it draws it hears once.
    isListening = false;
    list(timed);
    isListening = true;
    timed(() => hear(tree.nodesOf({ type: "listing", connectionKey: scope.connectionKey, kind })));
  } else list();
  const chime = store.beginListing(scope, "chime");
  chime.finish(false);
  const shownIndexes = () =>
    [...tree.children(tree.children(tree.children()[0])[0])].flatMap((node) =>
      node.type === "instance" ? [Number(node.id.slice(-12))] : [],
    );
  return { store, tree, list, shownIndexes, onChange: (listener: typeof hear) => void (hear = listener) };
}

async function openFilled(count: number) {
  const world = await fill(count, { isSeen: false });
  await drawAll(world.tree);
  return world;
}

/** As VS Code does it, which waits for children. */
async function drawAll(tree: InstanceTree, parent?: TreeNode): Promise<void> {
  if (parent && !isParent(parent)) return;
  await tree.prepared(parent);
  for (const child of tree.children(parent)) {
    tree.row(child);
    await drawAll(tree, child);
  }
}

function drawNow(tree: InstanceTree, parent: TreeNode | undefined): number {
  if (parent && !isParent(parent)) {
    tree.row(parent);
    return 0;
  }
  const children = tree.children(parent);
  let rows = children.length;
  for (const child of children) {
    tree.row(child);
    rows += drawNow(tree, child);
  }
  return rows;
}

function isParent({ type }: TreeNode): boolean {
  return type === "connection" || type === "kind";
}

/** In milliseconds: how long nothing else could run while it worked. */
async function longestBlock(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let isDone = false;
  const tick = () => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    if (!isDone) setImmediate(tick);
  };
  setImmediate(tick);
  await work();
  isDone = true;
  await setImmediatePromise();
  return Math.max(longest, performance.now() - last);
}

function plainItems(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    id: `plain ${index}`,
    label: `instance-${index}`,
    source: instanceAt(index),
  }));
}

/** What is left of memory after everything else was collected; run node with --expose-gc, or it is only near. */
async function bytesFor(count: number, make: () => unknown): Promise<number> {
  const collect = () => globalThis.gc?.();
  collect();
  const before = process.memoryUsage().heapUsed;
  const kept = await make();
  collect();
  const bytes = Math.round((process.memoryUsage().heapUsed - before) / count);
  // Kept until it was measured.
  return kept === undefined ? Number.NaN : bytes;
}

function instanceAt(index: number): Instance {
  // As names come: in no order.
  const id = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
  const name = `instance-${(index * 7_919) % 1_000_003}`;
  return {
    kind,
    id,
    arn: `arn:aws:scn:us-east-1:123456789012:instance/${id}`,
    name,
    state: "Active",
    phase: "ready",
    createdAt: Date.UTC(2026, 0, 1) + index,
    values: { instanceName: name },
    raw: {},
  };
}
