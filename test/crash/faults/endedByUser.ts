import assert from "node:assert/strict";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { everything, judgeAlways, judgeEnd, judgeInstances } from "../judge";
import type { Trial } from "../trial";
import type { CampaignWindow } from "../window";
import { closeAll } from "./endings";
import { creates, succeeds, type Fault } from "./fault";

/** Disk trouble or death, some calls after now. */
function trouble(trial: Trial, window: CampaignWindow): void {
  const number = trial.random.upTo(14);
  if (trial.random.chance(0.4)) {
    window.at(number, /^file/, () => window.die());
    return;
  }
  const code = trial.random.pick(["EIO", "ENOSPC", "EMFILE"]);
  const isOnce = trial.random.chance(0.5);
  const from = window.files.calls.length;
  window.files.onCall = (call, n) => {
    if (isOnce ? n !== from + number : n < from + number) return undefined;
    trial.notes.push(`${call} failed with ${code}`);
    return { code };
  };
}

/** What became of an operation whose end was asked for: ended with nothing sent, or carried out to its end. */
async function judgeEither(trial: Trial, id: string, isEnded: boolean): Promise<void> {
  closeAll(trial);
  await trial.finishAll();
  closeAll(trial);
  const record = trial.records().find((candidate) => candidate.id === id);
  await judgeAlways(trial, trial.records());
  if (isEnded) assert.ok(!record || record.status === "discarded", `it was ended, and is ${record?.status}`);
  if (!record || record.status === "discarded") await judgeInstances(trial, trial.prepared.untouched);
  else await judgeEnd(trial, record);
}

const cancelled: Fault = {
  name: "cancelled",
  about: "Cancel before anything was sent, while the disk fails or the window dies, and another window looks on",
  rows: [5],
  weight: 2,
  async play(trial) {
    const watching = trial.random.chance(0.5) ? await trial.open() : undefined;
    const window = await trial.open();
    let cancelling: Promise<boolean> | undefined;
    const cancel = () => {
      const [record] = window.operations.list();
      if (!record || !window.operations.canCancel(record.id)) return;
      if (trial.random.chance(0.8)) trouble(trial, window);
      const ended = Promise.race([window.operations.cancel(record.id), trial.untilDead(window).then(refuse)]);
      cancelling = trial.try("cancel", ended);
    };
    window.at(12 + trial.random.upTo(16), /^file/, cancel);
    const started = await trial.start(window);
    if (started) await trial.deadOrIdle(window, started.id);
    const isCancelled = (await cancelling) ?? false;
    if (!window.isShut) window.files.heal();
    if (watching && trial.random.chance(0.5)) await trial.someLooks();
    const [record] = trial.records();
    if (record) await judgeEither(trial, record.id, isCancelled);
  },
};

const discardedAtWork: Fault = {
  name: "discardedAtWork",
  about: "Discard is confirmed in a dialog behind which the operation was resumed, with a request in flight",
  rows: [15],
  fits: creates,
  async play(trial) {
    const window = await trial.open();
    const interrupted = await trial.startAndInterrupt(window);
    const operation = trial.random.pick(trial.changes);
    await trial.fault(operation, { kind: "latency", ms: 20 });
    let discarding: Promise<boolean> | undefined;
    window.at(1, new RegExp(`^request: ${operation}`), () => {
      discarding = trial.soon(() => trial.try("discard", window.operations.discard(interrupted.id)));
    });
    await trial.try("resume", window.operations.resume(interrupted.id));
    await trial.idle(window, interrupted.id);
    const isDiscarded = (await discarding) ?? false;
    const record = await trial.idle(window, interrupted.id);
    const found = await everything(trial);
    const changed =
      found.length !== trial.prepared.untouched.ever || found.some(({ deletedTime }) => deletedTime !== null);
    if (isDiscarded && record.status === "discarded")
      assert.ok(!changed, "it says that it was discarded, and the request that was in flight was carried out");
    if (record.status !== "discarded") await judgeEnd(trial, await trial.finish(window, interrupted.id));
    await judgeAlways(trial, trial.records());
  },
};

const discardDies: Fault = {
  name: "discardDies",
  about: "an interrupted operation is discarded while the disk fails or the window dies",
  rows: [],
  async play(trial) {
    const first = await trial.open();
    const interrupted = await trial.startAndInterrupt(first);
    if (trial.random.chance(0.5)) first.close();
    const window = await trial.open();
    trouble(trial, window);
    const discard = Promise.race([window.operations.discard(interrupted.id), trial.untilDead(window).then(refuse)]);
    const isDiscarded = await trial.try("discard", discard);
    if (!window.isShut) window.files.heal();
    closeAll(trial);
    const last = await trial.open();
    const record = trial.records().find(({ id }) => id === interrupted.id);
    if (isDiscarded) assert.ok(!record || record.status === "discarded", `it was discarded, and is ${record?.status}`);
    if (record && !isOver(record)) {
      await trial.idle(last, record.id);
      assert.ok(await trial.try("discard", last.operations.discard(record.id)), "it cannot be discarded");
    }
    await judgeInstances(trial, trial.prepared.untouched);
    await judgeAlways(trial, []);
  },
};

function isOver({ status }: OperationRecord): boolean {
  return status === "discarded";
}

function refuse(): never {
  throw new Error("the window died");
}

export const userFaults: readonly Fault[] = [cancelled, discardedAtWork, discardDies].map((fault) => ({
  ...fault,
  fits: (scenario) => succeeds(scenario) && (fault.fits?.(scenario) ?? true),
}));
