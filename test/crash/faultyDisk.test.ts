import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf } from "../../src/core/errors";
import { FaultyFiles } from "../fakes/faultyFiles";
import { draftOf, gate, scope, targetOf, type Window } from "../unit/operations/world";
import { DiskWorld, outcomeOf } from "../unit/operations/diskWorld";

/**
 * As SQLite is tested: each file call of an operation fails once, then all from that one on, with each code; then the disk is
 * well again, and whatever is offered is resumed.
 */
const codes = ["EMFILE", "ENOSPC", "EIO", "EACCES"];

/** The code tells nothing but what the message says, so each call has its turn with one of them; `EVERY_CODE=1` tries all. */
function codesAt(n: number): readonly string[] {
  return process.env.EVERY_CODE ? codes : [codes[n % codes.length]!];
}

interface Course {
  /** Nobody else is there who could take over. */
  readonly isAlone?: true;
  /** What the user does in the window with the faulty disk; resolves with what the disk may not change. */
  play(world: DiskWorld, files: FaultyFiles): Promise<Expectation>;
}

interface Expectation {
  /** How many instances are alive in the end. */
  readonly live: number;
  /** Once a disk is well again, by which window's hand. */
  readonly again?: (window: Window) => Promise<unknown>;
}

const request = { type: "create", draft: draftOf("alpha") } as const;

/** Starts, and waits as long as this window knows how. A refusal must be true, now and later. */
async function start(world: DiskWorld, window: Window, what: Parameters<Window["start"]>[1]): Promise<Expectation> {
  const before = world.cloud.live.length;
  const started = await outcomeOf(world.within(window.start(scope, what)));
  if ("refusal" in started) {
    await world.pause();
    assert.deepEqual(world.changes(), [], `"${started.refusal}", but something was sent`);
    return { live: Math.max(before, 1), again: (healthy) => healthy.start(scope, what) };
  }
  await world.within(window.untilIdle(started.value.id));
  return { live: 1 };
}

const courses: Readonly<Record<string, Course>> = {
  create: {
    play: async (world, files) => start(world, await world.open(files), request),
  },
  recreate: {
    async play(world, files) {
      const target = targetOf(world.cloud.add("createFailed", "alpha"));
      return start(world, await world.open(files), { type: "recreate", draft: draftOf("alpha"), target });
    },
  },
  cancel: {
    async play(world, files) {
      const window = await world.open(files);
      const started = await outcomeOf(world.within(window.start(scope, request)));
      if ("refusal" in started) return { live: 0 };
      const cancelled = await outcomeOf(world.within(window.cancel(started.value.id)));
      if ("value" in cancelled) return { live: 0 };
      await world.within(window.untilIdle(started.value.id));
      return { live: window.get(started.value.id)?.status === "discarded" ? 0 : 1 };
    },
  },
  discard: {
    async play(world, files) {
      const first = await world.open();
      world.sessions.error = new Error("no session");
      const { id } = await first.start(scope, request);
      await first.untilIdle(id);
      first.dispose();
      world.sessions.error = undefined;
      const window = await world.open(files);
      const discarded = await outcomeOf(world.within(window.discard(id)));
      return { live: "value" in discarded ? 0 : 1 };
    },
  },
  "take-over": {
    isAlone: true,
    async play(world, files) {
      const sending = gate();
      const never = gate();
      let isFirst = true;
      world.cloud.before = (call) => {
        if (call !== "create" || !isFirst) return undefined;
        isFirst = false;
        sending.open();
        return never.opened;
      };
      const first = await world.open();
      const window = await world.open(files);
      const { id } = await first.start(scope, request);
      await sending.opened;
      await world.pause();
      first.dispose();
      // A window that cannot read any more does not hear of the end, or not even of the operation.
      const settled = window.untilIdle(id).catch(() => undefined);
      await Promise.race([settled, world.clock.sleep(60_000)]);
      return { live: 1 };
    },
  },
};

async function runOnce(course: Course, prepare: (files: FaultyFiles) => void): Promise<number> {
  const world = new DiskWorld();
  try {
    const beside = course.isAlone ? [] : [await world.open()];
    const files = new FaultyFiles(world.disk);
    prepare(files);
    const { live, again } = await course.play(world, files);
    const count = files.calls.length;
    files.heal();
    await world.pause();
    const later = await world.open();
    if (again) await world.within(again(later));
    await world.settleAll(later, ...beside);
    assert.equal(world.cloud.live.length, live, "instances");
    await world.pause();
    assert.equal(world.litter().join(), "");
    return count;
  } finally {
    world.end();
  }
}

for (const [name, course] of Object.entries(courses)) {
  test(`Whichever file call of a ${name} fails, one instance comes of it, or none when that was said`, async () => {
    const count = await runOnce(course, () => undefined);
    const problems: string[] = [];
    for (let n = 1; n <= count; n++)
      for (const fromThenOn of [false, true])
        for (const code of codesAt(n + (fromThenOn ? 2 : 0))) {
          let call: string | undefined;
          const prepare = (files: FaultyFiles) => {
            files.failAt(n, code, { fromThenOn });
            const { onCall } = files;
            files.onCall = (name, number) => {
              if (number === n) call = name;
              return onCall(name, number);
            };
          };
          const label = () => `call ${n} (${call}): ${code}${fromThenOn ? " from then on" : ""}`;
          await runOnce(course, prepare).catch((error: unknown) => problems.push(`${label()}: ${messageOf(error)}`));
        }
    assert.deepEqual(problems, []);
  });
}
