import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ServiceError, TransportError } from "../../../src/aws/errors";
import { isSettled } from "../../../src/operations/operationRecord";
import type { OperationRequest } from "../../../src/operations/operations";
import { DiskWorld, outcomeOf } from "./diskWorld";
import { draftOf, scope, type Window } from "./world";

/** Windows over one journal, and a user who waits for nothing. */
class Live {
  readonly world = new DiskWorld();
  readonly windows: Window[] = [];
  /** Why Clear Completed stopped. */
  readonly refusals: string[] = [];
  /** That were asked for, with the one before all windows. */
  creates = 1;

  constructor() {
    this.world.cloud.add("ready", "alpha");
  }

  at(index: number): Window {
    return this.windows[index % this.windows.length]!;
  }

  /** What is refused is refused: another operation comes first, or it is too late. */
  act(work: Promise<unknown>): void {
    void outcomeOf(work);
  }

  clear(window: Window): void {
    void outcomeOf(window.clearCompleted()).then((outcome) => {
      if ("refusal" in outcome) this.refusals.push(outcome.refusal);
    });
  }
}

interface Step {
  run(live: Live): unknown;
  toString(): string;
}

function step(name: string, run: Step["run"]): Step {
  return { run, toString: () => name };
}

function nth<T>(all: readonly T[], index: number): T | undefined {
  return all[index % Math.max(1, all.length)];
}

const changes = ["delete", "tags", "edit", "recreate"] as const;

function begin(type: (typeof changes)[number], which: number, window: number) {
  return step(`${type} ${which} in ${window}`, (live) => {
    const found = nth([...live.world.cloud.resources.values()], which);
    if (!found) return;
    const target = { id: found.id, arn: `arn:fake:${found.id}`, name: found.values.name ?? "" };
    const requests: Readonly<Record<typeof type, OperationRequest>> = {
      delete: { type: "delete", target },
      tags: { type: "tags", target, changes: { set: { team: "a" }, remove: [] } },
      edit: { type: "edit", target, values: { name: "gamma" } },
      recreate: { type: "recreate", target, draft: draftOf(found.values.name ?? "") },
    };
    if (type === "recreate") live.creates++;
    live.act(live.at(window).start(scope, requests[type]));
  });
}

const failures = {
  lost: new TransportError("reset", { code: "ECONNRESET", attempts: 1, maybeSent: true }),
  refused: new ServiceError("ServiceUnavailable", "later", { status: 503, isRetryable: true, attempts: 1 }),
};

const window = fc.nat(2);
const which = fc.nat(5);
const steps = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(window, fc.constantFrom("alpha", "beta")).map(([at, name]) =>
      step(`create ${name} in ${at}`, (live) => {
        live.creates++;
        live.act(live.at(at).start(scope, { type: "create", draft: draftOf(name) }));
      }),
    ),
  },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...changes), which, window).map((all) => begin(...all)) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom("discard" as const, "resume" as const, "stopFollowing" as const, "cancel" as const),
        which,
        window,
      )
      .map(([way, index, at]) =>
        step(`${way} ${index} in ${at}`, (live) => {
          const record = nth(live.at(at).list(), index);
          if (record) live.act(live.at(at)[way](record.id));
        }),
      ),
  },
  { weight: 3, arbitrary: window.map((at) => step(`clear in ${at}`, (live) => live.clear(live.at(at)))) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom("create" as const, "delete" as const, "get" as const, "list" as const, "setTags" as const),
        fc.constantFrom("lost" as const, "refused" as const),
        fc.boolean(),
        fc.integer({ min: 1, max: 4 }),
      )
      .map(([call, failure, isCommitted, times]) =>
        step(`${call} is ${failure}${isCommitted ? " when done" : ""}, ${times} times`, ({ world }) =>
          world.cloud.fail(call, failures[failure], { isCommitted, times }),
        ),
      ),
  },
  fc.constantFrom("ready" as const, "createFailed" as const).map((phase) =>
    step(`creates end ${phase}`, ({ world }) => {
      world.cloud.createOutcome = { phase, ...(phase === "createFailed" && { errorMessage: "no" }) };
    }),
  ),
  fc.constantFrom("deleted" as const, "deleteFailed" as const).map((phase) =>
    step(`deletes end ${phase}`, ({ world }) => {
      world.cloud.deleteOutcome = { phase, ...(phase === "deleteFailed" && { errorMessage: "no" }) };
    }),
  ),
  fc.boolean().map((isInstant) =>
    step(`${isInstant ? "nothing takes" : "everything takes"} time`, ({ world }) => {
      world.cloud.isInstant = isInstant;
    }),
  ),
  {
    weight: 2,
    arbitrary: window.map((at) =>
      step(`window ${at} closes, another opens`, async (live) => {
        live.at(at).dispose();
        live.windows[at % live.windows.length] = await live.world.open();
      }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom(1, 1_000, 30_000).map((ms) => step(`wait ${ms}`, ({ world }) => world.clock.sleep(ms))),
  },
);

test("Whatever users, windows and services do, operations end, windows agree, and no create makes two", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(steps, { minLength: 3, maxLength: 30, size: "max" }),
      fc.integer({ min: 1, max: 2 }),
      async (all, count) => {
        const live = new Live();
        const { world, windows } = live;
        try {
          while (windows.length < count) windows.push(await world.open());
          for (const each of all) await each.run(live);
          world.cloud.isInstant = true;
          await world.pause();
          await world.settleAll(...windows);
          await world.pause();
          assert.ok(world.cloud.resources.size <= live.creates, "no create makes two");
          const seen = windows.map((one) =>
            one.list().map(({ id, status, revision, isCleared }) => [id, status, revision, isCleared]),
          );
          for (const other of seen) assert.deepEqual(other, seen[0], "all windows agree");
          assert.ok(windows[0]!.list().every(isSettled));
          assert.deepEqual(world.litter(), []);
          if (count === 1) assert.doesNotMatch(live.refusals.join("\n"), /another window/i, "there is no other window");
        } finally {
          world.end();
        }
      },
    ),
    { numRuns: 60 },
  );
});
