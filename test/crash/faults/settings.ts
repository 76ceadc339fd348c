import assert from "node:assert/strict";
import type { ProfileLines } from "../awsFolder";
import type { Trial } from "../trial";
import { anything, filePoints, mustBeDone, mustBeDoneOrUntouched, requestsAndReplies, wirePoints } from "./endings";
import { succeeds, type Fault } from "./fault";

/** Somewhere on the way `change` happens; half of the windows notice at once, the others are replaced by one that does. */
async function changeOnTheWay(trial: Trial, change: () => unknown, undo?: () => unknown): Promise<void> {
  const window = await trial.open();
  await trial.losesSight(window);
  const isReplaced = trial.random.chance(0.5);
  const observer = isReplaced && trial.random.chance(0.5) ? await trial.open() : undefined;
  const [points, pattern] = trial.random.chance(0.5) ? [filePoints, anything] : [wirePoints, requestsAndReplies];
  window.at(trial.random.upTo(points), pattern, async () => {
    await change();
    await observer?.refresh(trial.connection);
    if (isReplaced) window.die();
    else await window.refresh(trial.connection);
  });
  const started = await trial.start(window);
  if (started && isReplaced) await trial.deadOrIdle(window, started.id);
  const mend = async () => {
    await undo?.();
    for (const other of trial.windows) if (!other.isShut) await other.refresh(trial.connection);
  };
  if (isReplaced) {
    if (observer && started) await trial.deadOrIdle(observer, started.id);
    return mustBeDoneOrUntouched(trial, started, { mend, mayHaveDied: true });
  }
  if (!started) return mustBeDoneOrUntouched(trial, started, { mend });
  await mustBeDone(trial, await trial.finish(window, started.id, { mend }));
}

const chimeApi: Fault = {
  name: "chimeApiChanges",
  about: "appInstances.chimeApi is switched to the other API between any two points, and stays so",
  rows: [1],
  fits: ({ kind }) => kind === "chime",
  play: (trial) => changeOnTheWay(trial, () => void (trial.settings.chimeApi = "legacy")),
};

const endpoint: Fault = {
  name: "endpointChanges",
  about:
    "endpoint_url or appInstances.endpointUrls leads elsewhere between any two points, until the user sets it back",
  rows: [2],
  play(trial) {
    const elsewhere = trial.lane.there.url;
    if (trial.random.chance(0.5))
      return changeOnTheWay(
        trial,
        () => trial.configure({ endpointUrl: elsewhere }),
        () => trial.configure(),
      );
    const urls = { supplychain: elsewhere, "chime-sdk-identity": elsewhere };
    return changeOnTheWay(
      trial,
      () => void (trial.settings.endpointUrls = urls),
      () => void (trial.settings.endpointUrls = {}),
    );
  },
};

const keys: Fault = {
  name: "keysChange",
  about: "a profile gets the keys of another account between any two points, with or without a claim to be the old one",
  rows: [3],
  async play(trial) {
    const claim = trial.random.chance(0.6) ? { claim: trial.ours.id } : {};
    await trial.configure(claim);
    const change: Partial<ProfileLines> = { account: trial.theirs, ...claim };
    await changeOnTheWay(
      trial,
      () => trial.configure(change),
      () => trial.configure(claim),
    );
  },
};

const halfSaved: Fault = {
  name: "configHalfSaved",
  about: "the config file is cut off between any two points: the endpoint is gone from it, the keys are still there",
  rows: [22],
  play: (trial) =>
    changeOnTheWay(
      trial,
      () => trial.configure({ isHalfSaved: true }),
      () => trial.configure(),
    ),
};

const folderSwitched: Fault = {
  name: "configFolderSwitched",
  about:
    "~/.aws leads to another folder with another account's keys after a Refresh; the operation waits for the old one",
  rows: [23],
  async play(trial) {
    await trial.folder.makeLink("work", { account: trial.ours, endpointUrl: trial.lane.here.url });
    const window = await trial.open();
    const started = await trial.startAndInterrupt(window);
    await trial.folder.makeLink("private", { account: trial.theirs, endpointUrl: trial.lane.here.url });
    await window.refresh(trial.connection);
    const session = await trial.within(window.sessions.open(trial.connection), "opening a session");
    assert.equal(session.accountId, trial.theirs.id, "Refresh does not notice the other account");
    await trial.lane.here.control.clearFaults();
    await trial.try("resume", window.operations.resume(started.id));
    const record = await trial.idle(window, started.id);
    assert.equal(record.status, "interrupted", "it went on with another account");
    const mend = async (): Promise<void> => {
      await trial.folder.makeLink("work", { account: trial.ours, endpointUrl: trial.lane.here.url });
      await window.refresh(trial.connection);
    };
    await mustBeDone(trial, await trial.finish(window, started.id, { mend }));
  },
};

export const settingsFaults: readonly Fault[] = [chimeApi, endpoint, keys, halfSaved, folderSwitched].map((fault) => ({
  ...fault,
  fits: (scenario) => succeeds(scenario) && (fault.fits?.(scenario) ?? true),
}));
