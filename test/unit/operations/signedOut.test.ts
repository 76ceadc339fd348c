import assert from "node:assert/strict";
import { test } from "node:test";
import { SignInRequiredError } from "../../../src/aws/errors";
import { UserError } from "../../../src/core/errors";
import { silentLog } from "../../../src/core/log";
import { connectionKey } from "../../../src/instances/connection";
import { newRecord } from "../../../src/operations/newRecord";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { SignedOut } from "../../../src/operations/signedOut";
import { FakeClock } from "../../fakes/clock";
import { FakeCloud, FakeSessions } from "../../fakes/cloud";
import { draftOf, scope, setUp } from "./world";

const here = connectionKey(scope.connection);

/** Operations that wait for a sign-in, and a list of those that were resumed. */
function waiting(...records: readonly OperationRecord[]) {
  const cloud = new FakeCloud();
  const sessions = new FakeSessions(cloud);
  const resumed: string[] = [];
  const known = new Map(records.map((record) => [record.id, record]));
  const outcome: { error?: Error } = {};
  const clock = new FakeClock(0);
  const signedOut = new SignedOut({
    sessions,
    clock,
    log: silentLog,
    signal: new AbortController().signal,
    get: (id) => known.get(id),
    resume: (id) => {
      resumed.push(id);
      return outcome.error ? Promise.reject(outcome.error) : Promise.resolve();
    },
  });
  for (const { id } of records) signedOut.add(id);
  return { clock, sessions, signedOut, resumed, known, outcome };
}

function interrupted(name: string, where = scope): OperationRecord {
  const request = { type: "create", draft: draftOf(name) } as const;
  return { ...newRecord(where, request, new FakeCloud().kind, 0), status: "interrupted" };
}

test("New credentials for one connection leave alone what waits for another", async () => {
  const elsewhere = { ...scope, connection: { ...scope.connection, profile: "other" } };
  const [mine, other] = [interrupted("alpha"), interrupted("beta", elsewhere)];
  const { signedOut, resumed } = waiting(mine, other);
  await signedOut.resume(here);
  assert.deepEqual(resumed, [mine.id]);
  await signedOut.resume(connectionKey(elsewhere.connection));
  assert.deepEqual(resumed, [mine.id, other.id]);
});

test("What is no longer interrupted, no longer known or no longer waited for is not resumed by a sign-in", async () => {
  const [discarded, trimmed, forgotten, last] = ["a", "b", "c", "d"].map((name) => interrupted(name));
  const { signedOut, resumed, known } = waiting(discarded!, trimmed!, forgotten!, last!);
  known.set(discarded!.id, { ...discarded!, status: "discarded" });
  known.delete(trimmed!.id);
  signedOut.forget(forgotten!.id);
  await signedOut.resume(here);
  assert.deepEqual(resumed, [last!.id]);
});

test("A sign-in that helps nothing is followed three times, and then the user is asked", async () => {
  const record = interrupted("alpha");
  const { signedOut, resumed } = waiting(record);
  for (let i = 0; i < 5; i++) {
    await signedOut.resume(here);
    // It was interrupted again, for want of other credentials.
    signedOut.add(record.id);
  }
  assert.equal(resumed.length, 3);
  signedOut.forget(record.id);
  signedOut.add(record.id);
  await signedOut.resume(here);
  assert.equal(resumed.length, 4);
});

test("While there is still no sign-in nothing is resumed, and that does not count as in vain", async () => {
  const record = interrupted("alpha");
  const { sessions, signedOut, resumed } = waiting(record);
  sessions.error = new SignInRequiredError("dev", "Run aws sso login", "sso");
  for (let i = 0; i < 5; i++) await signedOut.resume(here);
  assert.deepEqual(resumed, []);
  sessions.error = undefined;
  await signedOut.resume(here);
  assert.deepEqual(resumed, [record.id]);
});

test("A sign-in after more than an hour carries nothing out unasked, whichever clock says so; what only waits goes on", async () => {
  const hourMs = 60 * 60_000;
  for (const { passMs, jumpMs } of [
    { passMs: hourMs, jumpMs: -hourMs },
    { passMs: 0, jumpMs: 8 * hourMs },
    { passMs: 0, jumpMs: -60_000 },
  ]) {
    const [unsent, followed] = [interrupted("alpha"), { ...interrupted("beta"), step: "follow" }];
    const { clock, signedOut, resumed } = waiting(unsent, followed);
    await clock.advance(passMs);
    clock.jump(jumpMs);
    await signedOut.resume(here);
    assert.deepEqual(resumed, [followed.id]);
  }
});

test("What is discarded or too old by the time that the code is typed is not resumed", async () => {
  const [fresh, discarded, old] = [interrupted("alpha"), interrupted("beta"), interrupted("gamma")];
  const { clock, sessions, signedOut, resumed, known } = waiting(fresh, discarded, old);
  const open = sessions.open.bind(sessions);
  const meanwhile = [
    () => {},
    () => {
      signedOut.forget(discarded.id);
      known.set(discarded.id, { ...discarded, status: "discarded" });
    },
    () => clock.jump(2 * 60 * 60_000),
  ];
  sessions.open = (...asked) => {
    meanwhile.shift()?.();
    return open(...asked);
  };
  await signedOut.resume(here);
  assert.deepEqual(resumed, [fresh.id]);
});

test("One operation that cannot be resumed does not keep the next one from going on", async () => {
  const [first, second] = [interrupted("alpha"), interrupted("beta")];
  const { signedOut, resumed, outcome } = waiting(first, second);
  outcome.error = new UserError("Another window is working on alpha.");
  await signedOut.resume(here);
  assert.deepEqual(resumed, [first.id, second.id]);
});

test("Resuming by hand and discarding end the wait for a sign-in", async (t) => {
  const world = await setUp(t);
  world.sessions.error = new SignInRequiredError("dev", "Run aws sso login", "sso");
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await window.untilIdle(id);
  await window.discard(id);
  world.sessions.error = undefined;
  world.sessions.invalidate(scope.connection);
  const next = await window.start(scope, { type: "create", draft: draftOf("beta") });
  await window.untilIdle(next.id);
  assert.equal(window.get(id)?.status, "discarded");
  assert.deepEqual(
    world.cloud.live.map(({ values }) => values.name),
    ["beta"],
  );
});
