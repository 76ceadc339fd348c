import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceError, SignInRequiredError, TransportError } from "../../../src/aws/errors";
import { CancelledError, UserError } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import { connectionKey, type Connection, type Session, type Sessions } from "../../../src/instances/connection";
import { createFollower, isPassing } from "../../../src/instances/follow";
import type { Instance, Phase } from "../../../src/instances/instance";
import type { Kind } from "../../../src/instances/kind";
import { createKinds } from "../../../src/instances/kinds/registry";
import type { InstanceWriter } from "../../../src/instances/store";
import { FakeClock } from "../../fakes/clock";

const supplyChain = createKinds({ chimeApi: () => "identity" }).get("supplyChain")!;
const connection: Connection = { source: "profile", profile: "dev", region: "us-east-1" };
const signal = () => new AbortController().signal;

/** A service of one instance that does what the test says. */
function scripted(answers: (() => Instance | undefined)[]) {
  const clock = new FakeClock();
  const reads: number[] = [];
  const state = { generation: 1, accountId: "123456789012" };
  const opened: (AbortSignal | undefined)[] = [];
  const access = { isOpen: true, open: () => Promise.resolve(session()) };
  const session = () => ({ connection, isLoopback: true, ...state }) as unknown as Session;
  const sessions: Sessions = {
    open: (_, opening) => {
      opened.push(opening);
      return access.open();
    },
    current: () => (access.isOpen ? session() : undefined),
    invalidate() {},
    reread: () => Promise.resolve(),
    onDidChange: () => ({ dispose() {} }),
  };
  const written: string[] = [];
  const store: InstanceWriter = {
    moment: () => 0,
    put: (scope, instance) => written.push(`${scope.generation} ${instance.state ?? ""}`) > 0,
    remove: (scope, kindId, id) => written.push(`${scope.generation} gone: ${scope.connectionKey} ${kindId} ${id}`) > 0,
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
  return { clock, reads, state, access, opened, written, follower, kind, control, gates };
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

function stateOf({ value }: IteratorResult<Instance | undefined, unknown>): string | undefined {
  return (value as Instance | undefined)?.state;
}

/** Collects what a follow yields; `done` settles as the follow does. */
function collect(seen: AsyncIterable<Instance | undefined>) {
  const states: (string | undefined)[] = [];
  const done = (async () => {
    for await (const instance of seen) states.push(instance?.state);
  })();
  done.catch(() => undefined);
  return { states, done };
}

test("Reads come every 5 s for two minutes, then back off to 60 s", async () => {
  const { clock, reads, follower, kind } = scripted([creating]);
  const abort = new AbortController();
  const { done } = collect(follower.follow(connection, kind, "i", abort.signal));
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

test("Two consumers share one poll, and the poll ends with the last of them", async () => {
  const { clock, reads, follower, kind } = scripted([creating]);
  const [first, second] = [new AbortController(), new AbortController()];
  const a = collect(follower.follow(connection, kind, "i", first.signal));
  await clock.advance(12_000);
  const b = collect(follower.follow(connection, kind, "i", second.signal));
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

test("Whoever comes while a read is on gets the answer to a read of its own", async () => {
  const { clock, reads, follower, kind, control, gates } = scripted([
    () => inState("CreateFailed", "createFailed"),
    () => inState("Deleting", "deleting"),
    () => undefined,
  ]);
  control.isHeld = true;
  const before = collect(follower.follow(connection, kind, "i", signal(), { until: () => false }));
  await clock.advance(0);
  const after = collect(follower.follow(connection, kind, "i", signal(), { until: () => false }));
  await clock.advance(0);
  control.isHeld = false;
  for (const open of gates) open();
  await clock.advance(5_000);
  await Promise.all([before.done, after.done]);
  assert.deepEqual(before.states[0], "CreateFailed");
  assert.deepEqual(after.states, ["Deleting", undefined]);
  assert.equal(reads.length, 3);
});

test("A state that we do not know is not the end", async () => {
  const { clock, follower, kind } = scripted([() => inState("Upgrading", "unknown"), () => inState("Active", "ready")]);
  const { states, done } = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(5_000);
  await done;
  assert.deepEqual(states, ["Upgrading", "Active"]);
});

test("Trouble that passes is waited out, ever longer, and forgotten when it is over", async () => {
  const trouble = new TransportError("no network", { code: "ENOTFOUND", attempts: 3, maybeSent: false });
  const { clock, reads, follower, kind } = scripted([
    fail(trouble),
    fail(serviceError("InternalServerException", 500)),
    fail(serviceError("ThrottlingException", 400, true)),
    fail(new UserError("Could not open a session", { cause: trouble })),
    creating,
    () => inState("Active", "ready"),
  ]);
  const { states, done } = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(5 * 60_000);
  await done;
  assert.deepEqual(states, ["Initializing", "Active"]);
  assert.deepEqual(
    reads.slice(1).map((at, index) => (at - reads[index]!) / 1000),
    [5, 10, 20, 40, 5],
  );
});

test("A refusal, and credentials that are rejected twice, end it with the error", async () => {
  for (const [error, attempts] of [
    [serviceError("ExpiredTokenException", 403), 3],
    [new SignInRequiredError("prod", "Sign in first", "sso"), 2],
    [serviceError("AccessDeniedException", 403), 2],
    [new UserError("no profile"), 2],
  ] as const) {
    const { clock, reads, follower, kind } = scripted([creating, fail(error)]);
    const { states, done } = collect(follower.follow(connection, kind, "i", signal()));
    await clock.advance(60_000);
    await assert.rejects(done, error);
    assert.deepEqual([states, reads.length, clock.pending], [["Initializing"], attempts, []]);
    assert.equal(isPassing(error), false);
  }
});

test("Credentials that expired once are renewed without anybody noticing", async () => {
  const expired = fail(serviceError("ExpiredTokenException", 403));
  const { clock, follower, kind } = scripted([creating, expired, creating, expired, () => inState("Active", "ready")]);
  const { states, done } = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(60_000);
  await done;
  assert.deepEqual(states, ["Initializing", "Initializing", "Active"]);
});

test("A read that fails because its session was replaced is done again in the new one", async () => {
  const { clock, follower, kind, state } = scripted([
    () => {
      state.generation++;
      throw new UserError("The connection was replaced while it was in use.");
    },
    () => inState("Active", "ready"),
  ]);
  const { states, done } = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(10_000);
  await done;
  assert.deepEqual(states, ["Active"]);
});

test("An answer to credentials that were replaced meanwhile is dropped and asked for again", async () => {
  const { clock, follower, kind, state, written } = scripted([
    () => {
      state.generation++;
      return inState("Active", "ready");
    },
    () => inState("Active", "ready"),
  ]);
  const { states, done } = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(10_000);
  await done;
  assert.deepEqual(states, ["Active"]);
  assert.deepEqual(written, ["2 Active"]);
});

test("A profile that belongs to another account by now is not asked about the instance", async () => {
  const { clock, reads, follower, kind, state } = scripted([creating]);
  const { done } = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(5_000);
  state.accountId = "210987654321";
  await clock.advance(5_000);
  await assert.rejects(done, /now belongs to account 210987654321/);
  assert.equal(reads.length, 2);
});

test("A consumer that stops listening ends the poll", async () => {
  const { clock, follower, kind } = scripted([creating]);
  for await (const instance of follower.follow(connection, kind, "i", signal())) {
    assert.equal(instance?.state, "Initializing");
    break;
  }
  await clock.advance(0);
  assert.deepEqual(clock.pending, []);
});

test("Only who asks for the same instance, over the same API and connection, shares a poll", async () => {
  const { clock, reads, follower, kind } = scripted([creating]);
  const other = createKinds({ chimeApi: () => "identity" }).get("chime")!;
  const alone = [
    follower.follow(connection, kind, "i", signal()),
    follower.follow(connection, kind, "j", signal()),
    follower.follow({ ...connection, region: "eu-central-1" }, kind, "i", signal()),
    follower.follow({ ...connection, profile: "prod" }, kind, "i", signal()),
    follower.follow(connection, { ...kind, id: "another" }, "i", signal()),
    follower.follow(connection, { ...kind, service: other.service }, "i", signal()),
  ].map(collect);
  await clock.advance(0);
  assert.equal(reads.length, 6);
  assert.deepEqual(
    alone.map(({ states }) => states.length),
    [1, 1, 1, 1, 1, 1],
  );
});

test("An instance that is followed again, after everybody had left, is read again", async () => {
  const { clock, reads, follower, kind } = scripted([() => inState("Active", "ready")]);
  for (let round = 1; round <= 2; round++) {
    const { states, done } = collect(follower.follow(connection, kind, "i", signal()));
    await clock.advance(0);
    await done;
    assert.deepEqual([states, reads.length], [["Active"], round]);
  }
});

test("Whoever comes after a poll has ended with an error, while somebody has not taken notice yet, gets a poll that works", async () => {
  const { clock, follower, kind } = scripted([
    creating,
    fail(serviceError("AccessDeniedException", 403)),
    () => inState("Active", "ready"),
  ]);
  const busy = follower.follow(connection, kind, "i", signal())[Symbol.asyncIterator]();
  const first = busy.next();
  await clock.advance(0);
  assert.equal(stateOf(await first), "Initializing");
  // It looks into something else, and does not ask for the next value yet.
  await clock.advance(5_000);
  const late = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(0);
  assert.deepEqual(late.states, ["Active"]);
  await late.done;
  await assert.rejects(busy.next(), /AccessDenied/);
  const again = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(0);
  assert.deepEqual(again.states, ["Active"]);
});

test("Whoever leaves a poll takes nothing from those who stay, also while a read is on", async () => {
  const { clock, follower, kind, control, gates } = scripted([creating]);
  const leaving = new AbortController();
  control.isHeld = true;
  const stays = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(0);
  const leaves = collect(follower.follow(connection, kind, "i", leaving.signal));
  await clock.advance(0);
  leaving.abort();
  await assert.rejects(leaves.done, CancelledError);
  assert.deepEqual([leaves.states, stays.states], [[], []]);
  control.isHeld = false;
  for (const open of gates) open();
  await clock.advance(5_000);
  assert.ok(stays.states.length > 1, String(stays.states));
});

test("An answer that comes when nobody waits for it any more is heard by nobody", async () => {
  const { clock, follower, kind, control, gates } = scripted([creating]);
  const abort = new AbortController();
  control.isHeld = true;
  const { states, done } = collect(follower.follow(connection, kind, "i", abort.signal));
  await clock.advance(0);
  for (const open of gates) open();
  abort.abort();
  await assert.rejects(done, CancelledError);
  await clock.advance(60_000);
  assert.deepEqual([states, clock.pending], [[], []]);
});

test("A signal that was aborted before reads nothing", async () => {
  const { clock, follower, kind, reads } = scripted([creating]);
  const { done } = collect(follower.follow(connection, kind, "i", AbortSignal.abort()));
  await assert.rejects(done, CancelledError);
  await clock.advance(60_000);
  assert.deepEqual(reads, []);
});

test("A consumer that is slow gets the latest, and what was read before trouble comes before the trouble", async () => {
  const { clock, follower, kind } = scripted([
    () => inState("one"),
    () => inState("two"),
    () => inState("three"),
    fail(serviceError("AccessDeniedException", 403)),
  ]);
  const seen = follower.follow(connection, kind, "i", signal())[Symbol.asyncIterator]();
  const first = seen.next();
  await clock.advance(0);
  assert.equal(stateOf(await first), "one");
  await clock.advance(15_000);
  assert.equal(stateOf(await seen.next()), "three");
  await assert.rejects(seen.next(), /AccessDenied/);
});

test("What is gone is removed from where it was listed, and from nowhere else, and is the last value", async () => {
  const { clock, follower, kind, written, state } = scripted([creating, () => undefined]);
  state.generation = 7;
  const { states, done } = collect(follower.follow(connection, kind, "i", signal(), { until: () => false }));
  await clock.advance(5_000);
  await done;
  assert.deepEqual(states, ["Initializing", undefined]);
  assert.deepEqual(written, ["7 Initializing", `7 gone: ${connectionKey(connection)} supplyChain i`]);
});

test("A session that is not open is opened, and nobody waits for it who has left", async () => {
  const { clock, follower, kind, access, opened, reads } = scripted([() => inState("Active", "ready")]);
  access.isOpen = false;
  access.open = () => {
    const opening = gates.shift()!;
    return opening;
  };
  const gates: Promise<Session>[] = [new Promise<Session>(() => undefined)];
  const abort = new AbortController();
  const { done } = collect(follower.follow(connection, kind, "i", abort.signal));
  await clock.advance(0);
  assert.equal(opened[0]?.aborted, false);
  abort.abort();
  await assert.rejects(done, CancelledError);
  assert.deepEqual([opened[0].aborted, reads], [true, []]);
});

test("An account that changed between two who follow one instance is told to both, and nothing is asked of it", async () => {
  const { clock, reads, state, follower, kind } = scripted([creating]);
  const first = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(0);
  state.accountId = "210987654321";
  const second = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(0);
  for (const { done } of [first, second])
    await assert.rejects(
      done,
      (error) =>
        error instanceof UserError &&
        error.message ===
          "Profile dev now belongs to account 210987654321, and this Supply Chain instance is in 123456789012.",
    );
  assert.deepEqual([reads.length, second.states, clock.pending], [1, [], []]);
});

test("Trouble that passes is what time or a network mends: throttling and errors of the service, with whatever code", () => {
  const trouble = new TransportError("no network", { code: "ENOTFOUND", attempts: 3, maybeSent: false });
  for (const [error, passes] of [
    [trouble, true],
    [serviceError("Other", 500), true],
    [serviceError("Other", 499), false],
    [serviceError("Other", 429), true],
    [serviceError("Other", 400, true), true],
    [serviceError("ExpiredToken", 500), false],
    [new UserError("x", { cause: trouble }), true],
    [new UserError("x", { cause: new UserError("y") }), false],
    [new Error("x", { cause: trouble }), false],
    ["text", false],
  ] as const)
    assert.equal(isPassing(error), passes, String(error));
});

test("What waits for a consumer that is aborted is not given to it any more", async () => {
  const { clock, follower, kind } = scripted([creating]);
  const abort = new AbortController();
  const seen = follower.follow(connection, kind, "i", abort.signal)[Symbol.asyncIterator]();
  const first = seen.next();
  await clock.advance(0);
  assert.equal(stateOf(await first), "Initializing");
  await clock.advance(5_000);
  abort.abort();
  await assert.rejects(seen.next(), CancelledError);
});

test("An error is told to those as well who came while the read was on", async () => {
  const error = serviceError("AccessDeniedException", 403);
  const { clock, follower, kind, control, gates } = scripted([fail(error)]);
  control.isHeld = true;
  const before = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(0);
  const during = collect(follower.follow(connection, kind, "i", signal()));
  await clock.advance(0);
  for (const open of gates) open();
  await clock.advance(0);
  await assert.rejects(before.done, error);
  await assert.rejects(during.done, error);
});

test("Who came while a read was on stays when all the others leave; and when it leaves too, nothing is read any more", async () => {
  for (const stays of [true, false]) {
    const { clock, reads, follower, kind, control, gates } = scripted([creating]);
    const aborts = [new AbortController(), new AbortController()] as const;
    control.isHeld = true;
    const before = collect(follower.follow(connection, kind, "i", aborts[0].signal));
    await clock.advance(0);
    const during = collect(follower.follow(connection, kind, "i", aborts[1].signal));
    await clock.advance(0);
    if (!stays) aborts[1].abort();
    aborts[0].abort();
    await assert.rejects(before.done, CancelledError);
    control.isHeld = false;
    for (const open of gates) open();
    await clock.advance(60_000);
    assert.equal(during.states.length > 0, stays);
    assert.equal(reads.length > 1, stays);
  }
});
