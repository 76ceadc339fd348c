import assert from "node:assert/strict";
import { test } from "node:test";
import { SignInRequiredError } from "../../../src/aws/errors";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, scope, setUp, targetOf } from "./world";
import { RunWorld } from "./runWorld";

const expired = () => refusal("ExpiredTokenException", 403);
const denied = () => refusal("AccessDeniedException", 403);

/** Deletes; `happen` says what comes of the first requests, and what was left is resumed as after a sign-in. */
async function deleteTwice(happen: (world: RunWorld) => void, kind: { readonly hasStates?: boolean } = {}) {
  const world = new RunWorld();
  const target = targetOf(world.cloud.add("ready", "alpha"));
  happen(world);
  const first = await world.begin({ type: "delete", target }, { kind });
  await first.work();
  const { status, step, attempts, sentAt, sentAtService } = first.record;
  assert.equal(status, "interrupted");
  const before = world.waitedMs;
  world.cloud.fail("delete", denied());
  const left: Partial<OperationRecord> = { step, attempts, sentAt, sentAtService };
  const run = await world.begin({ type: "delete", target }, { left, kind });
  await run.work();
  const { record } = run;
  return { record, sentAt, waitedMs: world.waitedMs - before };
}

test("A delete that was refused for its credentials only deleted nothing: a refusal after the sign-in ends it at once", async () => {
  for (const hasStates of [true, false]) {
    const { record, sentAt, waitedMs } = await deleteTwice((world) => world.cloud.fail("delete", expired()), {
      hasStates,
    });
    assert.deepEqual([record.status, record.error?.code], ["failed", "AccessDeniedException"]);
    assert.deepEqual([sentAt, waitedMs], [undefined, 0]);
  }
});

test("A delete that was refused for its credentials after a lost reply may have deleted: what is refused then is looked into", async () => {
  const { record, sentAt, waitedMs } = await deleteTwice((world) => {
    world.cloud.fail("delete", reset());
    world.cloud.fail("delete", expired());
  });
  assert.deepEqual([record.status, typeof sentAt, waitedMs], ["failed", "number", 59_000]);
});

test("A delete that was refused in one session and again in the next is not looked into either", async () => {
  const world = new RunWorld();
  const target = targetOf(world.cloud.add("ready", "alpha"));
  world.cloud.fail("delete", expired());
  world.cloud.fail("delete", denied());
  world.cloud.before = (call) => {
    if (call === "delete" && world.cloud.calls.length === 0) world.sessions.invalidate(scope.connection);
  };
  const run = await world.begin({ type: "delete", target });
  await run.work();
  assert.deepEqual([run.record.error?.code, run.record.attempts, world.waitedMs], ["AccessDeniedException", 2, 0]);
});

test("A recreate whose delete was refused for its credentials leaves alone what somebody else has deleted by the sign-in", async (t) => {
  const world = await setUp(t);
  const target = targetOf(world.cloud.add("createFailed", "alpha"));
  const window = await world.open();
  world.cloud.fail("delete", expired());
  const { id } = await window.start(scope, { type: "recreate", draft: draftOf("alpha"), target });
  assert.equal((await window.untilIdle(id)).status, "interrupted");
  world.cloud.resources.get(target.id)!.phase = "deleted";
  await window.resume(id);
  const { status, error } = await window.untilIdle(id);
  assert.deepEqual([status, error?.code], ["failed", "StateChanged"]);
  assert.deepEqual(world.cloud.tokens, []);
});

/** A create whose first attempt is answered as told, and whose credentials cannot be had any more by the next one. */
async function createThenSignIn(lost: boolean) {
  const world = new RunWorld();
  if (lost) world.cloud.fail("create", reset(), { isCommitted: true, isRetried: true });
  world.cloud.fail("create", expired(), { isRetried: true });
  let attempts = 0;
  world.cloud.between = () => {
    if (++attempts < (lost ? 2 : 1)) return;
    throw new SignInRequiredError("dev", "Sign in first", "sso");
  };
  const run = await world.begin({ type: "create", draft: draftOf("alpha") });
  await run.work();
  return run.record;
}

test("A create whose credentials the service called expired, and which cannot be renewed, is a first request after the sign-in", async () => {
  const { status, sentAt, sentAtService, error } = await createThenSignIn(false);
  assert.deepEqual([status, error?.code], ["interrupted", "SignInRequiredError"]);
  assert.deepEqual([sentAt, sentAtService], [undefined, undefined]);
});

test("A create whose reply was lost before its credentials expired may have made an instance", async () => {
  assert.equal(typeof (await createThenSignIn(true)).sentAt, "number");
});

test("A create that was sent with renewed credentials and had no answer before they were gone as well may have made an instance", async () => {
  const world = new RunWorld();
  world.cloud.fail("create", expired(), { isRetried: true });
  world.cloud.fail("create", reset(), { isCommitted: true, isRetried: true });
  let attempts = 0;
  world.cloud.between = () => {
    if (++attempts === 2) throw new SignInRequiredError("dev", "Sign in first", "sso");
  };
  const run = await world.begin({ type: "create", draft: draftOf("alpha") });
  await run.work();
  assert.deepEqual([run.record.error?.code, typeof run.record.sentAt], ["SignInRequiredError", "number"]);
});

test("A create whose first answer says expired, and is no refusal, may have made an instance", async () => {
  const world = new RunWorld();
  world.cloud.fail("create", refusal("ExpiredTokenException", 500), { isRetried: true });
  world.cloud.between = () => {
    throw new SignInRequiredError("dev", "Sign in first", "sso");
  };
  const run = await world.begin({ type: "create", draft: draftOf("alpha") });
  await run.work();
  assert.equal(typeof run.record.sentAt, "number");
});

test("A create that was throttled, and then had no credentials to be sent again with, is a first request after the sign-in", async () => {
  const world = new RunWorld();
  world.cloud.fail("create", refusal("ThrottlingException", 429));
  const run = await world.begin({ type: "create", draft: draftOf("alpha") });
  world.cloud.before = (call) => {
    if (call === "create") world.sessions.error = new SignInRequiredError("dev", "Sign in first", "sso");
  };
  await run.work();
  assert.deepEqual([run.record.error?.code, run.record.sentAt], ["SignInRequiredError", undefined]);
});
