import { CancelledError, UserError } from "../../core/errors";
import { startSandboxRemedy } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import type { OperationRecord } from "../../operations/operationRecord";
import type { Operations } from "../../operations/operations";
import { isOnlyWaiting } from "../../operations/progress";
import { keepsDraft } from "../../operations/retention";
import { afterDiscard, wayOn } from "../../operations/wayOn";
import { visibleText } from "../../ui/text/displayText";
import { plain, type Clipboard, type Prompts } from "../../ui/prompts/prompts";
import { targetOperationId } from "../../ui/instance/pick";
import { operationTitle } from "../../ui/text/operationText";
import { sandboxRuns, type InstanceStore } from "../../instances/store";
import type { TreeNode } from "../../ui/tree/nodes";
import { activityFilters, type ActivityFilter } from "./activityFilter";
import { instancesNode, subjectOf } from "./operationModel";
import { operationReport, type ReportPlace } from "./report";

export interface ActivityDeps {
  readonly operations: Operations;
  readonly kinds: Kinds;
  readonly prompts: Prompts;
  readonly clipboard: Clipboard;
  readonly store: Pick<InstanceStore, "connections" | "connectionState" | "instance">;
}

/** What the commands need that show an operation somewhere else. */
export interface OperationsShown {
  readonly reportPlace: ReportPlace;
  readonly show: (record: OperationRecord) => void;
  readonly reveal: (node: TreeNode) => PromiseLike<unknown>;
}

function discardRemedy({ id }: OperationRecord): UserError["remedies"][number] {
  const args = [{ type: "operation", operationId: id }];
  return { title: "Discard…", command: "appInstances.discardOperation", args };
}

interface FilteredView {
  readonly filter: ActivityFilter;
  setFilter(filter: ActivityFilter): void;
}

export async function resumeOperation(deps: ActivityDeps, target?: unknown): Promise<void> {
  const record = await chosenOperation(deps, target, "Resume", (candidate) => candidate.status === "interrupted");
  await resumeKnown(deps, record);
}

async function resumeKnown(
  { operations, store }: Pick<ActivityDeps, "operations" | "store">,
  record: OperationRecord,
): Promise<void> {
  const { canResume, advice, first } = wayOn(record, sandboxRuns(store));
  if (record.status === "interrupted" && !canResume)
    throw new UserError(`${visibleText(record.label)}: ${visibleText(advice)}`, {
      remedies: [...(first === "startSandbox" ? [startSandboxRemedy(record.connection)] : []), discardRemedy(record)],
    });
  await operations.resume(record.id);
}

/** Before anything was changed; afterwards it says that it is too late. */
export async function cancelOperation(deps: ActivityDeps, target?: unknown): Promise<void> {
  const record = await chosenOperation(deps, target, "Cancel", ({ id }) => deps.operations.canCancel(id));
  await deps.operations.cancel(record.id);
}

/** Gives an operation up. What it has made or deleted so far stays so, so an unfinished one is asked about, and a kept draft. */
export async function discardOperation(deps: ActivityDeps, target?: unknown): Promise<void> {
  const canDiscard = (candidate: OperationRecord) =>
    candidate.status === "interrupted" || candidate.status === "failed" || isDraftKept(candidate);
  const record = await chosenOperation(deps, target, "Discard", canDiscard);
  const throwIfBusy = (candidate: OperationRecord) => {
    const { label, status } = candidate;
    if (!canDiscard(candidate))
      throw new UserError(
        `${visibleText(label)} is ${status}: only what was interrupted or has failed can be discarded.`,
      );
  };
  throwIfBusy(record);
  if (isDraftKept(record)) {
    await deps.prompts.confirm({
      message: `Give up the draft of ${visibleText(record.label)}?`,
      detail: "It is kept nowhere else. Nothing in the account changes.",
      action: "Give Up Draft",
    });
    await deps.operations.discard(record.id, { withDraft: true });
    return;
  }
  if (record.status === "interrupted") {
    await confirmDiscard(deps, [record]);
    // The dialog may have been open for long: somebody may have resumed it meanwhile.
    throwIfBusy(knownOperation(deps, record.id));
  }
  await deps.operations.discard(record.id);
}

function isDraftKept(record: OperationRecord): boolean {
  return record.status === "discarded" && keepsDraft(record);
}

/** The service goes on; this only ends the waiting for it. */
export async function stopFollowing(deps: ActivityDeps, target?: unknown): Promise<void> {
  const canStop = (record: OperationRecord) => record.status === "running" && isOnlyWaiting(record);
  const record = await chosenOperation(deps, target, "Stop Following", canStop);
  await deps.operations.stopFollowing(record.id);
}

/**
 * What a notification offered, which may have stood there for long: acts on what is still interrupted. One that cannot be
 * acted on does not keep the others from it; the first error is thrown at the end.
 */
