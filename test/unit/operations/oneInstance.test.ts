import assert from "node:assert/strict";
import { test } from "node:test";
import { TransportError } from "../../../src/aws/errors";
import type { Kind } from "../../../src/instances/kind";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import type { OperationRequest } from "../../../src/operations/operations";
import { aheadOf } from "../../fakes/clock";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, scope, type Window } from "./world";
import { RunWorld } from "./runWorld";
import { openWindowWorld, type WindowWorld } from "./windowWorld";

const hourMs = 60 * 60 * 1000;
const create: OperationRequest = { type: "create", draft: draftOf("alpha") };
const refused = () => refusal("ServiceQuotaExceededException", 402);
const unreachable = () => new TransportError("No such host", { code: "ENOTFOUND", attempts: 3, maybeSent: false });
const tagged = (tags: Record<string, string>): OperationRequest => ({
  type: "create",
  draft: draftOf("alpha", { tags }),
});

async function carryOut(window: Window, request: OperationRequest): Promise<OperationRecord> {
  const { id } = await window.start(scope, request);
  return window.untilIdle(id);
}

/** The reply to the first request is lost, and the next one is refused: what was made has to be found. */
function loseReply(world: Pick<WindowWorld, "cloud">, options: { readonly isCommitted: boolean }): void {
  world.cloud.fail("create", reset(), options);
  world.cloud.fail("create", refused());
}

test("Row 7: a machine that sleeps between two attempts of one call makes one instance", async (t) => {
  const world = openWindowWorld(t);
  let laterMs = 0;
  const window = await world.open({ clock: aheadOf(world.clock, () => laterMs) });
  world.cloud.fail("create", reset(), { isCommitted: true, isRetried: true });
  world.cloud.between = () => {
    laterMs = 8 * hourMs;
    world.cloud.forgetTokens();
  };
  const record = await carryOut(window, create);
  assert.equal(record.created?.id, "i-1");
  assert.equal(world.cloud.live.length, 1);
});

test("Row 7: a clock that is set back makes no token young again", async (t) => {
  for (const { backMs, laterMs } of [
    { backMs: 24 * hourMs, laterMs: 0 },
    { backMs: 1.5 * hourMs, laterMs: 2 * hourMs },
  ]) {
    const world = openWindowWorld(t);
    let [offsetMs, elapsedMs] = [0, 0];
    const window = await world.open({
      clock: {
        ...aheadOf(world.clock, () => offsetMs),
        monotonic: () => world.clock.monotonic() + elapsedMs,
      },
    });
    world.cloud.fail("create", reset(), { isCommitted: true, isRetried: true });
    world.cloud.between = () => {
      elapsedMs = laterMs;
      offsetMs = laterMs - backMs;
      world.cloud.forgetTokens();
    };
    const record = await carryOut(window, create);
    assert.equal(record.created?.id, "i-1");
    assert.equal(world.cloud.live.length, 1);
  }
});

test("Row 7: credentials that take long do not let an old look pass for a new one", async () => {
  const world = new RunWorld();
  const { kind } = world.cloud;
  let calls = 0;
  const slow: Partial<Kind> = {
    async create(session, draft, token, options) {
      // Somebody carries the first request out at last, while this one waits for a code.
      if (++calls === 1) {
        await world.clock.sleep(hourMs / 6);
        world.cloud.create(session.accountId, draft.values, draft.tags, "of the first request");
      }
      return kind.create(session, draft, token, options);
    },
  };
  const sentAt = world.clock.now() - 2 * hourMs;
  const left = { attempts: 1, sentAt, sentAtService: sentAt, step: "create" };
  const run = await world.begin(create, { left, kind: slow });
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.created?.id, "i-1");
  assert.equal(world.cloud.live.length, 1);
});

test("Row 8: on a clock that is two hours ahead or behind, our own new instance is found", async (t) => {
  for (const aheadMs of [2 * hourMs, -2 * hourMs]) {
    const world = openWindowWorld(t);
    world.sessions.clockOffsetMs = -aheadMs;
    const window = await world.open({ clock: aheadOf(world.clock, () => aheadMs) });
    loseReply(world, { isCommitted: true });
    const record = await carryOut(window, create);
    assert.equal(record.created?.id, "i-1", record.error?.message);
    assert.equal(record.status, "succeeded");
  }
});

test("Row 8: on a clock that is two hours behind, an older instance is not taken for ours", async (t) => {
  const world = openWindowWorld(t);
  world.sessions.clockOffsetMs = 2 * hourMs;
  world.cloud.add("ready", "alpha", { createdAt: world.clock.now() - hourMs });
  const window = await world.open({ clock: aheadOf(world.clock, () => -2 * hourMs) });
  loseReply(world, { isCommitted: false });
  assert.equal((await carryOut(window, create)).status, "failed");
});

