import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf } from "../../src/core/errors";
import { FaultyFiles } from "../fakes/faultyFiles";
import type { Loss } from "../fakes/unsynced";
import { draftOf, scope, targetOf } from "../unit/operations/world";
import { DiskWorld } from "../unit/operations/diskWorld";

/** What the user has been told when the power goes, which has to be true afterwards. */
interface Promised {
  isDiscarded?: boolean;
  isSettled?: boolean;
}

interface Course {
  play(world: DiskWorld, files: FaultyFiles, promised: Promised): Promise<void>;
}

const request = { type: "create", draft: draftOf("alpha") } as const;

const courses: Readonly<Record<string, Course>> = {
  create: {
    async play(world, files, promised) {
      const window = await world.open(files);
      const { id } = await window.start(scope, request);
      promised.isSettled = (await window.untilIdle(id)).status === "succeeded";
    },
  },
  recreate: {
    async play(world, files, promised) {
      const target = targetOf(world.cloud.add("createFailed", "alpha"));
      const window = await world.open(files);
      const { id } = await window.start(scope, { type: "recreate", draft: draftOf("alpha"), target });
      promised.isSettled = (await window.untilIdle(id)).status === "succeeded";
    },
  },
  discard: {
    async play(world, files, promised) {
      world.sessions.error = new Error("no session");
      const window = await world.open(files);
      const { id } = await window.start(scope, request);
      await window.untilIdle(id);
      world.sessions.error = undefined;
      await window.discard(id);
      promised.isDiscarded = true;
    },
  },
};

/** Resolves with how many file calls there were. */
async function runOnce(course: Course, prepare: (files: FaultyFiles) => void): Promise<number> {
  const world = new DiskWorld();
  try {
    const files = new FaultyFiles(world.disk);
    const promised: Promised = {};
    prepare(files);
    const played = world.within(course.play(world, files, promised));
    played.catch(() => undefined);
    await Promise.race([played, files.whenOff]);
    if (!files.isOff) await world.pause();
    world.sessions.error = undefined;
    const sent = world.changes().length;
    const later = await world.open();
    await world.pause();
    const [record] = later.list();
    if (sent > 0) assert.ok(record, "what was sent is not on record");
    if (promised.isSettled) assert.equal(record?.status, "succeeded");
    if (promised.isDiscarded) assert.equal(record?.status, "discarded");
    await world.settleAll(later);
    if (record && record.status !== "discarded") assert.equal(world.cloud.live.length, 1, "instances");
    await world.pause();
    assert.equal(world.litter().join(), "");
    return files.calls.length;
  } finally {
    world.end();
  }
}

for (const [name, course] of Object.entries(courses)) {
  test(`A power loss at any file call of a ${name} leaves on record what was sent, and one instance in the end`, async () => {
    const count = await runOnce(course, () => undefined);
    const problems: string[] = [];
    for (let n = 1; n <= count; n++)
      for (const loss of ["dropped", "torn"] satisfies Loss[])
        for (const before of [true, false]) {
          let call: string | undefined;
          const prepare = (files: FaultyFiles) => {
            files.cutAt(n, loss, { before });
            files.onCall = (name, number) => {
              if (number === n) call = name;
              return undefined;
            };
          };
          await runOnce(course, prepare).catch((error: unknown) =>
            problems.push(`${before ? "before" : "after"} call ${n} (${call}), ${loss}: ${messageOf(error)}`),
          );
        }
    assert.deepEqual(problems, []);
  });
}
