import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { CancelledError } from "../../../../src/core/errors";
import { FilterSearch } from "../../../../src/features/instances/filterSearch";
import { matchesTags, parseFilter } from "../../../../src/features/instances/instanceFilter";
import { KnownTags } from "../../../../src/features/instances/knownTags";
import { searchMessage } from "../../../../src/features/instances/searchText";
import type { Sessions } from "../../../../src/instances/connection";
import { createRosters } from "../../../../src/ui/instance/roster";
import { createWorld, sandboxConnection, sandboxKey } from "../../instances/world";

/** A sandbox with 300 instances and one that failed after them; the view has listed the first 40. */
async function openSearch(t: TestContext) {
  const world = await createWorld(t, { pageBudget: 40 });
  const { control } = world.sandbox;
  await control.addResources({ kind: "supplyChain", count: 300, namePrefix: "bulk" });
  await control.addResources({ kind: "supplyChain", count: 1, namePrefix: "lost", failure: "no", tags: { team: "x" } });
  await control.addResources({ kind: "chime", count: 3, namePrefix: "chat" });
  const rosters = createRosters(world.store);
  const tags = new KnownTags(world);
  world.sync.setConnections([sandboxConnection]);
  await world.sync.refresh();
  const said: string[] = [];
  let passed = 0;
  const searchFor = (
    query: string,
    onChange: (search: FilterSearch) => void = () => undefined,
    sessions: Sessions = world.sessions,
  ) => {
    const parsed = parseFilter(query);
    assert.ok("filter" in parsed);
    const search: FilterSearch = new FilterSearch(parsed.filter, {
      ...world,
      sessions,
      rosters,
      tags,
      // Each page is said, as if time passed between them.
      clock: { monotonic: () => (passed += 1_000) },
      onChange: () => {
        said.push(searchMessage(search, search.found(sandboxKey, "supplyChain").length));
        onChange(search);
      },
    });
    return search;
  };
  const names = (search: FilterSearch, kind = "supplyChain") =>
    search
      .found(sandboxKey, kind)
      .filter((instance) => matchesTags(search.filter, tags.of(sandboxKey, kind, instance)))
      .map(({ name }) => name);
  return { world, control, searchFor, names, said, tags };
}

test("What needs attention is found beyond what was listed, by one request: the service filters by state", async (t) => {
  const { world, searchFor, names, said } = await openSearch(t);
  const before = await world.count("ListInstances");
  const search = searchFor("is:attention");
  await search.run();
  assert.deepEqual(names(search), ["lost-1"]);
  assert.equal(await world.count("ListInstances"), before + 1);
  assert.equal(await world.count("ListAppInstances"), 1, "app instances have no state");
  assert.equal(
    search.foundOne(sandboxKey, "supplyChain", search.found(sandboxKey, "supplyChain")[0]!.id)?.name,
    "lost-1",
  );
  assert.match(said[0] ?? "", /^Filter: Needs attention\. 0 found\. Searching…$/);
  assert.match(said.at(-1) ?? "", /1 found\. Searched all/);
});

test("A name is looked for on all pages, those that are called exactly so come with the first answer, and results stream", async (t) => {
  const { searchFor, names, said, world } = await openSearch(t);
  const seen: number[] = [];
  const search: FilterSearch = searchFor("bulk-299", () => seen.push(names(search).length));
  await search.run();
  assert.deepEqual(names(search), ["bulk-299"]);
  assert.ok(said.length > 1);
  assert.match(said.at(-1) ?? "", /Searched all 304\.$/);
  const partial = searchFor("bulk-29");
  await partial.run();
  assert.equal(names(partial).length, 10);
  assert.ok((await world.count("ListInstances")) > 30);
});

test("What is listed in full is not asked for again", async (t) => {
  const { world, searchFor } = await openSearch(t);
  const before = await world.count("ListAppInstances");
  await searchFor("chat").run();
  assert.equal(await world.count("ListAppInstances"), before);
});

