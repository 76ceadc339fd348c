import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../../src/core/clock";
import type { Kind, KindCallOptions } from "../../../src/instances/kind";
import type { OperationRequest } from "../../../src/operations/operations";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf } from "./world";
import { RunWorld } from "./runWorld";

const hourMs = 60 * 60 * 1000;
const create: OperationRequest = { type: "create", draft: draftOf("alpha") };
const conflict = () => refusal("ConflictException", 409, "In progress");
const quota = () => refusal("ServiceQuotaExceededException", 402);

/** A create that was sent `ageMs` ago, by all clocks, and had no answer. */
function unanswered(world: RunWorld, ageMs: number) {
  const sentAt = world.clock.now() - ageMs;
  return { attempts: 1, sentAt, sentAtService: sentAt, firstSentAtService: sentAt };
}

/** A kind whose first create waits before its bytes leave. */
function slowCreate(world: RunWorld, wait: () => void | Promise<void>): Partial<Kind> {
  let isFirst = true;
  return {
    create: async (session, draft, token, options) => {
      if (isFirst) {
        isFirst = false;
        await wait();
      }
      return world.cloud.kind.create(session, draft, token, options);
    },
  };
}

test("While its token is young a create is repeated at once; when it is not, the instance is looked for first", async () => {
  for (const [ageMs, calls] of [
    [hourMs - 1, ["create"]],
    [hourMs, ["find alpha", "create"]],
  ] as const) {
    const world = new RunWorld();
    const run = await world.begin(create, { left: unanswered(world, ageMs), kind: { hasStates: false } });
    await run.work();
    assert.deepEqual(world.cloud.calls, calls);
    assert.equal(run.record.status, "succeeded");
  }
});

test("A look that found nothing lets a create go for two minutes, and not when a clock was set back since", async () => {
  for (const [waitMs, setBackMs, looks] of [
    [0, 0, 1],
    [119_999, 0, 1],
    [120_000, 0, 2],
    [0, 1, 2],
    [130_000, 130_000, 2],
  ] as const) {
    const world = new RunWorld();
    let backMs = 0;
    const clock: Clock = {
      now: () => world.clock.now() - backMs,
      monotonic: () => world.clock.monotonic(),
      sleep: (...args) => world.clock.sleep(...args),
    };
    const kind = slowCreate(world, async () => {
      if (waitMs > 0) await world.clock.sleep(waitMs);
      backMs = setBackMs;
    });
    const left = unanswered(world, 2 * hourMs);
    const run = await world.begin(create, { left, deps: { clock }, kind: { ...kind, hasStates: false } });
    await run.work();
    assert.equal(run.record.status, "succeeded");
    const found = world.cloud.calls.filter((call) => call.startsWith("find"));
    assert.equal(found.length, looks, `${waitMs} ms, set back by ${setBackMs} ms`);
    assert.equal(world.cloud.tokens.length, 1);
  }
});

test("A look covers one attempt only: the second one of the same call begins with another look", async () => {
  const world = new RunWorld();
  world.cloud.fail("create", reset(), { isRetried: true });
  const left = unanswered(world, 2 * hourMs);
  const run = await world.begin(create, { left, kind: { hasStates: false } });
  await run.work();
  assert.deepEqual(world.cloud.calls, ["find alpha", "find alpha", "create"]);
  assert.ok(run.record.history.some(({ text }) => text.includes("looked for before it is sent again")));
});

test("A second attempt of a first call is sent while the token is young, and put off when hours have passed", async () => {
  for (const [laterMs, calls] of [
    [0, ["create"]],
    [2 * hourMs, ["find alpha", "create"]],
  ] as const) {
    const world = new RunWorld();
    world.cloud.fail("create", reset(), { isRetried: true });
    world.cloud.between = () => world.clock.sleep(laterMs);
    const run = await world.begin(create, { kind: { hasStates: false } });
    await run.work();
    assert.deepEqual(world.cloud.calls, calls);
    assert.equal(run.record.status, "succeeded");
  }
});

test("A first request, however long its credentials take, is not put off: nothing can have been made", async () => {
  const world = new RunWorld();
  const kind = slowCreate(world, () => world.clock.sleep(3 * hourMs));
  const run = await world.begin(create, { kind: { ...kind, hasStates: false } });
  await run.work();
  assert.deepEqual(world.cloud.calls, ["create"]);
});

test("What failed before its bytes left cannot have made anything, so a refusal after it counts at once", async () => {
  const world = new RunWorld();
  const kind = slowCreate(world, () => Promise.reject(reset()));
  world.cloud.fail("create", quota());
  const run = await world.begin(create, { kind });
  await run.work();
  assert.deepEqual([run.record.status, world.waitedMs], ["failed", 1_000]);
});

test("What failed after its bytes left may have made the instance, so a refusal after it is looked into for a minute", async () => {
  const world = new RunWorld();
  world.cloud.fail("create", reset());
  world.cloud.fail("create", quota());
  const run = await world.begin(create);
  await run.work();
  assert.deepEqual([run.record.status, world.waitedMs], ["failed", 1_000 + 59_000]);
});

test("A refusal that answers the first request is final: nobody looks, and nobody waits", async () => {
  for (const error of [quota(), conflict()]) {
    const world = new RunWorld();
    world.cloud.fail("create", error);
    const run = await world.begin(create);
    await run.work();
    assert.deepEqual([run.record.status, run.record.error?.code, world.waitedMs], ["failed", error.name, 0]);
    assert.deepEqual(world.cloud.calls, []);
  }
});

test("A conflict with a request that may still be carried out is waited out, with one token", async () => {
  for (const [times, status] of [
    [5, "succeeded"],
    [6, "failed"],
  ] as const) {
    const world = new RunWorld();
    world.cloud.fail("create", conflict(), { times });
    const run = await world.begin(create, { left: unanswered(world, 0), kind: { hasStates: false } });
    await run.work();
    assert.equal(run.record.status, status);
    assert.equal(world.waitedMs, 59_000);
    assert.ok(new Set(world.cloud.tokens).size <= 1);
  }
});

test("The service's time is asked for before a first request when it is not known, and a refusal to tell is no obstacle", async () => {
  const ask = async (
    offsetMs: number | undefined,
    left: ReturnType<typeof unanswered> | undefined,
    isRefused: boolean,
  ) => {
    const world = new RunWorld();
    world.sessions.clockOffsetMs = offsetMs;
    if (isRefused) world.cloud.fail("list", refusal("AccessDeniedException", 403));
    const run = await world.begin(create, { kind: { hasStates: false }, ...(left ? { left } : {}) });
    await run.work();
    return { status: run.record.status, first: world.cloud.calls[0] };
  };
  assert.deepEqual(await ask(0, undefined, false), { status: "succeeded", first: "create" });
  assert.deepEqual(await ask(undefined, undefined, false), { status: "succeeded", first: "list" });
  assert.deepEqual(await ask(undefined, undefined, true), { status: "succeeded", first: "create" });
});

test("A look within a create is no attempt of the create: it neither counts nor is asked whether it may be sent", async () => {
  const world = new RunWorld();
  const heard: (KindCallOptions | undefined)[] = [];
  const run = await world.begin(create, {
    left: unanswered(world, 2 * hourMs),
    kind: {
      hasStates: false,
      findByName: (session, name, options) => {
        heard.push(options);
        return world.cloud.kind.findByName(session, name, options);
      },
    },
  });
  await run.work();
  assert.equal(heard.length, 1);
  assert.deepEqual(Object.keys(heard[0] ?? {}), ["signal"]);
});
