import assert from "node:assert/strict";
import { judgeAlways, judgeDrafts } from "../judge";
import { anything, filePoints, mustBeDone, mustBeDoneOrUntouched, requestsAndReplies, wirePoints } from "./endings";
import { creates, succeeds, type Fault } from "./fault";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const wrongClock: Fault = {
  name: "wrongClock",
  about: "this process's clock is minutes to a day ahead or behind, with lost replies and a restart",
  rows: [8],
  async play(trial) {
    const errorMs = trial.random.pick([-26, -8, -2, -0.2, 0.2, 2, 8, 26]) * hourMs;
    trial.notes.push(`clock off by ${errorMs / hourMs} h`);
    const before = (window: { clockErrorMs: number }) => void (window.clockErrorMs = errorMs);
    const window = await trial.open({ before });
    await trial.losesSight(window);
    const mayHaveDied = trial.random.chance(0.5);
    if (mayHaveDied) window.at(trial.random.upTo(wirePoints), requestsAndReplies, () => window.die());
    const started = await trial.start(window);
    if (started) await trial.deadOrIdle(window, started.id);
    const isSetRight = trial.random.chance(0.5);
    if (isSetRight) trial.notes.push("the clock was set right before the restart");
    // By the record alone nobody can tell whether the clock was set before the request was sent or after it.
    const rest = isSetRight ? { mayBeUnknown: mayHaveDied } : { before };
    await mustBeDoneOrUntouched(trial, started, { mayHaveDied, ...rest });
  },
};

const jumpingClock: Fault = {
  name: "jumpingClock",
  about: "the clock is set forward or back by an hour to a month, several times, between any two points",
  rows: [7, 8],
  async play(trial) {
    const window = await trial.open();
    await trial.losesSight(window);
    for (let jumps = trial.random.upTo(3); jumps > 0; jumps--) {
      const byMs = trial.random.pick([-30 * 24, -25, -3, 3, 25, 30 * 24]) * hourMs;
      window.at(trial.random.upTo(filePoints), anything, () => {
        trial.notes.push(`clock set by ${byMs / hourMs} h`);
        window.clockErrorMs += byMs;
      });
    }
    const started = await trial.start(window);
    assert.ok(started, "starting was refused");
    // What the clock jumped over while a request was under way, nobody can tell afterwards.
    await mustBeDone(trial, await trial.finish(window, started.id), { mayBeUnknown: true });
  },
};

const serviceClock: Fault = {
  name: "serviceClock",
  about: "the service's clock is hours ahead or behind ours, with lost replies",
  rows: [8],
  async play(trial) {
    // The sandbox tells when an instance was created by another clock than this one; what is found by its age is `wrongClock`'s.
    await trial.lane.here.control.setClock(trial.random.pick([-7200, -1200, 1200, 7200]));
    const window = await trial.open();
    if (trial.random.chance(0.7)) await trial.loseReplies(trial.random.upTo(5));
    const started = await trial.start(window);
    assert.ok(started, "starting was refused");
    await mustBeDone(trial, await trial.finish(window, started.id));
  },
};

const sleepingMachine: Fault = {
  name: "sleepingMachine",
  about: "the machine sleeps for hours or days between any two points, tokens being remembered",
  rows: [7],
  async play(trial) {
    if (trial.random.chance(0.7)) await trial.loseReplies(trial.random.upTo(4));
    const window = await trial.open();
    const sleep = () => void (trial.lane.shiftMs += trial.random.pick([1, 3, 9, 24 * 9]) * hourMs);
    window.at(trial.random.upTo(filePoints), anything, sleep);
    if (trial.random.chance(0.5)) window.at(1, /^wait: before another/, sleep);
    const mayHaveDied = trial.random.chance(0.3);
    if (mayHaveDied) window.at(trial.random.upTo(filePoints), anything, () => window.die());
    const started = await trial.start(window);
    if (started) await trial.deadOrIdle(window, started.id);
    await mustBeDoneOrUntouched(trial, started, { mayHaveDied });
  },
};

const lateOpening: Fault = {
  name: "lateOpening",
  about:
    "a window opens with a clock that is a month ahead, or after a month: failed and interrupted drafts are still there",
  rows: [11],
  fits: creates,
  async play(trial) {
    const window = await trial.open();
    const operation = trial.changes.at(-1)!;
    await trial.fault(operation, { kind: "status", status: 400, code: "ValidationException" }, 1000);
    const started = await trial.start(window);
    assert.ok(started, "starting was refused");
    const failed = await trial.idle(window, started.id);
    assert.notEqual(failed.status, "succeeded");
    window.close();
    const isWrong = trial.random.chance(0.5);
    const days = 13 + trial.random.upTo(60);
    if (!isWrong) trial.lane.shiftMs += days * dayMs;
    const later = await trial.open({
      before: (opened) => {
        if (isWrong) opened.clockErrorMs = days * dayMs;
        if (trial.random.chance(0.4)) opened.at(trial.random.upTo(20), /^file/, () => opened.die());
      },
    });
    later.close();
    judgeDrafts(trial, [failed]);
    await trial.lane.here.control.clearFaults();
    const last = await trial.open();
    assert.ok(await trial.try("discard", last.operations.discard(failed.id)), "it cannot be discarded");
    await judgeAlways(trial, []);
  },
};

export const timeFaults: readonly Fault[] = [wrongClock, jumpingClock, serviceClock, sleepingMachine, lateOpening].map(
  (fault) => ({ ...fault, fits: (scenario) => succeeds(scenario) && (fault.fits?.(scenario) ?? true) }),
);
