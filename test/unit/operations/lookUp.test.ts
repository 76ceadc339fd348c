import assert from "node:assert/strict";
import { test } from "node:test";
import type { Draft } from "../../../src/instances/draft";
import type { Instance } from "../../../src/instances/instance";
import type { Kind } from "../../../src/instances/kind";
import { newRecord } from "../../../src/operations/newRecord";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import type { Hint, UnreadRecord } from "../../../src/operations/unreadRecord";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, scope } from "./world";
import { RunWorld } from "./runWorld";
import { directory, openWindowWorld } from "./windowWorld";

const minuteMs = 60_000;
const quota = () => refusal("ServiceQuotaExceededException", 402, "Too many");

interface Situation {
  readonly draft?: Draft;
  readonly kind?: (world: RunWorld) => Partial<Kind>;
  readonly left?: Partial<OperationRecord>;
  readonly unread?: readonly UnreadRecord[];
  readonly others?: (mine: OperationRecord, world: RunWorld) => readonly OperationRecord[];
}

/** A resumed create: its first request had no answer, the second one is refused, and so it depends on what `exist` made. */
async function lookUp(exist: (world: RunWorld) => void, situation: Situation = {}) {
  const world = new RunWorld();
  const { draft = draftOf("alpha") } = situation;
  const now = world.clock.now();
  world.cloud.fail("create", quota());
  const others = () => Promise.resolve(situation.others?.(run.record, world) ?? []);
  const run = await world.begin(
    { type: "create", draft },
    {
      left: { attempts: 1, sentAt: now, sentAtService: now, ...situation.left },
      deps: { others, unread: () => situation.unread ?? [] },
      kind: situation.kind?.(world) ?? {},
    },
  );
  exist(world);
  await run.work();
  const { status, error, created } = run.record;
  return { status, code: error?.code, message: error?.message ?? "", found: created?.id, world, run };
}

/** An instance as the request would have made it, and what is different about it. */
function add(
  world: RunWorld,
  options: { ageMs?: number; tags?: Record<string, string>; values?: Record<string, string> } = {},
) {
  const { ageMs = 0, tags = {}, values = {} } = options;
  const { id } = world.cloud.add("ready", "alpha", { tags, createdAt: world.clock.now() - ageMs });
  Object.assign(world.cloud.resources.get(id)!.values, values);
  return id;
}

test("The instance that the lost request made is found, and nothing is sent in its place", async () => {
  const { status, found, run } = await lookUp(add);
  assert.deepEqual([status, found], ["succeeded", "i-1"]);
  assert.ok(run.record.history.some(({ text }) => text === "Found i-1"));
});

test("Where nothing like it comes to light within a minute, the refusal counts", async () => {
  const { status, code, message, world, run } = await lookUp(() => undefined);
  assert.deepEqual([status, code, message], ["failed", "ServiceQuotaExceededException", "Too many"]);
  assert.equal(world.waitedMs, 59_000);
  const told = run.record.history.map(({ text }) => text).filter((text) => text.includes("again"));
  assert.deepEqual(
    told,
    [2, 4, 8, 15, 30].map((seconds) => `Too many Looking for the instance again in ${seconds} s.`),
  );
});

test("An instance that another operation made is not taken for one's own, however alike they are", async () => {
  const { status, found } = await lookUp(add, {
    others: (mine) => [{ ...mine, id: "other", created: { id: "i-1", arn: "i-1" }, status: "succeeded" }],
  });
  assert.deepEqual([status, found], ["failed", undefined]);
});

test("What this operation itself has on record claims nothing from it", async () => {
  const { found } = await lookUp(add, { others: (mine) => [mine] });
  assert.equal(found, "i-1");
});

test("An instance with other values is not taken for one's own", async () => {
  for (const [values, draft] of [
    [{ domain: "colleague" }, draftOf("alpha")],
    [{}, draftOf("alpha", { values: { name: "alpha", domain: "mine" } })],
  ] as const)
    assert.equal((await lookUp((world) => void add(world, { values }), { draft })).status, "failed");
});

test("What the service chose where the draft says nothing does not hide the instance, unless it can be edited", async () => {
  for (const [editable, status] of [
    [false, "succeeded"],
    [true, "failed"],
  ] as const) {
    const kind = ({ cloud }: RunWorld) => ({
      fields: cloud.kind.fields.map((field) => ({ ...field, editable: editable || field.id === "name" })),
    });
    const result = await lookUp((world) => void add(world, { values: { domain: "chosen" } }), { kind });
    assert.equal(result.status, status);
  }
});

