import { test } from "node:test";
import fc from "fast-check";
import { groupings } from "../../../../src/features/instances/arrangement";
import { sortOrders } from "../../../../src/features/instances/treeOrder";
import { connectionKey, type Connection } from "../../../../src/instances/connection";
import type { Phase } from "../../../../src/instances/instance";
import type { OperationRecord } from "../../../../src/operations/operationRecord";
import { prod, supplyChain } from "../treeWorld";
import { account, boom, openWindow, settle, staging } from "./drawnWindow";

type World = ReturnType<typeof openWindow>;
interface Step {
  readonly name: string;
  readonly run: (world: World) => unknown;
}

const kind = fc.constantFrom("supplyChain", "chime");
const connection = fc.constantFrom(prod, staging);
const id = fc.constantFrom("1", "2", "3", "4", "5");
const instance = fc
  .record({
    id,
    name: fc.constantFrom("a", "b", ""),
    phase: fc.constantFrom<Phase>("ready", "creating", "createFailed", "deleting"),
    createdAt: fc.nat(3),
  })
  .map(({ id, name, ...rest }) => supplyChain({ id, name: name && name + id, ...rest, state: rest.phase }));
const operations: readonly (Partial<OperationRecord> & Pick<OperationRecord, "id">)[] = [
  { id: "create", type: "create", kind: "supplyChain", connection: prod },
  { id: "made", type: "create", kind: "supplyChain", connection: prod, created: { id: "3", arn: "3" } },
  { id: "recreate", type: "recreate", kind: "supplyChain", connection: prod, target: { id: "1", arn: "1" } },
  { id: "delete", type: "delete", kind: "chime", connection: staging, target: { id: "2", arn: "2" } },
];
const step = (name: string, run: Step["run"]): Step => ({ name, run, toString: () => name }) as Step;
const nameOf = ({ profile }: Connection) => profile;

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(connection, kind, instance).map(([at, of, one]) =>
      step(`cloud has ${nameOf(at)}/${of}/${one.id} ${one.name} ${one.phase}`, ({ inCloud }) => {
        const all = inCloud(at, of);
        const index = all.findIndex((each) => each.id === one.id);
        if (index < 0) all.push({ ...one, kind: of });
        else all[index] = { ...one, kind: of };
      }),
    ),
  },
  fc.tuple(connection, kind, id).map(([at, of, gone]) =>
    step(`cloud lost ${nameOf(at)}/${of}/${gone}`, ({ inCloud }) => {
      const all = inCloud(at, of);
      const index = all.findIndex((each) => each.id === gone);
      if (index >= 0) all.splice(index, 1);
    }),
  ),
  {
    weight: 3,
    arbitrary: fc
      .tuple(connection, kind, fc.constantFrom(1, 2, 9))
      .map(([at, of, budget]) =>
        step(`list ${nameOf(at)}/${of} up to ${budget}`, (world) => world.list(at, of, budget)),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(connection, kind)
      .map(([at, of]) => step(`listing ${nameOf(at)}/${of} fails`, (world) => world.failListing(at, of))),
  },
  fc
    .tuple(connection, kind)
    .map(([at, of]) => step(`listing ${nameOf(at)}/${of} begins`, (world) => world.begin(at, of))),
  {
    weight: 2,
    arbitrary: fc
      .tuple(connection, kind, id)
      .map(([at, of, which]) => step(`read ${nameOf(at)}/${of}/${which}`, (world) => world.readOne(at, of, which))),
  },
  fc
    .tuple(connection, kind, id)
    .map(([at, of, which]) =>
      step(`read tags of ${nameOf(at)}/${of}/${which}`, (world) => world.readTags(at, of, which)),
    ),
  fc.constant(step("forget tags", (world) => world.forgetTags())),
  fc
    .tuple(connection, fc.constantFrom("signedOut" as const, "error" as const, "connecting" as const))
    .map(([at, status]) =>
      step(`${nameOf(at)} is ${status}`, ({ store }) =>
        store.setConnectionState(connectionKey(at), { status, error: boom }),
      ),
    ),
  {
    weight: 2,
    arbitrary: fc
      .tuple(connection, fc.constantFrom(account, "222222222222"))
      .map(([at, accountId]) =>
        step(`${nameOf(at)} connects to ${accountId}`, (world) => world.connectTo(at, accountId)),
      ),
  },
  fc
    .constantFrom([prod], [prod, staging], [staging, prod])
    .map((all) =>
      step(`connections ${all.map(nameOf).join(" ")}`, ({ store }) => store.setConnections(structuredClone(all))),
    ),
  fc
    .tuple(
      fc.constantFrom(...operations),
      fc.constantFrom(
        "running" as const,
        "failed" as const,
        "interrupted" as const,
        "succeeded" as const,
        "discarded" as const,
      ),
    )
    .map(([one, status]) => step(`operation ${one.id} ${status}`, (world) => world.operation({ ...one, status }))),
  fc
    .tuple(fc.constantFrom(...groupings), fc.constantFrom(...sortOrders))
    .map(([groupBy, sortBy]) => step(`group ${groupBy} sort ${sortBy}`, (world) => world.arrange({ groupBy, sortBy }))),
  {
    weight: 2,
    arbitrary: fc
      .constantFrom("is:attention", "a", "tag:team=a", "state:creating")
      .map((query) => step(`filter ${query}`, (world) => world.show(query))),
  },
  fc.constant(step("clear filter", ({ filter }) => filter.clear())),
  fc.constant(step("stop search", ({ filter }) => filter.stop())),
  fc.constant(step("search on", ({ filter }) => void filter.searchOn())),
  { weight: 3, arbitrary: fc.constant(step("wait", (world) => world.idle())) },
  { weight: 2, arbitrary: fc.constant(step("turn", () => settle())) },
  fc.boolean().map((value) => step(`hide empty ${value}`, (world) => world.hide(value))),
  fc.boolean().map((value) => step(`batch ${value}`, (world) => world.batch(value))),
  fc
    .tuple(connection, kind, fc.boolean())
    .map(([at, of, value]) =>
      step(`fold ${nameOf(at)}/${of} ${value}`, (world) => world.fold(`${connectionKey(at)}/${of}`, value)),
    ),
  fc
    .tuple(connection, fc.boolean())
    .map(([at, value]) => step(`fold ${nameOf(at)} ${value}`, (world) => world.fold(connectionKey(at), value))),
);

test("Whatever happens, with a search that streams and tags that become known, what was drawn again is what a tree that begins now would show", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { minLength: 3, maxLength: 40, size: "max" }),
      fc.boolean(),
      fc.boolean(),
      async (all, isBegun, isFiltered) => {
        const world = openWindow();
        for (const at of isBegun ? [prod, staging] : []) {
          for (const of of ["supplyChain", "chime"])
            for (const one of ["1", "2", "3", "4"])
              world.inCloud(at, of).push({ ...supplyChain({ id: one, name: `a${one}`, state: "ready" }), kind: of });
          world.connectTo(at, account);
          world.list(at, "supplyChain", 2);
          world.list(at, "chime", 9);
        }
        if (isFiltered) {
          world.show("a");
          await world.idle();
        }
        for (const { run } of all) {
          await run(world);
          // Between two reports of a search, what was found may be more than what is drawn.
          if (!world.isBatching() && world.filter.search?.progress.status !== "searching") world.assertTrue();
        }
        await world.idle();
        world.assertTrue();
      },
    ),
    { numRuns: 150 },
  );
});
