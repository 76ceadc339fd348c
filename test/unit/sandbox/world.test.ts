import assert from "node:assert/strict";
import { test } from "node:test";
import { cutPage } from "../../../src/sandbox/paging";
import type { StoredResource } from "../../../src/sandbox/resource";
import { World } from "../../../src/sandbox/world";

const place = { kind: "chime", accountId: "123456789012", region: "us-east-1" };
const nowMs = 1_700_000_000_000;

/** Counts how often somebody looks whether it is still there. */
class WatchedResources {
  looks = 0;
  readonly list: StoredResource[];

  constructor(count: number) {
    const world = new World([]);
    for (let number = 0; number < count; number++)
      world.insert({
        ...place,
        arn: (id) => `arn:${id}`,
        name: `n${number}`,
        principal: null,
        createdMs: nowMs,
        creationMs: 0,
      });
    const onLook = () => (this.looks += 1);
    this.list = world.all.map((resource) =>
      Object.defineProperty({ ...resource }, "deletion", {
        get: () => {
          onLook();
          return null;
        },
      }),
    );
  }
}

function pageThrough(world: World, limit: number): string[] {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page = cutPage((after) => world.live(place, nowMs, after), { token, limit, scope: "all" });
    assert.ok(page);
    names.push(...page.items.map(({ name }) => name ?? ""));
    token = page.nextToken;
  } while (token !== undefined);
  return names;
}

test("Paging through all looks at each once, and once more at the first of each page", () => {
  for (const count of [1, 50, 51, 5000]) {
    const watched = new WatchedResources(count);
    const names = pageThrough(new World(watched.list), 50);
    assert.deepEqual(
      names,
      Array.from({ length: count }, (_, index) => `n${index}`),
    );
    assert.equal(watched.looks, count + Math.ceil(count / 50) - 1);
  }
});

test("A page goes on after one that is gone meanwhile, and shows what came since", () => {
  const world = new World([]);
  const insert = (name: string) =>
    world.insert({ ...place, arn: () => "", name, principal: null, createdMs: nowMs, creationMs: 0 });
  const [, second] = ["a", "b", "c"].map(insert);
  const first = cutPage((after) => world.live(place, nowMs, after), { token: undefined, limit: 2, scope: "all" });
  if (second) second.deletion = { requestedMs: nowMs - 1, durationMs: 0, failure: null, lingerMs: 0 };
  insert("d");
  const rest = cutPage((after) => world.live(place, nowMs, after), {
    token: first?.nextToken,
    limit: 2,
    scope: "all",
  });
  assert.deepEqual(
    rest?.items.map(({ name }) => name),
    ["c", "d"],
  );
});