test("An instance that is being deleted, or is gone, is not taken for one's own", async () => {
  for (const phase of ["deleting", "deleted", "gone"] as const) {
    const { status } = await lookUp(
      (world) => {
        world.cloud.isInstant = false;
        world.cloud.resources.get(add(world))!.phase = phase === "gone" ? "ready" : phase;
      },
      {
        kind: ({ cloud }) => ({
          // Listings lag: it is still in them.
          findByName: () => Promise.resolve([{ ...(cloud.resources.get("i-1") as unknown as Instance) }]),
          ...(phase === "gone" ? { get: () => Promise.resolve(undefined) } : {}),
        }),
      },
    );
    assert.equal(status, "failed", phase);
  }
});

test("An instance's age must fit the request by the service's clock; where that is in doubt nothing is adopted", async () => {
  for (const [ageMs, code] of [
    [-minuteMs, undefined],
    [0, undefined],
    [10_000, undefined],
    [10_001, "OutcomeUnknown"],
    [5 * minuteMs, "OutcomeUnknown"],
    [5 * minuteMs + 1, "ServiceQuotaExceededException"],
  ] as const) {
    const result = await lookUp((world) => void add(world, { ageMs }));
    assert.equal(result.code, code, `${ageMs} ms`);
    if (code !== "OutcomeUnknown") continue;
    assert.equal(result.status, "interrupted");
    assert.match(
      result.message,
      /^Instance i-1 may be the one.*may have been there before the request was sent\. Check it/,
    );
  }
  const ageless = await lookUp(add, {
    kind: ({ cloud }) => ({
      get: async (...call) => {
        const instance = await cloud.kind.get(...call);
        if (!instance) return undefined;
        const { createdAt, ...rest } = instance;
        assert.ok(createdAt !== undefined);
        return rest;
      },
    }),
  });
  assert.match(ageless.message, /does not say when it was created/);
});

test("Tags tell an instance of ours from another's; those that AWS sets itself do not", async () => {
  const draft = draftOf("alpha", { tags: { team: "a" } });
  for (const [tags, code] of [
    [{ team: "a" }, undefined],
    [{ team: "a", "aws:cloudformation:stack-name": "s" }, undefined],
    [{ team: "b" }, "ServiceQuotaExceededException"],
    [{}, "ServiceQuotaExceededException"],
    [{ team: "a", env: "prod" }, "OutcomeUnknown"],
  ] as const) {
    const result = await lookUp((world) => void add(world, { tags }), { draft });
    assert.equal(result.code, code, JSON.stringify(tags));
    if (code === "OutcomeUnknown") assert.match(result.message, /i-1.*has tags that were not asked for\. Check it/);
  }
});

test("Tags that may not be read leave the outcome unknown; tags that cannot be read just now are waited for", async () => {
  const refusing = await lookUp(add, {
    kind: () => ({ listTags: () => Promise.reject(refusal("AccessDeniedException", 403)) }),
  });
  assert.equal(refusing.code, "OutcomeUnknown");
  assert.match(refusing.message, /its tags could not be read\./);
  let tries = 0;
  const busy = await lookUp(add, {
    kind: ({ cloud }) => ({
      listTags: (...call) =>
        ++tries === 1 ? Promise.reject(refusal("InternalServerException", 500)) : cloud.kind.listTags(...call),
    }),
  });
  assert.deepEqual([busy.status, busy.found], ["succeeded", "i-1"]);
});

test("Two instances that both could be the one we made stop the operation, and both are named", async () => {
  const { status, code, message } = await lookUp((world) => {
    add(world);
    add(world);
  });
  assert.deepEqual([status, code], ["interrupted", "OutcomeUnknown"]);
  assert.match(message, /^There are 2 new instances.*: i-1, i-2\. Check them, then discard/);
});

