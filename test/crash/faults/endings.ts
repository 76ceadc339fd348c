import assert from "node:assert/strict";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { judgeAlways, judgeDrafts, judgeEnd, judgeFolder, judgeUnknown, judgeInstances } from "../judge";
import type { FinishOptions, OpenOptions, Trial } from "../trial";

/** Points of a run at which something may happen; a higher number than a run has does nothing. */
export const filePoints = 70;
export const wirePoints = 12;

export const requestsAndReplies = /^(request|reply)/;
export const anything = /^(file|request|reply|wait)/;

/** The user goes on until it is done, and it must come to the end that it has when nothing goes wrong. */
export async function mustBeDone(
  trial: Trial,
  record: OperationRecord | undefined,
  options: { readonly mayBeUnknown?: boolean } = {},
): Promise<void> {
  assert.ok(record, "the operation is gone");
  await judgeAlways(trial, trial.records());
  if (options.mayBeUnknown && record.error?.code === "OutcomeUnknown") await judgeUnknown(trial, record);
  else await judgeEnd(trial, record);
}

/**
 * For runs whose start may not have come through: what is on disk is carried on in a new window, and comes to the end.
 * `wasStarted`: what the start said. Refused means that nothing was and will be sent.
 */
export async function mustBeDoneOrUntouched(
  trial: Trial,
  started: OperationRecord | undefined,
  options: FinishOptions & OpenOptions & { readonly mayHaveDied?: boolean; readonly mayBeUnknown?: boolean } = {},
): Promise<void> {
  const [record] = await trial.finishAll(options);
  closeAll(trial);
  await judgeAlways(trial, trial.records());
  if (options.mayBeUnknown && record?.error?.code === "OutcomeUnknown") await judgeUnknown(trial, record);
  else if (started) {
    assert.ok(record, "the operation is gone");
    judgeDrafts(trial, record.status === "succeeded" ? [] : [started]);
    await judgeEnd(trial, record);
  } else if (options.mayHaveDied && record) await judgeEnd(trial, record);
  else {
    assert.ok(!record, `it was refused, and carried out all the same: ${record?.status}`);
    await judgeInstances(trial, trial.prepared.untouched);
  }
  await judgeFolder(trial);
}

export function closeAll(trial: Trial): void {
  for (const window of trial.windows) window.close();
}