test("Row 8: while the service's time is not known, an instance like ours leaves the outcome unknown", async (t) => {
  const world = openWindowWorld(t);
  world.sessions.clockOffsetMs = undefined;
  const window = await world.open();
  loseReply(world, { isCommitted: true });
  const record = await carryOut(window, create);
  assert.equal(record.error?.code, "OutcomeUnknown");
  assert.match(record.error.message, /i-1 may be the one.*may have been there before/);
  assert.equal(world.cloud.live.length, 1);
});

test("Row 8: the service's time is asked for before a create when no reply has told it yet", async () => {
  const world = new RunWorld();
  world.sessions.clockOffsetMs = undefined;
  world.cloud.before = (call) => {
    if (call === "list") world.sessions.clockOffsetMs = 5;
  };
  const run = await world.begin(create);
  await run.work();
  assert.deepEqual(world.cloud.calls.slice(0, 2), ["list", "create"]);
  assert.equal(run.record.firstSentAtService, world.published[0]!.sentAt! + 5);
});

test("Row 8: when our clock was set since the request was sent, what is between the two times is not adopted", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.add("ready", "alpha", { createdAt: world.clock.now() - hourMs });
  const window = await world.open();
  loseReply(world, { isCommitted: false });
  world.cloud.before = (call) => {
    if (call === "list") world.sessions.clockOffsetMs = -2 * hourMs;
  };
  assert.equal((await carryOut(window, create)).error?.code, "OutcomeUnknown");
});

test("Row 9: what was never sent is not looked for, however alike an instance is", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  world.cloud.accountId = "999999999999";
  const interrupted = await carryOut(window, create);
  world.cloud.accountId = scope.accountId;
  world.cloud.add("ready", "alpha");
  world.cloud.fail("create", refused());
  await window.resume(interrupted.id);
  const record = await window.untilIdle(interrupted.id);
  assert.deepEqual([record.status, record.created], ["failed", undefined]);
  assert.deepEqual(world.cloud.calls, []);
});

test("Row 9: tags tell an instance of ours from another's", async (t) => {
  for (const { theirs, status, code } of [
    { theirs: { team: "b" }, status: "failed", code: "ServiceQuotaExceededException" },
    { theirs: {}, status: "failed", code: "ServiceQuotaExceededException" },
    { theirs: { team: "a", env: "prod" }, status: "interrupted", code: "OutcomeUnknown" },
    { theirs: { team: "a", "aws:cloudformation:stack-name": "s" }, status: "succeeded", code: undefined },
  ] as const) {
    const world = openWindowWorld(t);
    const window = await world.open();
    loseReply(world, { isCommitted: false });
    world.cloud.before = (call) => {
      if (call !== "create" || world.cloud.resources.size > 0) return;
      world.cloud.add("ready", "alpha", { tags: theirs, createdAt: world.clock.now() });
    };
    const record = await carryOut(window, tagged({ team: "a" }));
    assert.deepEqual([record.status, record.error?.code], [status, code], JSON.stringify(theirs));
    if (code === "OutcomeUnknown") assert.match(record.error?.message ?? "", /i-1.*tags that were not asked for/);
  }
});

test("Row 9: where the tags may not be read, the outcome is unknown", async (t) => {
  const world = openWindowWorld(t);
  const listTags = () => Promise.reject(refusal("AccessDeniedException", 403));
  const window = await world.open({ kinds: { get: () => ({ ...world.cloud.kind, listTags }) } });
  loseReply(world, { isCommitted: true });
  const record = await carryOut(window, create);
  assert.match(record.error?.message ?? "", /tags could not be read/);
});

/** One create that was committed without a reply, and stays interrupted. */
async function leaveUnanswered(
  world: WindowWorld,
  window: Window,
  request: OperationRequest,
): Promise<OperationRecord> {
  world.cloud.fail("create", reset(), { isCommitted: true });
  world.cloud.fail("create", reset(), { times: 6 });
  const record = await carryOut(window, request);
  assert.equal(record.status, "interrupted");
  return record;
}

test("Row 9: an unfinished operation that asked for the same leaves the outcome unknown, and is named", async (t) => {
  for (const isDiscarded of [false, true]) {
    const world = openWindowWorld(t);
    const window = await world.open();
    // The second one is on its way when the first one's instance comes into being.
    const [first, second] = await twins(world, window);
    if (isDiscarded) await window.discard(first.id);
    world.cloud.fail("create", refused());
    await window.resume(second.id);
    const record = await window.untilIdle(second.id);
    assert.equal(record.error?.code, "OutcomeUnknown");
    assert.match(record.error.message, /i-1.*another operation.*create alpha, started 20/);
  }
});

/** Two unanswered creates of the same, of which only the first was carried out, and late. */
async function twins(world: WindowWorld, window: Window): Promise<readonly [OperationRecord, OperationRecord]> {
  world.cloud.fail("create", reset(), { times: 14 });
  const first = await carryOut(window, create);
  const second = await carryOut(window, create);
  world.cloud.add("ready", "alpha", { createdAt: world.clock.now() });
  return [first, second];
}