test("An unfinished operation that asked for the same leaves the outcome unknown, and is named", async () => {
  const sibling = (mine: OperationRecord): OperationRecord => ({ ...mine, id: "other", status: "interrupted" });
  for (const change of [
    {},
    { status: "running" },
    { status: "discarded", updatedAt: Number.MAX_SAFE_INTEGER },
    { type: "recreate" },
    // Its values are gone with it; what it was called is all that is left.
    { status: "discarded", updatedAt: Number.MAX_SAFE_INTEGER, draft: undefined },
  ] as const) {
    const result = await lookUp(add, { others: (mine) => [{ ...sibling(mine), ...change }] });
    assert.equal(result.code, "OutcomeUnknown", JSON.stringify(change));
    assert.match(
      result.message,
      /another operation that asked for the same.*create alpha, started 2026-01-02T03:04:05/,
    );
  }
});

test("An operation that cannot have made the same is no reason for doubt", async () => {
  const different: Record<string, (mine: OperationRecord) => Partial<OperationRecord>> = {
    "knows what it made": () => ({ created: { id: "i-9", arn: "i-9" } }),
    "never sent a request": () => ({ sentAt: undefined }),
    "is at another step": () => ({ step: "follow" }),
    "is no create": () => ({ type: "edit" }),
    "has succeeded": () => ({ status: "succeeded" }),
    "has failed": () => ({ status: "failed" }),
    "was discarded before": ({ createdAt }) => ({ status: "discarded", updatedAt: createdAt - 1 }),
    "is in another account": () => ({ accountId: "999999999999" }),
    "is of another kind": () => ({ kind: "chime" }),
    "is in another Region": () => ({ place: { ...scope.place, region: "eu-west-1" } }),
    "is in another Region, by an earlier version": ({ connection }) => ({
      place: undefined,
      connection: { ...connection, region: "eu-west-1" },
    }),
    "kept its label only, which is another": () => ({ draft: undefined, label: "beta" }),
    "has another value": () => ({ draft: draftOf("alpha", { values: { name: "beta" } }) }),
    "has one value more": () => ({ draft: draftOf("alpha", { values: { name: "alpha", domain: "d" } }) }),
    "has one value less": () => ({ draft: draftOf("alpha", { values: {} }) }),
    "has other tags": () => ({ draft: draftOf("alpha", { tags: { team: "b" } }) }),
  };
  for (const [what, change] of Object.entries(different)) {
    const others = (mine: OperationRecord): readonly OperationRecord[] => [
      { ...mine, id: "other", status: "interrupted", ...change(mine) },
    ];
    const result = await lookUp(add, { others });
    assert.deepEqual([result.status, result.found], ["succeeded", "i-1"], what);
  }
});

test("A create of the same kind and account that a newer version recorded leaves the outcome unknown, and is named", async () => {
  const { accountId, kind, connection, place } = scope;
  const about = { accountId, kind, connection, place, type: "create", label: "gamma" };
  const lookUpBeside = (hint: Hint | undefined) =>
    lookUp(add, { unread: [{ id: "later", message: "It was written by a newer version.", about: hint }] });
  for (const hint of [
    about,
    { ...about, type: "recreate" },
    { ...about, type: "clone" },
    { ...about, type: undefined },
    { ...about, kind: undefined },
    { ...about, accountId: undefined },
    {},
  ]) {
    const { status, code, message } = await lookUpBeside(hint);
    assert.deepEqual([status, code], ["interrupted", "OutcomeUnknown"], JSON.stringify(hint));
    const name = "label" in hint ? "gamma" : "later";
    assert.ok(
      message.includes(`cannot be read may have created it (${name}: It was written by a newer version.).`),
      message,
    );
  }
  assert.equal((await lookUpBeside(undefined)).code, "OutcomeUnknown");
  for (const hint of [
    { ...about, type: "delete" },
    { ...about, type: "edit" },
    { ...about, type: "tags" },
    { ...about, kind: "other" },
    { ...about, accountId: "999999999999" },
    { ...about, place: { region: "eu-west-1" } },
    { ...about, place: undefined, connection: { region: "eu-west-1" } },
    { ...about, created: { id: "i-9" } },
  ]) {
    const { status, found } = await lookUpBeside(hint);
    assert.deepEqual([status, found], ["succeeded", "i-1"], JSON.stringify(hint));
  }
  // It says itself what it has made.
  assert.equal((await lookUpBeside({ ...about, created: { id: "i-1" } })).status, "failed");
});

