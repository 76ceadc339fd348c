import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceError, SignInRequiredError, TransportError } from "../../../src/aws/errors";
import { CancelledError, UserError } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import type { Session, Sessions } from "../../../src/instances/connection";
import { createFollower, isPassing } from "../../../src/instances/follow";
import type { Instance, Phase } from "../../../src/instances/instance";
import type { Kind } from "../../../src/instances/kind";
import { createKinds } from "../../../src/instances/kinds/registry";
import type { InstanceWriter } from "../../../src/instances/store";
import { heldTime } from "../../fixtures/sandbox";
import { FakeClock } from "../../fakes/clock";
import { createWorld, sandboxConnection } from "./world";

const supplyChain = createKinds({ chimeApi: () => "identity" }).get("supplyChain")!;
const signal = () => new AbortController().signal;

void test("an instance is followed from Initializing to Active against a real server, and then no timer is left", async (t) => {
  const time = heldTime();
  const { follower, sandbox, clock, open, count } = await createWorld(t, { createSeconds: 60, now: time.now });
  const session = await open();
  const { id } = await supplyChain.create(session, { kind: "supplyChain", values: {}, tags: {} }, "1".repeat(36));
  const states: (string | undefined)[] = [];
  const done = (async () => {
    for await (const instance of follower.follow(sandboxConnection, supplyChain, id, signal()))
      states.push(instance?.state);
  })();
  for (let reads = 0; reads < 3; reads++) {
    await clock.untilSleeping();
    time.advance(30);
    await clock.advance(5_000);
  }
  await done;
  assert.deepEqual(states, ["Initializing", "Initializing", "Active"]);
  assert.deepEqual(clock.pending, []);
  assert.equal(await count("GetInstance"), 3);
  assert.ok(sandbox.endpoint);
});

void test("deletion is followed until the instance is gone", async (t) => {
  const { follower, open } = await createWorld(t);
  const session = await open();
  const { id } = await supplyChain.create(session, { kind: "supplyChain", values: {}, tags: {} }, "2".repeat(36));
  await supplyChain.delete(session, id);
  const seen: (Instance | undefined)[] = [];
  for await (const instance of follower.follow(sandboxConnection, supplyChain, id, signal())) seen.push(instance);
  assert.equal(seen.at(-1), undefined);
});

/** A service of one instance that does what the test says. */
function scripted(answers: (() => Instance | undefined)[]) {
  const clock = new FakeClock();
  const reads: number[] = [];
  const state = { generation: 1, accountId: "123456789012" };
  const session = () => ({ connection: sandboxConnection, isLoopback: true, ...state }) as unknown as Session;
  const sessions: Sessions = {
    open: () => Promise.resolve(session()),
    current: session,
    invalidate() {},
    reread: () => Promise.resolve(),
    onDidChange: () => ({ dispose() {} }),
  };
  const written: string[] = [];
  const store: InstanceWriter = {
    put: (scope, instance) => written.push(`${scope.generation} ${instance.state ?? ""}`),
    remove: (scope) => written.push(`${scope.generation} gone`),
  };
  const gates: (() => void)[] = [];
  const control = { isHeld: false };
  const kind = {
    ...supplyChain,
    get: async () => {
      reads.push(clock.now());
      if (control.isHeld) await new Promise<void>((resolve) => gates.push(resolve));
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return answer?.();
    },
  } as Kind;
  const follower = createFollower({ sessions, store, clock, log: silentLog, random: () => 1 });
  return { clock, reads, state, written, follower, kind, control, gates };
}

function inState(state: string, phase: Phase = "creating"): Instance {
  return { kind: "supplyChain", id: "i", arn: "arn", state, phase, values: {}, raw: {} };
}

const creating = () => inState("Initializing");
const fail = (error: Error) => () => {
  throw error;
};
const serviceError = (name: string, status: number, isRetryable = false) =>
  new ServiceError(name, name, { status, isRetryable, attempts: 1 });

/** Collects what a follow yields; `done` settles as the follow does. */
function collect(seen: AsyncIterable<Instance | undefined>) {
  const states: (string | undefined)[] = [];
  const done = (async () => {
    for await (const instance of seen) states.push(instance?.state);
  })();
  done.catch(() => undefined);
  return { states, done };
}

void test("reads come every 5 s for two minutes, then back off to 60 s", async () => {
  const { clock, reads, follower, kind } = scripted([creating]);
  const abort = new AbortController();
  const { done } = collect(follower.follow(sandboxConnection, kind, "i", abort.signal));
  await clock.advance(10 * 60_000);
  const gaps = reads.slice(1).map((at, index) => (at - reads[index]!) / 1000);
  assert.deepEqual(
    gaps.slice(0, 24),
    Array.from({ length: 24 }, () => 5),
  );
  assert.deepEqual(gaps.slice(24, 29), [7.5, 11.25, 16.875, 25.3125, 37.96875]);
  assert.equal(gaps.at(-1), 60);
  abort.abort();
  await assert.rejects(done, CancelledError);
  assert.deepEqual(clock.pending, []);
});

void test("two consumers share one poll, and the poll ends with the last of them", async () => {
  const { clock, reads, follower, kind } = scripted([creating]);
  const [first, second] = [new AbortController(), new AbortController()];
  const a = collect(follower.follow(sandboxConnection, kind, "i", first.signal));
  await clock.advance(12_000);
  const b = collect(follower.follow(sandboxConnection, kind, "i", second.signal));
  await clock.advance(10_000);
  assert.equal(reads.length, 3 + 3);
  assert.equal(b.states.length, 3);
  first.abort();
  await assert.rejects(a.done, CancelledError);
  assert.equal(clock.pending.length, 1);
  second.abort();
  await assert.rejects(b.done, CancelledError);
  assert.deepEqual(clock.pending, []);
});