test("Row 9: other tags, another Region, or never having been sent tell an unfinished operation apart", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  world.cloud.accountId = "999999999999";
  await carryOut(window, create);
  world.cloud.accountId = scope.accountId;
  world.cloud.fail("create", reset(), { times: 7 });
  await carryOut(window, tagged({ team: "b" }));
  loseReply(world, { isCommitted: true });
  const record = await carryOut(window, create);
  assert.equal(record.status, "succeeded", record.error?.message);
  assert.equal(record.created?.id, "i-1");
});

test("Row 9: another window's create of the same, which this one has not heard of, counts too", async (t) => {
  const world = openWindowWorld(t);
  const [first, second] = [await world.open(), await world.open()];
  const unanswered = await leaveUnanswered(world, first, create);
  assert.equal(unanswered.created, undefined);
  loseReply(world, { isCommitted: false });
  world.cloud.before = (call) => {
    if (call === "create") Object.assign(world.cloud.resources.get("i-1")!, { createdAt: world.clock.now() });
  };
  assert.equal((await carryOut(second, create)).error?.code, "OutcomeUnknown");
});

test("Row 17: a new instance that reads do not show for two minutes is waited for", async () => {
  const world = new RunWorld();
  const { kind } = world.cloud;
  const get: Kind["get"] = (...call) =>
    world.clock.monotonic() < 120_000 ? Promise.resolve(undefined) : kind.get(...call);
  const run = await world.begin(create, { kind: { get } });
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.status, "succeeded", run.record.error?.message);
});

test("Row 17: a new instance that stays away for minutes is gone", async () => {
  const world = new RunWorld();
  let reads = 0;
  const get = () => {
    reads += 1;
    return Promise.resolve(undefined);
  };
  const run = await world.begin(create, { kind: { get } });
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.error?.code, "InstanceGone");
  assert.ok(world.waitedMs >= 5 * 60_000, `${world.waitedMs} ms`);
  assert.ok(reads < 200, `${reads} reads`);
});

test("A conflict with a request of the same token that is still in progress is waited out", async () => {
  const world = new RunWorld();
  world.cloud.fail("create", reset());
  world.cloud.fail("create", refusal("ConflictException", 409, "The token is in use"), { times: 4 });
  const run = await world.begin(create);
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.created?.id, "i-1");
  assert.equal(new Set(world.cloud.tokens).size, 1);
});

test("A conflict that nothing ambiguous came before is refused at once", async () => {
  const world = new RunWorld();
  world.cloud.fail("create", refusal("ConflictException", 409, "The domain is taken"));
  const draft = { kind: "fake", values: { name: "alpha", domain: "taken" }, tags: {} };
  const run = await world.begin({ type: "create", draft });
  assert.equal(await run.work(), "settled");
  assert.deepEqual([run.record.error?.code, run.record.attempts, world.waitedMs], ["ConflictException", 1, 0]);
});

test("A network that was away before the service refused has made nothing, so there is nothing to look for", async () => {
  const world = new RunWorld();
  world.cloud.fail("create", unreachable());
  world.cloud.fail("create", refused());
  const run = await world.begin(create);
  await run.work();
  assert.equal(run.record.status, "failed");
  assert.deepEqual(world.cloud.calls, []);
});

test("A refusal after a lost reply is no failure while listings may lag: the instance is found when they show it", async () => {
  const world = new RunWorld();
  const { kind } = world.cloud;
  const findByName: Kind["findByName"] = (...call) =>
    world.clock.monotonic() < 20_000 ? Promise.resolve([]) : kind.findByName(...call);
  loseReply(world, { isCommitted: true });
  const run = await world.begin(create, { kind: { findByName } });
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.created?.id, "i-1");
  assert.equal(world.cloud.tokens.length, 1);
});

test("A create that was refused for its credentials made nothing: after a sign-in nothing is looked for, and a refusal ends it at once", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  world.cloud.fail("create", refusal("ExpiredTokenException", 403));
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const { status, sentAt, attempts } = await window.untilIdle(id);
  assert.deepEqual([status, sentAt, attempts], ["interrupted", undefined, 1]);
  world.cloud.fail("create", refusal("ValidationException", 400));
  await window.resume(id);
  const refused = await window.untilIdle(id);
  assert.deepEqual([refused.status, refused.error?.code], ["failed", "ValidationException"]);
  assert.equal(world.cloud.calls.includes("find alpha"), false);
});

test("A create that was refused for its credentials after a lost reply may have made an instance, which is looked for", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  world.cloud.fail("create", reset(), { isCommitted: true });
  world.cloud.fail("create", refusal("ExpiredTokenException", 403));
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const { status, sentAt } = await window.untilIdle(id);
  assert.deepEqual([status, typeof sentAt], ["interrupted", "number"]);
  world.cloud.fail("create", refusal("ValidationException", 400));
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
});