test("A search that is stopped keeps what it has found, says so, asks for no more, and can be gone on with", async (t) => {
  const { world, searchFor, names, said } = await openSearch(t);
  let isStopped = false;
  const search: FilterSearch = searchFor("bulk", ({ progress }) => {
    if (isStopped || progress.searched < 100) return;
    isStopped = true;
    search.stop();
  });
  const before = await world.count("ListInstances");
  await search.run();
  assert.equal(search.progress.status, "stopped");
  const found = names(search).length;
  assert.ok(found >= 40 && found < 100, String(found));
  assert.ok((await world.count("ListInstances")) <= before + 7);
  assert.match(said.at(-1) ?? "", /Stopped after 1\d\d\.$/);
  await search.run();
  assert.equal(search.progress.status, "done");
  assert.equal(names(search).length, 260);
  assert.ok(
    said.some((text) => /Searched [\d,]+ of sandbox · us-east-1, still reading…$/.test(text)),
    said.join("\n"),
  );
});

test("Tags are read one by one, for what matches otherwise, and once", async (t) => {
  const { world, searchFor, names, said } = await openSearch(t);
  const search = searchFor("lost tag:team=x");
  await search.run();
  assert.deepEqual(names(search), ["lost-1"]);
  assert.equal(await world.count("ListTagsForResource"), 1);
  assert.match(said.at(-1) ?? "", /Read the tags of 1 of 1, one by one\./);
  await search.run();
  assert.equal(await world.count("ListTagsForResource"), 1);
  const other = searchFor("tag:team");
  await other.run();
  assert.deepEqual(names(other), ["lost-1"]);
  assert.equal(await world.count("ListTagsForResource"), 304);
});

test("Tags that were changed are read anew where they were known: their instance stays, or goes, as it should", async (t) => {
  const { world, searchFor, names, tags } = await openSearch(t);
  const search = searchFor("lost tag:team=x");
  await search.run();
  const kind = world.kinds.get("supplyChain")!;
  const [instance] = search.found(sandboxKey, "supplyChain");
  assert.ok(instance);
  const target = { connection: sandboxConnection, kind: kind.id, instance };
  const session = await world.sessions.open(sandboxConnection);
  const { signal } = new AbortController();
  await kind.setTags(session, instance, { stage: "test" });
  await tags.readAgain(target, signal);
  assert.deepEqual(names(search), ["lost-1"]);
  await kind.setTags(session, instance, { team: "y" });
  await tags.readAgain(target, signal);
  assert.deepEqual(names(search), []);
  const reads = await world.count("ListTagsForResource");
  await tags.readAgain({ ...target, instance: { ...instance, id: "another" } }, signal);
  assert.equal(await world.count("ListTagsForResource"), reads, "nobody wanted those");
});

test("What has gone meanwhile is not found again by the next search, nor when all has been listed", async (t) => {
  const { world, control, searchFor, names } = await openSearch(t);
  await control.addResources({ kind: "chime", count: 60, namePrefix: "room" });
  await world.sync.refresh();
  const search = searchFor("room-59");
  const other = searchFor("room-59");
  for (const each of [search, other]) {
    await each.run();
    assert.deepEqual(names(each, "chime"), ["room-59"]);
  }
  const kind = world.kinds.get("chime")!;
  await kind.delete(await world.sessions.open(sandboxConnection), search.found(sandboxKey, "chime")[0]!.id, {});
  await search.run();
  assert.deepEqual(names(search, "chime"), []);
  await world.sync.loadAll(sandboxKey, "chime", new AbortController().signal);
  assert.deepEqual(names(other, "chime"), []);
});

test("A connection whose sign-in is cancelled is not said to have been searched", async (t) => {
  const { world, searchFor, said } = await openSearch(t);
  const sessions = { ...world.sessions, current: () => undefined, open: () => Promise.reject(new CancelledError()) };
  await searchFor("bulk", () => undefined, sessions).run();
  assert.match(said.at(-1) ?? "", /Not searched: sandbox · us-east-1 \(cancelled\)\.$/);
});

test("What cannot be searched is said, with the reason, and the rest is searched", async (t) => {
  const { control, searchFor, world, said, names } = await openSearch(t);
  await control.addFault("ListInstances", { kind: "status", status: 403, code: "AccessDeniedException" }, 9);
  const search = searchFor("chat");
  await search.run();
  assert.match(said.at(-1) ?? "", /Not searched: Supply Chain of sandbox · us-east-1 \(.+\)\.$/);
  world.store.setConnectionState(sandboxKey, { status: "signedOut", error: new Error("expired") });
  assert.deepEqual(names(search), [], "what another account may have said is not shown");
  await search.run();
  assert.match(said.at(-1) ?? "", /Not searched: sandbox · us-east-1 \(not signed in\)\.$/);
});