export async function forEachInterrupted(
  operations: Pick<Operations, "get">,
  ids: readonly string[],
  act: (id: string) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  for (const id of ids) {
    if (operations.get(id)?.status !== "interrupted") continue;
    try {
      await act(id);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

export function resumeEach(deps: Pick<ActivityDeps, "operations" | "store">, ids: readonly string[]): Promise<void> {
  return forEachInterrupted(deps.operations, ids, async (id) => {
    const record = deps.operations.get(id);
    if (record) await resumeKnown(deps, record);
  });
}

/** What a notification offered for several: asked about once, with the names of all that are still interrupted. */
export async function discardEach(
  deps: Pick<ActivityDeps, "operations" | "kinds" | "prompts">,
  ids: readonly string[],
): Promise<void> {
  const records = ids.flatMap((id) => deps.operations.get(id) ?? []).filter(({ status }) => status === "interrupted");
  if (records.length === 0) return;
  await confirmDiscard(deps, records);
  const discard = (id: string) => deps.operations.discard(id);
  await forEachInterrupted(
    deps.operations,
    records.map(({ id }) => id),
    discard,
  );
}

async function confirmDiscard(
  { prompts, kinds }: Pick<ActivityDeps, "kinds" | "prompts">,
  records: readonly OperationRecord[],
): Promise<void> {
  const left = records.map((record) => ({
    title: operationTitle(record, kinds.get(record.kind)),
    text: visibleText(afterDiscard(record)),
  }));
  const [only] = left;
  await prompts.confirm({
    message: left.length === 1 ? `Discard "${only?.title}"?` : `Discard ${left.length} operations?`,
    detail: left.length === 1 ? (only?.text ?? "") : left.map(({ title, text }) => `${title}: ${text}`).join("\n"),
    action: "Discard",
  });
}

export async function copyRequestId(deps: ActivityDeps, target?: unknown): Promise<void> {
  const hasRequest = ({ requestIds }: OperationRecord) => requestIds.length > 0;
  const record = await chosenOperation(deps, target, "Copy Request ID", hasRequest);
  const requestId = record.requestIds.at(-1);
  if (requestId === undefined)
    throw new UserError(`${operationTitle(record, deps.kinds.get(record.kind))}: no request was answered.`);
  await deps.clipboard.writeText(visibleText(requestId));
}

/** Opens the page of an operation. */
export async function showOperation(deps: ActivityDeps & OperationsShown, target?: unknown): Promise<void> {
  deps.show(await chosenOperation(deps, target, "Show", () => true));
}

/** Copies what support needs to know, and nothing that may be confidential. */
export async function copyReport(deps: ActivityDeps & OperationsShown, target?: unknown): Promise<void> {
  const record = await chosenOperation(deps, target, "Copy a Report of", () => true);
  await deps.clipboard.writeText(operationReport(record, deps.kinds.get(record.kind), deps.reportPlace));
}

/** Shows the row of what an operation works on or has made. */
export async function showInInstances(deps: ActivityDeps & OperationsShown, target?: unknown): Promise<void> {
  const record = await chosenOperation(deps, target, "Show in Instances", ({ status }) => status !== "discarded");
  const subject = subjectOf(record);
  const instance = subject && deps.store.instance(subject.connectionKey, subject.kind, subject.id);
  const node = instancesNode(record, instance);
  if (!node) throw new UserError(`${visibleText(record.label)} is not among the listed instances.`);
  await deps.reveal(node);
}

/** What is over and needs no decision leaves the view. */
export async function clearCompleted({ operations }: Pick<ActivityDeps, "operations">): Promise<void> {
  if ((await operations.clearCompleted()) === 0) throw new UserError("No operation in Activity is completed.");
}

/** Asks which operations the view is to list. */
export async function filterActivity({ prompts }: Pick<ActivityDeps, "prompts">, view: FilteredView): Promise<void> {
  const answer = await prompts.pick<ActivityFilter>({
    title: "Filter Activity",
    placeholder: "Choose which operations are listed",
    items: (Object.keys(activityFilters) as ActivityFilter[]).map((value) => ({
      label: activityFilters[value].label,
      ...(value === view.filter && { description: "current" }),
      value,
    })),
  });
  if (answer.type === "value") view.setFilter(answer.value);
}

function knownOperation({ operations }: ActivityDeps, id: string): OperationRecord {
  const record = operations.get(id);
  if (!record) throw new UserError("This operation is no longer in the journal.");
  return record;
}

async function chosenOperation(
  deps: ActivityDeps,
  target: unknown,
  title: string,
  accepts: (record: OperationRecord) => boolean,
): Promise<OperationRecord> {
  const id = targetOperationId(target);
  if (id !== undefined) {
    return knownOperation(deps, id);
  }
  const records = deps.operations.list().filter(accepts);
  if (records.length === 0) throw new UserError(`There is no operation to ${title.toLowerCase()}.`);
  const answer = await deps.prompts.pick<OperationRecord>({
    title,
    placeholder: "Choose an operation",
    items: records.map((record) => ({
      label: plain(operationTitle(record, deps.kinds.get(record.kind))),
      description: record.status,
      value: record,
    })),
  });
  if (answer.type !== "value") throw new CancelledError();
  return answer.value;
}
