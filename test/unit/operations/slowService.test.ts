import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceError } from "../../../src/aws/errors";
import type { Instance } from "../../../src/instances/instance";
import type { Kind } from "../../../src/instances/kind";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, targetOf } from "./world";
import { RunWorld } from "./runWorld";

const minuteMs = 60_000;
const forbidden = () => refusal("ForbiddenException", 403, "Not allowed");

interface Situation {
  readonly left?: Partial<OperationRecord>;
  readonly kind?: (world: RunWorld) => Partial<Kind>;
  readonly arrange?: (world: RunWorld) => void;
}

async function carryOut(type: "create" | "delete" | "edit", { left, kind, arrange }: Situation) {
  const world = new RunWorld();
  const target = targetOf(
    type === "create" ? ({ id: "i-0", arn: "i-0" } as Instance) : world.cloud.add("ready", "alpha"),
  );
  const request = {
    create: { type: "create", draft: draftOf("alpha") },
    delete: { type: "delete", target },
    edit: { type: "edit", target, values: { name: "beta" } },
  } as const;
  const run = await world.begin(request[type], { ...(left ? { left } : {}), kind: kind?.(world) ?? {} });
  arrange?.(world);
  await run.work();
  const { status, error } = run.record;
  return { status, code: error?.code, message: error?.message, world, run, calls: world.cloud.calls };
}

/** Reads that show one phase after the other, the last one for ever; `gone`: no instance. */
function reading(...phases: readonly (Instance["phase"] | "gone")[]): (world: RunWorld) => Partial<Kind> {
  let reads = 0;
  return () => ({
    get: () => {
      const phase = phases[Math.min(reads++, phases.length - 1)]!;
      if (phase === "gone") return Promise.resolve(undefined);
      return Promise.resolve({ kind: "fake", id: "i-1", arn: "i-1", phase, values: {}, raw: {} });
    },
  });
}

test("A resumed delete that the service is at, or done with, is not sent again", async () => {
  for (const phase of ["deleting", "deleted"] as const) {
    const { status, calls } = await carryOut("delete", {
      left: { attempts: 1 },
      arrange: ({ cloud }) => (cloud.resources.get("i-1")!.phase = phase),
    });
    assert.equal(status, "succeeded");
    assert.ok(!calls.includes("delete i-1"));
  }
});

test("A delete that was not resumed does not ask before it is sent, and a resumed one of a ready instance is sent", async () => {
  assert.deepEqual((await carryOut("delete", {})).calls[0], "delete i-1");
  assert.ok((await carryOut("delete", { left: { attempts: 1 } })).calls.includes("delete i-1"));
});

test("Where a service has no states a resumed delete is sent again: nothing else tells", async () => {
  const { status, calls } = await carryOut("delete", { left: { attempts: 1 }, kind: () => ({ hasStates: false }) });
  assert.deepEqual([status, calls], ["succeeded", ["delete i-1"]]);
});

test("A refused delete that nothing came before is a failure, even if somebody else has deleted the instance", async () => {
  const { status, code, world } = await carryOut("delete", {
    arrange: ({ cloud }) => {
      cloud.fail("delete", forbidden());
      cloud.resources.clear();
    },
  });
  assert.deepEqual([status, code, world.waitedMs], ["failed", "ForbiddenException", 0]);
});

test("A refused delete that follows a lost attempt of the same call is looked into", async () => {
  const lost = new ServiceError("ForbiddenException", "Not allowed", {
    status: 403,
    isRetryable: false,
    attempts: 2,
    followsLostAttempt: true,
  });
  const { status } = await carryOut("delete", {
    arrange: ({ cloud }) => cloud.fail("delete", lost, { isCommitted: true }),
  });
  assert.equal(status, "succeeded");
});

test("A repeated delete that is refused while the instance stays is a failure, after a minute of looking", async () => {
  const { status, code, message, world } = await carryOut("delete", {
    arrange: ({ cloud }) => {
      cloud.fail("delete", reset());
      cloud.fail("delete", forbidden());
    },
  });
  assert.deepEqual([status, code, message], ["failed", "ForbiddenException", "Not allowed"]);
  // The wait before the second request, and the looks.
  assert.equal(world.waitedMs, 1_000 + 59_000);
});

test("A listing proves a deletion only when it has no line for half a minute, on any of its pages", async () => {
  const other = { kind: "fake", id: "i-9", arn: "i-9", phase: "present", values: {}, raw: {} } as const;
  const listed = { ...other, id: "i-1" };
  const gone = [[other]];
  const there = [[other], [listed]];
  for (const [looks, status] of [
    [[gone], "succeeded"],
    [[there], "failed"],
    [[gone, gone, there, gone], "succeeded"],
    [[gone, gone, gone, gone, gone, there], "failed"],
    [[there, there, there, there, there, gone], "failed"],
    [[there, there, there, there, gone, gone], "succeeded"],
  ] as const) {
    let look = 0;
    const result = await carryOut("delete", {
      kind: () => ({
        hasStates: false,
        list: async function* () {
          await Promise.resolve();
          yield* looks[Math.min(look++, looks.length - 1)]!;
        },
      }),
      arrange: ({ cloud }) => {
        cloud.fail("delete", reset());
        cloud.fail("delete", forbidden());
      },
    });
    assert.equal(result.status, status, looks.map((pages) => pages.length).join(" "));
    assert.equal(look, 6);
  }
});

