import assert from "node:assert/strict";
import { test } from "node:test";
import { SignInRequiredError } from "../../../src/aws/errors";
import { UserError } from "../../../src/core/errors";
import type { Instance } from "../../../src/instances/instance";
import type { Wish } from "../../../src/operations/operationRun";
import type { OperationRequest } from "../../../src/operations/operations";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, gate, targetOf } from "./world";
import { RunWorld } from "./runWorld";

const create: OperationRequest = { type: "create", draft: draftOf("alpha") };
const expired = () => refusal("ExpiredTokenException", 403);

test("An operation that is stopped while its record is being written asks for no credentials after the write", async () => {
  for (const end of ["lost", "stopped"] as const) {
    const world = new RunWorld();
    const asked: string[] = [];
    const run = await world.begin(create, {
      kind: {
        create: (...call) => {
          asked.push("create");
          return world.cloud.kind.create(...call);
        },
      },
    });
    world.files.onCall = (call) => {
      if (call.startsWith("rename")) run.abort(end);
      return undefined;
    };
    assert.equal(await run.work(), end);
    assert.deepEqual(asked, []);
    assert.equal((await world.onDisk(run)).status, "running");
  }
});

test("A run that is stopped, or loses its lock, while it waits for credentials sends nothing when they come", async () => {
  for (const end of ["lost", "stopped", "broken"] as const) {
    const world = new RunWorld();
    const run = await world.begin(create, {
      kind: {
        create: (...call) => {
          if (end === "broken") world.isHeld = false;
          else run.abort(end);
          return world.cloud.kind.create(...call);
        },
      },
    });
    const asked: string[] = [];
    world.cloud.before = (call) => void asked.push(call);
    assert.equal(await run.work(), end === "broken" ? "lost" : end);
    assert.deepEqual(asked, []);
  }
});

test("Cancelling is offered while nothing was sent, and after a restart only where no request is on record", async () => {
  const world = new RunWorld();
  const [opening, sending] = [gate(), gate()];
  const open = world.sessions.open.bind(world.sessions);
  world.sessions.open = (connection) => opening.opened.then(() => open(connection));
  const run = await world.begin(create);
  assert.equal(run.canCancel, true);
  const offered: boolean[] = [];
  world.cloud.before = () => {
    offered.push(run.canCancel);
    sending.open();
  };
  const ended = run.work();
  assert.equal(run.canCancel, true);
  opening.open();
  await sending.opened;
  assert.equal(offered[0], false);
  assert.equal(await ended, "settled");

  const target = { id: "i-1", arn: "arn:fake:i-1" };
  const recreate: OperationRequest = { type: "recreate", draft: draftOf("alpha"), target };
  assert.equal((await world.begin(recreate, { left: { step: "check" } })).canCancel, true);
  assert.equal((await world.begin(recreate, { left: { step: "delete" } })).canCancel, true);
  assert.equal((await world.begin(recreate, { left: { step: "delete", attempts: 1 } })).canCancel, false);
  const closing = await world.begin(create);
  closing.abort("stopped");
  assert.equal(closing.canCancel, false);
});

test("Whatever stopped a run first is how it ends", async () => {
  const world = new RunWorld();
  const run = await world.begin(create);
  run.abort("lost");
  run.abort("stopped");
  assert.equal(await run.work(), "lost");
  assert.deepEqual(world.cloud.calls, []);
});

test("A step that this version does not know interrupts before anything is sent", async () => {
  const world = new RunWorld();
  const run = await world.begin(create, { left: { step: "ofTheFuture" } });
  assert.equal(await run.work(), "interrupted");
  const { status, error } = await world.onDisk(run);
  assert.equal(status, "interrupted");
  assert.equal(error?.code, "UnknownStep");
  assert.match(error.message, /ofTheFuture/);
  assert.deepEqual(world.cloud.calls, []);
});

