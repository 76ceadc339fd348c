import assert from "node:assert/strict";
import { test } from "node:test";
import { draftOf, gate, scope } from "./world";
import { openWindowWorld } from "./windowWorld";
import { aheadOf } from "../../fakes/clock";
import { refusal, reset } from "../../fakes/cloud";
import { SignInRequiredError } from "../../../src/aws/errors";
import { UserError } from "../../../src/core/errors";

/** The product's waits between repeated calls are longer: a test need not sit through them. */
const shortPatience = { retryDelaysMs: [1_000, 2_000] };

test("A create is on disk with its token before its request is sent, and settled when the instance is active", async (t) => {
  const world = openWindowWorld(t);
  const window = await world.open();
  let onDisk: Awaited<ReturnType<typeof world.records>> = [];
  world.cloud.before = async (call) => {
    if (call === "create") onDisk = await world.records();
  };
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const record = await window.untilIdle(id);
  assert.equal(record.status, "succeeded");
  assert.equal(onDisk.length, 1);
  assert.equal(onDisk[0]?.status, "running");
  assert.equal(onDisk[0].token, world.cloud.tokens[0]);
  assert.equal(record.created?.id, "i-1");
  assert.equal(record.requestIds.length, 1);
  assert.equal(record.label, "alpha");
  assert.equal((await world.records())[0]?.status, "succeeded");
  assert.deepEqual(await world.leftovers(), []);
});

test("A lost reply is resolved with the same token and leaves one instance", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.fail("create", reset(), { isCommitted: true });
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const record = await window.untilIdle(id);
  assert.equal(record.status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
  assert.equal(new Set(world.cloud.tokens).size, 1);
  assert.equal(record.attempts, 2);
});

test("A refused create fails with the service's reason and sends nothing more", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.fail("create", refusal("AccessDeniedException", 403, "Not authorized"));
  const window = await world.open();
  const settled: string[] = [];
  window.onDidSettle((record) => settled.push(record.id));
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const record = await window.untilIdle(id);
  assert.equal(record.status, "failed");
  assert.deepEqual(record.error, { code: "AccessDeniedException", message: "Not authorized" });
  assert.equal(record.created, undefined);
  assert.deepEqual(settled, [id]);
  assert.deepEqual(world.cloud.calls, []);
});

test("A create that the service could not finish fails with its message and names what was created", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.createOutcome = {
    phase: "createFailed",
    errorMessage: "Access denied when attempting to create an S3 bucket.",
  };
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const record = await window.untilIdle(id);
  assert.equal(record.status, "failed");
  assert.equal(record.error?.code, "CreateFailed");
  assert.match(record.error.message, /S3 bucket/);
  assert.equal(record.created?.id, "i-1");
});

test("A refusal after a lost reply is looked into: the instance that was made is found, not made again", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.fail("create", reset(), { isCommitted: true });
  world.cloud.fail("create", refusal("ConflictException", 409, "The domain is in use"));
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const record = await window.untilIdle(id);
  assert.equal(record.status, "succeeded");
  assert.equal(record.created?.id, "i-1");
  assert.equal(world.cloud.live.length, 1);
});

test("Two instances that both could be the one we made stop the operation instead of a guess", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.add("ready", "alpha");
  world.cloud.fail("create", reset(), { isCommitted: true });
  world.cloud.fail("create", refusal("ConflictException", 409));
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const record = await window.untilIdle(id);
  assert.equal(record.status, "interrupted");
  assert.equal(record.error?.code, "OutcomeUnknown");
  assert.equal(world.cloud.live.length, 2);
});

test("An older instance of the same name is not taken for the new one", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.add("ready", "alpha", { createdAt: world.clock.now() - 60 * 60 * 1000 });
  world.cloud.fail("create", reset());
  world.cloud.fail("create", refusal("ServiceQuotaExceededException", 402));
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  assert.equal((await window.untilIdle(id)).status, "failed");
});

test("A network that stays away interrupts the create, and Resume finishes it with the same token", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.fail("create", reset(), { times: 1 + shortPatience.retryDelaysMs.length });
  const window = await world.open({ timing: shortPatience });
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const interrupted = await window.untilIdle(id);
  assert.equal(interrupted.status, "interrupted");
  assert.equal(interrupted.error?.code, "TransportError");
  await window.resume(id);
  const record = await window.untilIdle(id);
  assert.equal(record.status, "succeeded");
  assert.equal(record.error, undefined);
  assert.deepEqual(world.cloud.tokens, [interrupted.token]);
});

test("A missing sign-in interrupts, and new credentials for the connection let the operation go on by itself", async (t) => {
  const world = openWindowWorld(t);
  world.sessions.error = new SignInRequiredError("dev", "Run aws sso login", "sso");
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const interrupted = await window.untilIdle(id);
  assert.equal(interrupted.status, "interrupted");
  assert.equal(interrupted.error?.code, "SignInRequiredError");
  const settled = new Promise<void>((resolve) => window.onDidSettle(() => resolve()));
  world.sessions.error = undefined;
  world.sessions.invalidate(scope.connection);
  await settled;
  assert.equal(window.get(id)?.status, "succeeded");
});