test("A deletion that is not seen for five minutes is no success, and says what is seen instead", async () => {
  const { status, code, message, world } = await carryOut("delete", { kind: reading("ready") });
  assert.deepEqual([status, code], ["interrupted", "NotDeleted"]);
  assert.equal(message, "The service took the request to delete, but the instance is still there.");
  assert.ok(world.waitedMs >= 5 * minuteMs && world.waitedMs < 7 * minuteMs, `${world.waitedMs} ms`);
  const named = await carryOut("delete", { arrange: ({ cloud }) => (cloud.deleteOutcome = { phase: "ready" }) });
  assert.match(named.message ?? "", /is still ready\.$/);
});

test("A deletion that is seen at last ends the wait, however often reads had shown the instance as it was", async () => {
  const { status } = await carryOut("delete", {
    kind: reading("ready", "ready", "deleting", "ready", "ready", "gone"),
  });
  assert.equal(status, "succeeded");
});

test("A deletion that the service gives up without a word is told in words of our own", async () => {
  const { status, message } = await carryOut("delete", { kind: reading("deleteFailed") });
  assert.deepEqual([status, message], ["failed", "The service could not delete the instance."]);
});

test("What a create ends in is told: active, failed with or without a reason, or deleted while it came up", async () => {
  for (const [phase, status, code, message] of [
    ["ready", "succeeded", undefined, undefined],
    ["present", "succeeded", undefined, undefined],
    ["createFailed", "failed", "CreateFailed", "The service could not create the instance."],
    ["deleting", "failed", "InstanceGone", "Instance i-1 was deleted while it came up."],
    ["deleted", "failed", "InstanceGone", "Instance i-1 was deleted while it came up."],
    ["deleteFailed", "failed", "InstanceGone", "Instance i-1 was deleted while it came up."],
  ] as const) {
    const result = await carryOut("create", { kind: reading("creating", "unknown", phase) });
    assert.deepEqual([result.status, result.code, result.message], [status, code, message], phase);
  }
});

test("A new instance that reads lose for five minutes in a row is gone, and not sooner", async () => {
  const { status, code, message, world } = await carryOut("create", { kind: reading("gone") });
  assert.deepEqual(
    [status, code, message],
    ["failed", "InstanceGone", "Instance i-1 was created, and is no longer there."],
  );
  assert.ok(world.waitedMs >= 5 * minuteMs && world.waitedMs < 7 * minuteMs, `${world.waitedMs} ms`);
});

test("A create whose instance is on record already is not sent again", async () => {
  const { status, world } = await carryOut("create", {
    left: { created: { id: "i-1", arn: "i-1" }, attempts: 1 },
    arrange: ({ cloud }) => void cloud.add("ready", "alpha"),
  });
  assert.deepEqual([status, world.cloud.tokens], ["succeeded", []]);
});

test("What was created is on record with the name that the service gives it, or else the draft's", async () => {
  const named = await carryOut("create", {});
  assert.deepEqual(named.run.record.created, { id: "i-1", arn: "arn:fake:i-1", name: "alpha" });
  const { run } = await carryOut("create", {
    kind: ({ cloud }) => ({
      create: async (...call) => ({ id: (await cloud.kind.create(...call)).id }),
    }),
  });
  assert.deepEqual(run.record.created, { id: "i-1", arn: "i-1", name: "alpha" });
  assert.ok(run.record.history.some(({ text }) => text === "Created i-1"));
});

test("A refused edit fails with the service's reason, and one whose instance stays away for a while with ours", async () => {
  const refusedEdit = await carryOut("edit", { arrange: ({ cloud }) => cloud.fail("update", forbidden()) });
  assert.deepEqual([refusedEdit.status, refusedEdit.code], ["failed", "ForbiddenException"]);
  const gone = await carryOut("edit", { arrange: ({ cloud }) => cloud.resources.clear() });
  assert.deepEqual(
    [gone.status, gone.code, gone.message],
    ["failed", "InstanceGone", "The instance no longer exists."],
  );
  assert.equal(gone.world.waitedMs, 14_000);
  const deleted = await carryOut("edit", {
    arrange: ({ cloud }) => (cloud.resources.get("i-1")!.phase = "deleted"),
  });
  assert.equal(deleted.code, "InstanceGone");
});

test("A conflict that recreate leaves behind in a domain is waited out for a minute, and each wait is told", async () => {
  const draft = { kind: "fake", values: { name: "alpha", domain: "returns" }, tags: {} };
  for (const [times, status] of [
    [5, "succeeded"],
    [6, "failed"],
  ] as const) {
    const world = new RunWorld();
    world.cloud.fail("create", refusal("ConflictException", 409, "In use."), { times });
    const target = { id: "i-0", arn: "i-0" };
    const run = await world.begin({ type: "recreate", draft, target }, { left: { step: "create" } });
    await run.work();
    assert.equal(run.record.status, status);
    const told = run.record.history.map(({ text }) => text).filter((text) => text.includes("Trying again"));
    assert.deepEqual(
      told,
      [2, 4, 8, 15, 30].map((seconds) => `In use. Trying again in ${seconds} s.`),
    );
  }
});

test("A conflict of a recreate without a domain, and any refusal but a conflict, is an answer at once", async () => {
  const withDomain = { name: "alpha", domain: "returns" };
  for (const [values, status] of [
    [{ name: "alpha" }, 409],
    [withDomain, 403],
  ] as const) {
    const world = new RunWorld();
    world.cloud.fail("create", refusal("SomeException", status));
    const target = { id: "i-0", arn: "i-0" };
    const request = { type: "recreate", draft: draftOf("alpha", { values }), target } as const;
    const run = await world.begin(request, { left: { step: "create" } });
    await run.work();
    assert.deepEqual([run.record.status, run.record.error?.code, world.waitedMs], ["failed", "SomeException", 0]);
  }
});