test("Each step's requests are counted from its own beginning: an old delete does not age the token of a create", async () => {
  const world = new RunWorld();
  const target = targetOf(world.cloud.add("createFailed", "alpha"));
  const run = await world.begin({ type: "recreate", draft: draftOf("alpha"), target });
  const seen: unknown[] = [];
  world.cloud.before = async (call) => {
    if (call !== "delete" && call !== "create") return;
    const { step, attempts, sentAt, status } = await world.onDisk(run);
    seen.push({ step, attempts, status, ageMs: world.clock.now() - (sentAt ?? NaN) });
  };
  assert.equal(await run.work(), "settled");
  assert.deepEqual(seen, [
    { step: "delete", attempts: 1, status: "running", ageMs: 0 },
    { step: "create", attempts: 2, status: "running", ageMs: 0 },
  ]);
  assert.ok(world.waitedMs > 0);
});

test("The time of the first request of a step is kept when it is repeated", async () => {
  const world = new RunWorld();
  const sentAt: unknown[] = [];
  world.cloud.fail("create", reset(), { times: 2 });
  const run = await world.begin(create);
  const start = world.clock.now();
  world.cloud.before = async (call) => {
    if (call === "create") sentAt.push((await world.onDisk(run)).sentAt);
  };
  await run.work();
  assert.deepEqual(sentAt, [start, start, start]);
});

test("A run whose lock was broken changes nothing more, neither in the cloud nor on disk, and does not call itself interrupted", async () => {
  const world = new RunWorld();
  const run = await world.begin(create);
  world.isHeld = false;
  assert.equal(await run.work(), "lost");
  assert.deepEqual(world.cloud.calls, []);
  world.isHeld = true;
  const target = targetOf(world.cloud.add("ready", "beta"));
  const edit = await world.begin({ type: "edit", target, values: {} });
  world.cloud.fail("get", refusal("AccessDeniedException", 403));
  world.cloud.before = () => {
    world.isHeld = false;
  };
  assert.equal(await edit.work(), "lost");
  assert.deepEqual(world.published, []);
  assert.equal((await world.onDisk(edit)).status, "running");
});

test("Where a disk takes nothing any more the interruption is shown all the same, with the disk's reason", async () => {
  const world = new RunWorld();
  const run = await world.begin(create);
  world.files.onCall = (call) => (call.startsWith("open") ? { code: "ENOSPC" } : undefined);
  assert.equal(await run.work(), "interrupted");
  const shown = world.published.at(-1);
  assert.equal(shown?.status, "interrupted");
  assert.equal(shown.error?.code, "ENOSPC");
  assert.match(shown.error.message, /disk is full/);
  assert.equal(run.record, shown);
  world.files.heal();
  assert.equal((await world.onDisk(run)).status, "running");
  assert.deepEqual(world.cloud.calls, []);
});

test("A lost connection is waited out as often as agreed, the wait is told, and then the operation is interrupted", async () => {
  const world = new RunWorld();
  world.cloud.fail("create", reset(), { times: 2 });
  const run = await world.begin(create, { kind: { hasStates: false } });
  assert.equal(await run.work(), "settled");
  assert.equal(world.waitedMs, 3_000);
  const told = run.record.history.map(({ text }) => text);
  assert.deepEqual(told, [
    "Started",
    "The connection was reset Trying again.",
    "The connection was reset Trying again.",
    "Created i-1",
    "Done",
  ]);

  const unlucky = new RunWorld();
  unlucky.cloud.fail("create", reset(), { times: 3 });
  const interrupted = await unlucky.begin(create);
  assert.equal(await interrupted.work(), "interrupted");
  assert.equal(unlucky.waitedMs, 3_000);
  assert.equal(interrupted.record.error?.code, "TransportError");
  assert.equal(interrupted.record.attempts, 3);
  assert.equal(interrupted.record.history.at(-1)?.text, "The connection was reset");
  assert.equal(interrupted.record.settledAt, undefined);
});

test("What was repeated, resumed or followed through trouble is on record as held up, and what went straight is not", async () => {
  const cases = [
    { left: undefined, fails: undefined, wasHeldUp: undefined },
    { left: undefined, fails: "create", wasHeldUp: true },
    { left: undefined, fails: "get", wasHeldUp: true },
    { left: { step: "create" }, fails: undefined, wasHeldUp: true },
  ] as const;
  for (const { left, fails, wasHeldUp } of cases) {
    const world = new RunWorld();
    const run = await world.begin(create, left && { left });
    if (fails) world.cloud.fail(fails, reset());
    assert.equal(await run.work(), "settled");
    const settled = await world.onDisk(run);
    assert.deepEqual([settled.status, settled.wasHeldUp], ["succeeded", wasHeldUp], fails ?? left?.step);
  }
});

