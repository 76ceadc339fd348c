import assert from "node:assert/strict";
import { judgeAlways, judgeEnd } from "../judge";
import type { Trial } from "../trial";
import type { CampaignWindow } from "../window";
import { anything, closeAll, filePoints, mustBeDoneOrUntouched } from "./endings";
import type { Fault } from "./fault";

const codes = ["EMFILE", "ENOSPC", "EIO", "EACCES", "EDQUOT"];

/** One window alone, or with another one that looks on, which has a good disk. */
async function withFailingDisk(trial: Trial, arrange: (window: CampaignWindow) => void): Promise<void> {
  const watching = trial.random.chance(0.4) ? await trial.open() : undefined;
  const window = await trial.open({ before: arrange });
  const started = await trial.start(window);
  if (started) {
    // What cannot be read cannot be waited for; the user closes the window then.
    await trial.forAWhile(window.operations.untilIdle(started.id));
    const record = window.operations.get(started.id);
    if (record?.status === "interrupted" && !watching)
      assert.notEqual(record.error?.code, "Interrupted", "it says that its window is gone, and it is not");
    if (record?.status === "interrupted") trial.resumptions += 1;
    if (record?.status === "interrupted") await trial.try("resume", window.operations.resume(started.id));
    await trial.forAWhile(window.operations.untilIdle(started.id));
  } else if (trial.random.chance(0.5)) await trial.someLooks();
  if (watching && started) await trial.forAWhile(watching.operations.untilIdle(started.id));
  window.files.heal();
  // A window that stays open must not keep others from going on.
  if (trial.random.chance(0.5)) closeAll(trial);
  await mustBeDoneOrUntouched(trial, started);
}

const failsOnce: Fault = {
  name: "fileCallFails",
  about: "the n-th file call of a window fails once: EMFILE, ENOSPC, EIO, EACCES or EDQUOT, before or after it is done",
  rows: [4, 12, 16, 19],
  weight: 2,
  play: (trial) =>
    withFailingDisk(trial, (window) => {
      const at = trial.random.upTo(filePoints * 2);
      const code = trial.random.pick(codes);
      const isDone = trial.random.chance(0.3);
      window.files.onCall = (call, number) => {
        if (number !== at) return undefined;
        trial.notes.push(`${call} (call ${number}) failed with ${code}${isDone ? ", but was done" : ""}`);
        return { code, isDone };
      };
    }),
};

const readFails: Fault = {
  name: "entryCannotBeRead",
  about: "a window cannot read its own entry, once, while it works on it",
  rows: [19],
  async play(trial) {
    await withFailingDisk(trial, (window) => {
      const at = trial.random.upTo(5);
      const code = trial.random.pick(codes);
      let seen = 0;
      window.files.onCall = (call, number) => {
        // The one before a rename: what other reads miss, the next ones tell.
        const isBeforeRename = /^close .*\.tmp$/.test(window.files.calls[number - 2] ?? "");
        if (!isBeforeRename || !/^readFile .*\.json$/.test(call) || ++seen !== at) return undefined;
        trial.notes.push(`${call} failed with ${code}`);
        return { code };
      };
    });
    // Whoever believes that another window owns it gives the lock back, and takes it over from itself.
    if (trial.interruptions.length > 0) return;
    for (const { files } of trial.windows) {
      const taken = files.calls.filter((call) => /^open .*\.lock$/.test(call)).length;
      assert.ok(taken <= 1 + trial.resumptions, `a lock was taken ${taken} times`);
    }
  },
};

const failsFromThenOn: Fault = {
  name: "diskFails",
  about: "from the n-th call on, every file call of a window fails, until the window is closed",
  rows: [4, 12],
  play: (trial) =>
    withFailingDisk(trial, (window) => {
      const at = trial.random.upTo(filePoints * 2);
      const code = trial.random.pick(codes);
      window.files.onCall = (call, number) => {
        if (number === at) trial.notes.push(`from ${call} (call ${number}) on: ${code}`);
        return number >= at ? { code } : undefined;
      };
    }),
};

