import assert from "node:assert/strict";
import { judgeAlways } from "../judge";
import type { Trial } from "../trial";
import { mustBeDone, mustBeDoneOrUntouched, requestsAndReplies, wirePoints } from "./endings";
import { creates, succeeds, type Fault } from "./fault";

/** One window, one operation, and a user who wants it done. */
async function carryOut(trial: Trial): Promise<void> {
  const window = await trial.open();
  const started = await trial.start(window);
  assert.ok(started, "starting was refused");
  await mustBeDone(trial, await trial.finish(window, started.id));
}

/** The same, and in half of the runs the window dies somewhere and another one carries on. */
async function carryOutPerhapsInTwo(trial: Trial): Promise<void> {
  if (trial.random.chance(0.5)) return carryOut(trial);
  const window = await trial.open();
  window.at(trial.random.upTo(wirePoints), requestsAndReplies, () => window.die());
  const started = await trial.start(window);
  if (started) await trial.deadOrIdle(window, started.id);
  await mustBeDoneOrUntouched(trial, started, { mayHaveDied: true });
}

const unsteady: Fault = {
  name: "unsteadyService",
  about: "resets, lost and torn replies, 5xx, throttling and slowness, at any request",
  rows: [],
  async play(trial) {
    const faults = [
      { kind: "reset" },
      { kind: "commitThenReset" },
      { kind: "truncate" },
      { kind: "garbage" },
      { kind: "status", status: 500 },
      { kind: "status", status: 503 },
      { kind: "status", status: 429, code: "ThrottlingException" },
      { kind: "latency", ms: 30 },
    ] as const;
    for (let count = trial.random.upTo(3); count > 0; count--)
      await trial.fault(
        trial.random.pick(["*", ...trial.changes, ...trial.readings]),
        trial.random.pick(faults),
        trial.random.upTo(8),
      );
    await carryOutPerhapsInTwo(trial);
  },
};

const proxy: Fault = {
  name: "proxyAnswers",
  about: "a proxy's 403, 404, 408, 413 or 5xx in HTML, after the service carried it out",
  rows: [6],
  async play(trial) {
    const status = trial.random.pick([403, 404, 408, 413, 502, 503]);
    const times = trial.random.pick([1, 1, 2, 3, 4]);
    const operation = trial.random.chance(0.8) ? trial.random.pick(trial.changes) : trial.random.pick(trial.readings);
    await trial.fault(operation, { kind: "garbage", status }, times);
    await carryOutPerhapsInTwo(trial);
  },
};

const lag: Fault = {
  name: "lag",
  about: "reads and listings show the state of up to a minute ago, also after lost replies",
  rows: [17],
  async play(trial) {
    // What was there before is seen by everybody.
    trial.sleep(1);
    if (trial.random.chance(0.4)) await trial.loseReplies(trial.random.upTo(4));
    // Some readings of long ago, however slow this machine is, or all of a time.
    if (trial.random.chance(0.6)) await trial.fault("*", { kind: "lag", ms: 600_000 }, trial.random.upTo(14));
    else await trial.fault("*", { kind: "lag", ms: trial.random.upTo(300) }, 1000);
    await carryOutPerhapsInTwo(trial);
  },
};

const tokensForgotten: Fault = {
  name: "tokensForgotten",
  about: "replies to a create are lost, the machine sleeps for hours, and the service has forgotten the token",
  rows: [7],
  fits: creates,
  async play(trial) {
    const [create] = trial.changes.slice(-1);
    await trial.fault(create!, { kind: "commitThenReset" }, trial.random.upTo(3));
    await trial.fault(create!, { kind: "forgetTokens" });
    const hours = 2 + trial.random.upTo(30);
    const sleep = () => trial.sleep(hours);
    const window = await trial.open();
    window.at(1, new RegExp(`^request: ${create}`), () => {
      // Between two attempts of one call, or, where the call is over, before the next one.
      window.at(1, /^wait: before another attempt/, sleep);
    });
    if (trial.random.chance(0.3)) window.at(2 + trial.random.upTo(6), /^file: rename entry/, () => window.die());
    const started = await trial.start(window);
    if (started) await trial.deadOrIdle(window, started.id);
    if (trial.lane.shiftMs === 0) sleep();
    await mustBeDoneOrUntouched(trial, started, { mayHaveDied: true });
  },
};

const tokenInProgress: Fault = {
  name: "tokenInProgress",
  about: "the reply to a create is lost, and its token is a conflict for a while, because it is still being worked on",
  rows: [],
  fits: creates,
  async play(trial) {
    const [create] = trial.changes.slice(-1);
    await trial.fault(create!, { kind: "inProgress", ms: trial.random.upTo(60) });
    await carryOutPerhapsInTwo(trial);
  },
};

const notOpened: Fault = {
  name: "accountNotOpened",
  about: "Chime refuses the account with UnauthorizedClientException",
  rows: [20],
  fits: ({ kind }) => kind === "chime",
  async play(trial) {
    for (const operation of trial.changes)
      await trial.fault(operation, { kind: "status", status: 401, code: "UnauthorizedClientException" }, 1000);
    const window = await trial.open();
    const started = await trial.start(window);
    assert.ok(started, "starting was refused");
    const record = await trial.idle(window, started.id);
    assert.equal(record.status, "failed", "a refusal is an end, not an interruption");
    await judgeAlways(trial, trial.records());
  },
};

const stuckDeletion: Fault = {
  name: "stuckDeletion",
  about: "a deletion that takes for ever: the user stops following it, or discards it",
  rows: [14],
  fits: ({ type, kind }) => type === "delete" && kind === "supplyChain",
  async play(trial) {
    const session = await trial.stage.session("sandbox");
    await trial.stage.kinds.get("supplyChain")!.setTags(session, trial.target, { "sandbox:delete-seconds": "100000" });
    const window = await trial.open();
    const started = await trial.start(window);
    assert.ok(started, "starting was refused");
    await trial.untilStep(window, started.id, "waitDeleted");
    const watching = trial.random.chance(0.5) ? await trial.open() : undefined;
    await trial.within(window.operations.stopFollowing(started.id), "Stop Following");
    const record = await trial.idle(watching ?? window, started.id);
    assert.notEqual(record.status, "running", "it is followed all the same");
    await judgeAlways(trial, []);
  },
};

export const serviceFaults: readonly Fault[] = [
  unsteady,
  proxy,
  lag,
  tokensForgotten,
  tokenInProgress,
  notOpened,
  stuckDeletion,
].map((fault) => ({ ...fault, fits: (scenario) => succeeds(scenario) && (fault.fits?.(scenario) ?? true) }));