test("A settled operation carries the time of its end, and everybody hears of each of its states", async () => {
  const world = new RunWorld();
  const run = await world.begin(create);
  await run.work();
  assert.equal(run.record.settledAt, world.clock.now());
  assert.equal(run.record.updatedAt, world.clock.now());
  assert.deepEqual(
    world.published.map(({ step, attempts, created, status }) => [step, attempts, created?.id, status].join(" ")),
    // Twice before the reply: when it is written, and when it can no longer be cancelled.
    [
      "create 1  running",
      "create 1  running",
      "create 1 i-1 running",
      "follow 1 i-1 running",
      "follow 1 i-1 succeeded",
    ],
  );
  assert.deepEqual(await world.onDisk(run), JSON.parse(JSON.stringify(run.record)));
});

test("An error that waiting cannot mend is not waited out", async () => {
  const world = new RunWorld();
  world.cloud.fail("get", new UserError("The profile has no region."));
  const target = targetOf(world.cloud.add("ready", "alpha"));
  const run = await world.begin({ type: "edit", target, values: {} });
  assert.equal(await run.work(), "interrupted");
  assert.equal(world.waitedMs, 0);
});

test("Credentials that are replaced under a call let it be repeated at once with the new ones, three times at most", async () => {
  for (const error of [expired(), new UserError("The connection was replaced while it was in use.")])
    for (const [times, end] of [
      [3, "settled"],
      [4, error instanceof UserError ? "interrupted" : "needsSignIn"],
    ] as const) {
      const world = new RunWorld();
      world.cloud.fail("create", error, { times });
      world.cloud.before = (call) => {
        if (call === "create") world.sessions.invalidate(run.record.connection);
      };
      const run = await world.begin(create, { kind: { hasStates: false } });
      assert.equal(await run.work(), end);
      assert.equal(world.waitedMs, 0);
      assert.equal(run.record.attempts, 4);
    }
});

test("Only trouble with credentials is blamed on a session that was replaced", async () => {
  const world = new RunWorld();
  world.cloud.fail("get", refusal("AccessDeniedException", 403));
  world.cloud.before = () => world.sessions.invalidate(run.record.connection);
  const target = targetOf(world.cloud.add("ready", "alpha"));
  const run = await world.begin({ type: "edit", target, values: { name: "beta" } });
  assert.equal(await run.work(), "interrupted");
  assert.equal(run.record.error?.code, "AccessDeniedException");
  assert.deepEqual(world.cloud.calls, []);
});

test("Credentials that nobody replaced are not tried a second time: the user has to sign in", async () => {
  const world = new RunWorld();
  world.cloud.fail("create", expired());
  const run = await world.begin(create);
  assert.equal(await run.work(), "needsSignIn");
  assert.equal(run.record.status, "interrupted");
  assert.equal(run.record.attempts, 1);

  world.sessions.error = new SignInRequiredError("dev", "Run aws sso login", "sso");
  const signedOut = await world.begin(create);
  assert.equal(await signedOut.work(), "needsSignIn");
  assert.deepEqual(signedOut.record.error, { code: "SignInRequiredError", message: "Run aws sso login" });
});

test("A run that is stopped during a call or a wait ends at once, and its record stays as it is", async () => {
  const world = new RunWorld();
  world.cloud.fail("create", reset());
  const run = await world.begin(create);
  world.cloud.before = () => run.abort("stopped");
  assert.equal(await run.work(), "stopped");
  assert.deepEqual([run.record.attempts, run.record.status], [1, "running"]);
  assert.equal(world.waitedMs, 0);
});