const flushFails: Fault = {
  name: "flushFails",
  about: "opening or flushing the journal's folder fails, once or always, after an entry was renamed",
  rows: [4],
  play: (trial) =>
    withFailingDisk(trial, (window) => {
      const code = trial.random.pick(codes);
      const at = trial.random.upTo(6);
      const isOnce = trial.random.chance(0.5);
      let seen = 0;
      window.files.onCall = (call) => {
        if (!/^(open|sync|close) journal/.test(call)) return undefined;
        seen += 1;
        if (isOnce ? seen !== at : seen < at) return undefined;
        trial.notes.push(`${call} failed with ${code}`);
        return { code };
      };
    }),
};

const powerLoss: Fault = {
  name: "powerLoss",
  about: "the power fails before the n-th file call: what was not flushed is dropped or torn; sometimes twice",
  rows: [4],
  async play(trial) {
    const lose = (window: CampaignWindow) =>
      window.at(trial.random.upTo(filePoints), anything, () => trial.losePower());
    const window = await trial.open({ before: lose });
    const started = window.isShut ? undefined : await trial.start(window);
    if (started) await trial.deadOrIdle(window, started.id);
    if (trial.random.chance(0.4)) {
      const second = await trial.open({ before: lose });
      if (started && !second.isShut) {
        await trial.try("resume", Promise.race([second.operations.resume(started.id), trial.untilDead(second)]));
        await trial.deadOrIdle(second, started.id);
      }
      closeAll(trial);
    }
    await mustBeDoneOrUntouched(trial, started, { mayHaveDied: true });
  },
};

const takeoverFails: Fault = {
  name: "takeoverFails",
  about: "a window dies, and file calls of the one that takes over fail, which stays open: a third one can go on",
  rows: [12],
  async play(trial) {
    const taker = await trial.open();
    const window = await trial.open();
    window.at(10 + trial.random.upTo(filePoints / 2), anything, () => {
      const at = trial.random.upTo(25);
      const isOnce = trial.random.chance(0.7);
      const code = trial.random.pick(codes);
      const from = taker.files.calls.length;
      taker.files.onCall = (call, number) => {
        if (isOnce ? number !== from + at : number < from + at) return undefined;
        trial.notes.push(`${call} failed with ${code}`);
        return { code };
      };
      window.die();
    });
    const started = await trial.start(window);
    if (started) await trial.deadOrIdle(window, started.id);
    if (started) await trial.forAWhile(taker.operations.untilIdle(started.id));
    taker.files.heal();
    await mustBeDoneOrUntouched(trial, started, { mayHaveDied: true });
  },
};

const lockCannotBeMade: Fault = {
  name: "lockCannotBeMade",
  about: "two windows want one instance's lock, and making it fails in the second one: the first one keeps it",
  rows: [16],
  fits: ({ type }) => type !== "create",
  async play(trial) {
    const first = await trial.open();
    const second = await trial.open();
    const locks = () => trial.disk.paths.filter((path) => path.endsWith(".lock"));
    let held: readonly string[] = [];
    // It has the lock, and nothing on record yet.
    first.at(1, /^file: open entry/, async () => {
      held = locks();
      const code = trial.random.pick(["EMFILE", "ENOSPC", "EACCES"]);
      second.files.onCall = (call) => (/^(open|write|close) .*\.lock$/.test(call) ? { code } : undefined);
      const intrusion = await trial.start(second);
      await trial.someLooks();
      if (intrusion) trial.violation ??= new Error("two operations on one instance");
      else if (held.some((lock) => !locks().includes(lock)))
        trial.violation ??= new Error("another window's lock was removed");
    });
    const started = await trial.start(first);
    assert.ok(started, "starting was refused");
    const record = await trial.finish(first, started.id);
    assert.ok(held.length > 0);
    assert.deepEqual(trial.interruptions, [], "the first one was disturbed");
    second.files.heal();
    closeAll(trial);
    await judgeAlways(trial, trial.records());
    await judgeEnd(trial, record);
  },
};

export const diskFaults: readonly Fault[] = [
  failsOnce,
  readFails,
  failsFromThenOn,
  flushFails,
  powerLoss,
  takeoverFails,
  lockCannotBeMade,
];