test("What a newer version has on disk is asked for when an instance is looked for", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open({ timing: { retryDelaysMs: [] } });
  world.cloud.fail("create", reset(), { isCommitted: true });
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await window.untilIdle(id);
  const later = { ...(await world.onDisk(id)), version: 99, id: "later", shape: "unlike ours" };
  world.disk.writeFileSync(`${directory}/later.json`, JSON.stringify(later));
  world.cloud.fail("create", quota());
  await window.resume(id);
  const { status, error } = await window.untilIdle(id);
  assert.deepEqual([status, error?.code], ["interrupted", "OutcomeUnknown"]);
  assert.match(error?.message ?? "", /alpha: .*later\.json was written by a newer version/);
});

/** A recreate whose failed instance is deleted by now, before its create is sent for the first time. */
async function recreateBeside(
  exist: (world: RunWorld) => void,
  situation: Omit<Situation, "left"> & { readonly since?: number | undefined } = {},
) {
  const world = new RunWorld();
  const since = "since" in situation ? situation.since : world.clock.now();
  const others = () => Promise.resolve(situation.others?.(run.record, world) ?? []);
  const target = { id: "i-0", arn: "arn:fake:i-0" };
  const { draft = draftOf("alpha") } = situation;
  const run = await world.begin(
    { type: "recreate", draft, target },
    { left: { step: "create", firstSentAtService: since }, deps: { others }, kind: situation.kind?.(world) ?? {} },
  );
  exist(world);
  await run.work();
  const { status, error } = run.record;
  return { status, code: error?.code, message: error?.message ?? "", tokens: world.cloud.tokens.length };
}

test("A recreate stops where somebody else has created one of the same name since, and nothing is created", async () => {
  for (const options of [
    { values: { domain: "theirs" } },
    { tags: { team: "theirs" } },
    { ageMs: 10_000, tags: { a: "b" } },
  ]) {
    const result = await recreateBeside((world) => void add(world, options));
    assert.deepEqual([result.status, result.code, result.tokens], ["failed", "StateChanged", 0]);
    assert.match(
      result.message,
      /somebody else has created i-1 under its name.*Nothing was created here; the draft is kept/,
    );
  }
});

test("A recreate is not stopped by what nobody can have made in its place", async () => {
  const situations: Record<string, Promise<{ readonly status: string; readonly tokens: number }>> = {
    "nothing of its name": recreateBeside(() => undefined),
    "older than the deletion": recreateBeside((world) => void add(world, { ageMs: 10_001, tags: { a: "b" } })),
    "as it wants it: the token gives the same": recreateBeside(add),
    "claimed by another operation": recreateBeside((world) => void add(world, { tags: { a: "b" } }), {
      others: (mine) => [{ ...mine, id: "other", created: { id: "i-1", arn: "i-1" } }],
    }),
    "the failed one itself": recreateBeside((world) => {
      add(world, { tags: { a: "b" } });
      const resource = world.cloud.resources.get("i-1")!;
      world.cloud.resources.clear();
      world.cloud.resources.set("i-0", { ...resource, id: "i-0" });
    }),
    "being deleted": recreateBeside((world) => {
      world.cloud.isInstant = false;
      world.cloud.resources.get(add(world, { tags: { a: "b" } }))!.phase = "deleting";
      world.cloud.before = () => {
        world.cloud.isInstant = world.cloud.tokens.length > 0;
      };
    }),
    "no name to look for": recreateBeside((world) => void add(world, { tags: { a: "b" } }), {
      draft: { kind: "fake", values: {}, tags: {} },
    }),
    "no time to compare with": recreateBeside((world) => void add(world, { tags: { a: "b" } }), { since: undefined }),
    "may not list": recreateBeside((world) => void add(world, { tags: { a: "b" } }), {
      kind: () => ({ findByName: () => Promise.reject(refusal("AccessDeniedException", 403)) }),
    }),
  };
  for (const [what, situation] of Object.entries(situations)) {
    const { status, tokens } = await situation;
    assert.deepEqual([status, tokens], ["succeeded", 1], what);
  }
});

test("A create knows from its record alone that nothing was sent, and then looks for nothing", async () => {
  const world = new RunWorld();
  const record = newRecord(scope, { type: "create", draft: draftOf("alpha") }, world.cloud.kind, 0);
  assert.equal(record.sentAt, undefined);
  world.cloud.fail("create", quota());
  const run = await world.begin({ type: "create", draft: draftOf("alpha") }, { left: {} });
  add(world);
  await run.work();
  assert.deepEqual([run.record.status, world.waitedMs], ["failed", 0]);
});