test("The newest two hundred lines of history and request ids are kept", async () => {
  const world = new RunWorld();
  const lines = Array.from({ length: 200 }, (_, at) => ({ at, text: `line ${at}` }));
  const ids = lines.map(({ text }) => text);
  const run = await world.begin(create, { left: { history: lines, requestIds: ids } });
  await run.work();
  const { history, requestIds } = run.record;
  assert.equal(history.length, 200);
  assert.deepEqual([history[0]?.text, history.at(-1)?.text], ["line 2", "Done"]);
  assert.equal(requestIds.length, 200);
  assert.equal(requestIds[0], "line 1");
  assert.doesNotMatch(requestIds.at(-1) ?? "", /line/);
});

test("An attempt that has no request id leaves none", async () => {
  const world = new RunWorld();
  const run = await world.begin(create, {
    kind: {
      create: (session, draft, token, options) => {
        options?.onAttempt?.({ number: 1 });
        options?.onAttempt?.({ number: 2, requestId: "r-2" });
        return world.cloud.kind.create(session, draft, token, { ...options, onAttempt: () => undefined });
      },
    },
  });
  assert.equal(await run.work(), "settled");
  assert.deepEqual(run.record.requestIds, ["r-2"]);
});

test("Only the step in which an operation is resumed counts as begun before", async () => {
  const world = new RunWorld();
  const target = targetOf(world.cloud.add("createFailed", "alpha"));
  let reads = 0;
  world.cloud.before = (call) => {
    // Between the check and the delete somebody else tries to delete it, and cannot.
    if (call === "get" && ++reads === 2) world.cloud.resources.get(target.id)!.phase = "deleteFailed";
  };
  const run = await world.begin({ type: "recreate", draft: draftOf("alpha"), target }, { left: { step: "check" } });
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.error?.code, "StateChanged");
});

test("What is foreseen is no defect; a defect is in the log with its stack, and the record names it", async () => {
  for (const [error, code, isDefect] of [
    [reset(), "TransportError", false],
    [expired(), "ExpiredTokenException", false],
    [new UserError("Choose a region."), "UserError", false],
    [new UserError("The sandbox is not running.", { code: "SandboxStopped" }), "SandboxStopped", false],
    [new UserError("Could not read.", { cause: Object.assign(new Error("EIO"), { code: "EIO" }) }), "EIO", false],
    [new UserError("Could not read.", { cause: Object.assign(new Error("odd"), { code: 7 }) }), "UserError", false],
    [new UserError("Could not read.", { cause: "odd" }), "UserError", false],
    [new SignInRequiredError("dev", "Sign in", "sso"), "SignInRequiredError", false],
    [new TypeError("undefined is not a function"), "TypeError", true],
    ["thrown text", "Error", true],
  ] as const) {
    const world = new RunWorld();
    world.cloud.fail("create", error, { times: 3 });
    const run = await world.begin(create);
    assert.match(await run.work(), /interrupted|needsSignIn/);
    assert.equal(run.record.error?.code, code);
    assert.equal(run.record.error.message, typeof error === "string" ? error : error.message);
    const defects = world.logged.filter(({ level }) => level === "error");
    assert.equal(defects.length, isDefect ? 1 : 0, code);
    if (error instanceof TypeError) assert.ok(defects[0]?.message.includes(error.stack ?? ""));
  }
});

test("Following goes on through trouble that passes, and its waits grow only until something is heard again", async () => {
  const world = new RunWorld();
  const creating = (): Instance => ({ ...world.cloud.add("creating", "x"), phase: "creating" });
  const script: (Instance | Error)[][] = [
    [reset()],
    [reset()],
    [reset()],
    [creating(), reset()],
    [],
    [{ ...creating(), phase: "ready" }],
  ];
  const startedAt: number[] = [];
  const follow = async function* () {
    startedAt.push(world.waitedMs);
    await Promise.resolve();
    for (const next of script.shift() ?? []) {
      if (next instanceof Error) throw next;
      yield next;
    }
  };
  world.cloud.createOutcome = { phase: "ready" };
  const run = await world.begin(create, { deps: { follower: { follow } } });
  world.cloud.before = (call) => {
    if (call === "get") world.cloud.resources.get(run.record.created?.id ?? "")!.phase = "ready";
  };
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.status, "succeeded");
  const gaps = startedAt.slice(1).map((at, index) => at - startedAt[index]!);
  assert.deepEqual(gaps, [1_000, 2_000, 2_000, 1_000, 2_000]);
});

