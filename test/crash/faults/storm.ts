import type { Trial } from "../trial";
import type { CampaignWindow } from "../window";
import { anything, closeAll, filePoints, mustBeDoneOrUntouched } from "./endings";
import { succeeds, type Fault } from "./fault";

type Blow = (trial: Trial, window: CampaignWindow) => unknown;

const hourMs = 3_600_000;

/** Each comes at some point of a window's work. */
const blows: readonly Blow[] = [
  (trial, window) => trial.losesSight(window),
  (trial) => trial.fault("*", { kind: "lag", ms: trial.random.upTo(100) }, trial.random.upTo(30)),
  (trial) => trial.fault(trial.random.pick(trial.readings), { kind: "garbage", status: 403 }, trial.random.upTo(3)),
  (trial) => trial.fault("*", { kind: trial.random.pick(["reset", "commitThenReset"]) }, trial.random.upTo(3)),
  (trial, window) => void (window.clockErrorMs += trial.random.pick([-3, 3, 26]) * hourMs),
  (trial) => trial.sleep(trial.random.pick([1, 9, 48])),
  (trial, window) => {
    const at = window.files.calls.length + trial.random.upTo(10);
    const code = trial.random.pick(["EIO", "EMFILE", "ENOSPC"]);
    window.files.onCall = (call, number) => {
      if (number === at) trial.notes.push(`${call} failed with ${code}`);
      return number === at ? { code } : undefined;
    };
  },
  async (trial, window) => {
    trial.notes.push("the endpoint changed");
    await trial.configure({ endpointUrl: trial.lane.there.url });
    await window.refresh(trial.connection);
  },
  async (trial, window) => {
    trial.notes.push("the keys changed");
    await trial.configure({ account: trial.theirs, claim: trial.ours.id });
    await window.refresh(trial.connection);
  },
  (trial) => void (trial.settings.chimeApi = trial.random.pick(["legacy", "identity"])),
  (trial, window) => {
    trial.notes.push("a window died");
    window.die();
  },
  (trial) => trial.losePower(),
];

const storm: Fault = {
  name: "storm",
  about:
    "two to four of these in one run: lost sight, lag, proxies, clocks, sleep, disk, endpoint, keys, API, death, power loss",
  rows: [],
  weight: 4,
  fits: succeeds,
  async play(trial) {
    // What was there before is seen by everybody, however far readings lag.
    trial.sleep(1);
    const threaten = (window: CampaignWindow) => {
      for (let count = 1 + trial.random.upTo(3); count > 0; count--) {
        const blow = trial.random.pick(blows);
        window.at(trial.random.upTo(filePoints), anything, async () => {
          await blow(trial, window);
        });
      }
    };
    const watching = trial.random.chance(0.3) ? await trial.open() : undefined;
    const window = await trial.open({ before: threaten });
    const started = window.isShut ? undefined : await trial.start(window);
    if (started) await trial.deadOrIdle(window, started.id);
    if (started && watching) await trial.deadOrIdle(watching, started.id);
    closeAll(trial);
    const mend = async (): Promise<void> => {
      await trial.configure();
      for (const open of trial.windows) if (!open.isShut) await open.refresh(trial.connection);
    };
    await mustBeDoneOrUntouched(trial, started, { mend, mayHaveDied: true, mayBeUnknown: true });
  },
};

export const stormFaults: readonly Fault[] = [storm];