void test("whoever comes while a read is on gets the answer to a read of its own", async () => {
  const { clock, reads, follower, kind, control, gates } = scripted([
    () => inState("CreateFailed", "createFailed"),
    () => inState("Deleting", "deleting"),
    () => undefined,
  ]);
  control.isHeld = true;
  const before = collect(follower.follow(sandboxConnection, kind, "i", signal(), { until: () => false }));
  await clock.advance(0);
  const after = collect(follower.follow(sandboxConnection, kind, "i", signal(), { until: () => false }));
  await clock.advance(0);
  control.isHeld = false;
  for (const open of gates) open();
  await clock.advance(5_000);
  await Promise.all([before.done, after.done]);
  assert.deepEqual(before.states[0], "CreateFailed");
  assert.deepEqual(after.states, ["Deleting", undefined]);
  assert.equal(reads.length, 3);
});

void test("a state that we do not know is not the end", async () => {
  const { clock, follower, kind } = scripted([() => inState("Upgrading", "unknown"), () => inState("Active", "ready")]);
  const { states, done } = collect(follower.follow(sandboxConnection, kind, "i", signal()));
  await clock.advance(5_000);
  await done;
  assert.deepEqual(states, ["Upgrading", "Active"]);
});

void test("trouble that passes is waited out, ever longer, and forgotten when it is over", async () => {
  const trouble = new TransportError("no network", { code: "ENOTFOUND", attempts: 3, maybeSent: false });
  const { clock, reads, follower, kind } = scripted([
    fail(trouble),
    fail(serviceError("InternalServerException", 500)),
    fail(serviceError("ThrottlingException", 400, true)),
    fail(new UserError("Could not open a session", { cause: trouble })),
    creating,
    () => inState("Active", "ready"),
  ]);
  const { states, done } = collect(follower.follow(sandboxConnection, kind, "i", signal()));
  await clock.advance(5 * 60_000);
  await done;
  assert.deepEqual(states, ["Initializing", "Active"]);
  assert.deepEqual(
    reads.slice(1).map((at, index) => (at - reads[index]!) / 1000),
    [5, 10, 20, 40, 5],
  );
});

void test("a refusal, and credentials that are rejected twice, end it with the error", async () => {
  for (const [error, attempts] of [
    [serviceError("ExpiredTokenException", 403), 3],
    [new SignInRequiredError("prod", "Sign in first", "sso"), 2],
    [serviceError("AccessDeniedException", 403), 2],
    [new UserError("no profile"), 2],
  ] as const) {
    const { clock, reads, follower, kind } = scripted([creating, fail(error)]);
    const { states, done } = collect(follower.follow(sandboxConnection, kind, "i", signal()));
    await clock.advance(60_000);
    await assert.rejects(done, error);
    assert.deepEqual([states, reads.length, clock.pending], [["Initializing"], attempts, []]);
    assert.equal(isPassing(error), false);
  }
});

void test("credentials that expired once are renewed without anybody noticing", async () => {
  const expired = fail(serviceError("ExpiredTokenException", 403));
  const { clock, follower, kind } = scripted([creating, expired, creating, expired, () => inState("Active", "ready")]);
  const { states, done } = collect(follower.follow(sandboxConnection, kind, "i", signal()));
  await clock.advance(60_000);
  await done;
  assert.deepEqual(states, ["Initializing", "Initializing", "Active"]);
});

void test("a read that fails because its session was replaced is done again in the new one", async () => {
  const { clock, follower, kind, state } = scripted([
    () => {
      state.generation++;
      throw new UserError("The connection was replaced while it was in use.");
    },
    () => inState("Active", "ready"),
  ]);
  const { states, done } = collect(follower.follow(sandboxConnection, kind, "i", signal()));
  await clock.advance(10_000);
  await done;
  assert.deepEqual(states, ["Active"]);
});

void test("an answer to credentials that were replaced meanwhile is dropped and asked for again", async () => {
  const { clock, follower, kind, state, written } = scripted([
    () => {
      state.generation++;
      return inState("Active", "ready");
    },
    () => inState("Active", "ready"),
  ]);
  const { states, done } = collect(follower.follow(sandboxConnection, kind, "i", signal()));
  await clock.advance(10_000);
  await done;
  assert.deepEqual(states, ["Active"]);
  assert.deepEqual(written, ["2 Active"]);
});

void test("a profile that belongs to another account by now is not asked about the instance", async () => {
  const { clock, reads, follower, kind, state } = scripted([creating]);
  const { done } = collect(follower.follow(sandboxConnection, kind, "i", signal()));
  await clock.advance(5_000);
  state.accountId = "210987654321";
  await clock.advance(5_000);
  await assert.rejects(done, /now belongs to account 210987654321/);
  assert.equal(reads.length, 2);
});

void test("a consumer that stops listening ends the poll", async () => {
  const { clock, follower, kind } = scripted([creating]);
  for await (const instance of follower.follow(sandboxConnection, kind, "i", signal())) {
    assert.equal(instance?.state, "Initializing");
    break;
  }
  await clock.advance(0);
  assert.deepEqual(clock.pending, []);
});