test("An operation that was confirmed for one account sends nothing to another", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.accountId = "999999999999";
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const record = await window.untilIdle(id);
  assert.equal(record.status, "interrupted");
  assert.equal(record.error?.code, "AccountChanged");
  assert.match(record.error.message, /999999999999.*123456789012/);
  assert.deepEqual(world.cloud.calls, []);
});

test("Cancelling is offered until the request is sent, and keeps it from being sent", async (t) => {
  const world = openWindowWorld(t);
  const opening = gate();
  const open = world.sessions.open.bind(world.sessions);
  world.sessions.open = async (connection) => {
    await opening.opened;
    return open(connection);
  };
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  assert.equal(window.canCancel(id), true);
  const cancelled = window.cancel(id);
  opening.open();
  await cancelled;
  assert.equal(window.get(id)?.status, "discarded");
  assert.deepEqual(world.cloud.calls, []);
});

test("Cancelling is refused while the request is on its way", async (t) => {
  const world = openWindowWorld(t);
  const sending = gate();
  const answering = gate();
  world.cloud.before = async (call) => {
    if (call !== "create") return;
    sending.open();
    await answering.opened;
  };
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await sending.opened;
  assert.equal(window.canCancel(id), false);
  await assert.rejects(window.cancel(id), UserError);
  answering.open();
  assert.equal((await window.untilIdle(id)).status, "succeeded");
});

test("Discarding a failed attempt keeps it out of the way and on record", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.fail("create", refusal("AccessDeniedException", 403));
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await window.untilIdle(id);
  await window.discard(id);
  assert.equal(window.get(id)?.status, "discarded");
  assert.equal((await world.records())[0]?.status, "discarded");
});

test("Operations are listed newest first", async (t) => {
  const world = openWindowWorld(t);
  let aheadMs = 0;
  const window = await world.open({ clock: aheadOf(world.clock, () => (aheadMs += 1000)) });
  const first = await window.start(scope, { type: "create", draft: draftOf("first") });
  const second = await window.start(scope, { type: "create", draft: draftOf("second") });
  assert.deepEqual(
    window.list().map(({ id }) => id),
    [second.id, first.id],
  );
  await Promise.all([window.untilIdle(first.id), window.untilIdle(second.id)]);
});

const hourMs = 60 * 60 * 1000;

test("A token counts from its first request: a later one that never arrived does not make it young again", async (t) => {
  const world = openWindowWorld(t);
  let laterMs = 0;
  const clock = aheadOf(world.clock, () => laterMs);
  const window = await world.open({ clock, timing: shortPatience });
  const retries = shortPatience.retryDelaysMs.length;
  world.cloud.fail("create", reset(), { isCommitted: true });
  world.cloud.fail("create", reset(), { times: retries + (1 + retries) });
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  await window.untilIdle(id);
  laterMs = 0.9 * hourMs;
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).status, "interrupted");
  laterMs = 1.8 * hourMs;
  world.cloud.forgetTokens();
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).created?.id, "i-1");
  assert.equal(world.cloud.live.length, 1);
});

test("A machine that sleeps between two requests looks for the instance before it repeats the create", async (t) => {
  const world = openWindowWorld(t);
  let laterMs = 0;
  const window = await world.open({
    clock: {
      ...aheadOf(world.clock, () => laterMs),
      sleep: (ms, signal) => {
        if (world.cloud.tokens.length > 0 && laterMs === 0) {
          laterMs = 8 * hourMs;
          world.cloud.forgetTokens();
        }
        return world.clock.sleep(ms, signal);
      },
    },
  });
  world.cloud.fail("create", reset(), { isCommitted: true });
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  assert.equal((await window.untilIdle(id)).created?.id, "i-1");
  assert.equal(world.cloud.live.length, 1);
});

test("What the service chose where the draft says nothing does not hide the instance that was made", async (t) => {
  const world = openWindowWorld(t);
  const { kind } = world.cloud;
  const fields = kind.fields.map((field) => ({ ...field, editable: field.control === "text" }));
  const window = await world.open({ kinds: { get: () => ({ ...kind, fields }) } });
  world.cloud.before = () => {
    for (const { id, values } of world.cloud.live) values.domain = id;
  };
  world.cloud.fail("create", reset(), { isCommitted: true });
  world.cloud.fail("create", refusal("ConflictException", 409));
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  assert.equal((await window.untilIdle(id)).created?.id, "i-1");
});

test("Credentials that expire in the middle interrupt: the operation can be resumed", async (t) => {
  const world = openWindowWorld(t);
  world.cloud.fail("create", refusal("ExpiredTokenException", 403));
  const window = await world.open();
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  assert.equal((await window.untilIdle(id)).status, "interrupted");
  await window.resume(id);
  assert.equal((await window.untilIdle(id)).status, "succeeded");
  assert.equal(world.cloud.live.length, 1);
});
