import assert from "node:assert/strict";
import { mustBeDone, requestsAndReplies } from "./endings";
import { succeeds, type Fault } from "./fault";
import { judgeAlways, judgeInstances } from "../judge";

const hang: Fault = {
  name: "credentialsHang",
  about: "credential_process hangs once; the user cancels and begins anew, or waits and resumes",
  rows: [13],
  async play(trial) {
    const source = await trial.credentialProcess("hang");
    const window = await trial.open();
    const started = await trial.start(window);
    assert.ok(started, "starting was refused");
    if (trial.random.chance(0.5)) {
      await trial.within(source.untilAsked(), "asking for credentials");
      const isCancelled = await trial.try("cancel", window.operations.cancel(started.id));
      assert.ok(isCancelled, "nothing was sent, and it cannot be cancelled");
      await judgeInstances(trial, trial.prepared.untouched);
      await source.become("good");
      await window.refresh(trial.connection);
      const again = await trial.start(window);
      assert.ok(again, "starting was refused");
      return mustBeDone(trial, await trial.finish(window, again.id));
    }
    await trial.idle(window, started.id);
    await source.become("good");
    await mustBeDone(trial, await trial.finish(window, started.id));
  },
};

const fail: Fault = {
  name: "credentialsFail",
  about: "credential_process fails between any two points, and is good again when the user resumes",
  rows: [],
  async play(trial) {
    const source = await trial.credentialProcess(trial.random.chance(0.5) ? "fail" : "good");
    const window = await trial.open();
    window.at(trial.random.upTo(8), requestsAndReplies, async () => {
      await source.become("fail");
      await window.refresh(trial.connection);
    });
    const started = await trial.start(window);
    assert.ok(started, "starting was refused");
    const mend = async (): Promise<void> => {
      await source.become("good");
      await window.refresh(trial.connection);
    };
    await mustBeDone(trial, await trial.finish(window, started.id, { mend }));
  },
};

const expire: Fault = {
  name: "credentialsExpire",
  about:
    "credentials last an hour, and this clock is two hours ahead or behind: they are not fetched for every request",
  rows: [21],
  async play(trial) {
    const source = await trial.credentialProcess("good", 3600);
    const window = await trial.open();
    window.clockErrorMs = trial.random.pick([-2, 2]) * 3_600_000;
    const started = await trial.start(window);
    assert.ok(started, "starting was refused");
    await mustBeDone(trial, await trial.finish(window, started.id));
    const times = await source.timesAsked();
    assert.ok(times <= 3, `the credentials were fetched ${times} times`);
    await judgeAlways(trial, trial.records());
  },
};

export const credentialFaults: readonly Fault[] = [hang, fail, expire].map((fault) => ({
  ...fault,
  fits: succeeds,
}));