test("Following ends when the profile belongs to another account, and when credentials are gone", async () => {
  for (const [happens, code] of [
    ["account", "AccountChanged"],
    ["signedOut", "SignInRequiredError"],
  ] as const) {
    const world = new RunWorld();
    world.cloud.isInstant = false;
    const run = await world.begin(create);
    world.cloud.before = (call) => {
      if (call !== "get") return;
      if (happens === "account") world.cloud.accountId = "999999999999";
      else world.sessions.error = new SignInRequiredError("dev", "Sign in", "sso");
    };
    await run.work();
    assert.equal(run.record.status, "interrupted");
    // The follower may be the first to notice, in words of its own.
    assert.ok([code, "UserError"].includes(run.record.error?.code ?? ""), run.record.error?.code);
    assert.equal(run.record.step, "follow");
  }
});

const discarded: Wish = { changes: { status: "discarded" }, history: "Discarded" };

test("A wish that cannot be written leaves the run at work, and says so", async () => {
  const world = new RunWorld();
  const run = await world.begin(create);
  world.files.onCall = (call) => (call.startsWith("open") ? { code: "ENOSPC" } : undefined);
  await assert.rejects(
    run.giveUp(() => discarded),
    (error) =>
      error instanceof UserError && /^alpha goes on: .*disk is full/.test(error.message) && error.cause !== undefined,
  );
  world.files.heal();
  assert.equal(await run.work(), "settled");
  assert.equal(run.record.status, "succeeded");
});

test("A wish to keep a request from being sent counts even where it cannot be written", async () => {
  const world = new RunWorld();
  const run = await world.begin(create);
  world.files.onCall = (call) => (call.startsWith("open") ? { code: "ENOSPC" } : undefined);
  await assert.rejects(
    run.giveUp(() => ({ ...discarded, orInterrupt: true })),
    (error) =>
      error instanceof UserError && /interrupted before anything was sent, but.*disk is full/.test(error.message),
  );
  world.files.heal();
  const shown = world.published.at(-1);
  assert.equal(shown?.status, "interrupted");
  assert.equal(shown.error?.code, "ENOSPC");
  assert.match(shown.error.message, /Discard it when that is mended\.$/);
  assert.equal(await run.work(), "interrupted");
  assert.deepEqual(world.cloud.calls, []);
});

test("A wish that comes too late is refused: for what it was meant, and for a run that has ended", async () => {
  const world = new RunWorld();
  const run = await world.begin(create);
  const tooLate = new UserError("A request was sent.");
  await assert.rejects(
    run.giveUp(() => {
      throw tooLate;
    }),
    tooLate,
  );
  await run.giveUp(() => discarded);
  assert.equal(await run.work(), "cancelled");
  assert.equal((await world.onDisk(run)).status, "discarded");
  await assert.rejects(
    run.giveUp(() => discarded),
    (error) => error instanceof UserError && error.message.startsWith("alpha: the operation has come to an end"),
  );
  assert.deepEqual(world.cloud.calls, []);
});

test("A wish of a window whose lock was broken is refused, and the entry stays as the other one has it", async () => {
  const world = new RunWorld();
  const run = await world.begin(create);
  world.isHeld = false;
  await assert.rejects(
    run.giveUp(() => ({ ...discarded, orInterrupt: true })),
    { name: "OutdatedWriterError" },
  );
  assert.deepEqual(world.published, []);
  assert.equal((await world.onDisk(run)).status, "running");
  assert.equal(await run.work(), "lost");
});

test("Everybody hears that a request goes out, because it can no longer be cancelled then", async () => {
  const world = new RunWorld();
  const offered: boolean[] = [];
  const run = await world.begin(create, {
    kind: { hasStates: false },
    deps: { publish: () => offered.push(run.canCancel) },
  });
  await run.work();
  assert.deepEqual(offered, [true, false, false, false]);
});
