import { isCancelled, messageOf, UserError } from "../../core/errors";
import type { Draft } from "../../instances/draft";
import type { Instance, Phase } from "../../instances/instance";
import { scopeOf } from "../../instances/place";
import type { OperationRecord } from "../../operations/operationRecord";
import { pinnedKind } from "../../operations/pinnedPlace";
import type { Operations, OperationScope } from "../../operations/operations";
import { keepsDraft } from "../../operations/retention";
import { shortText, visibleText } from "../../ui/text/displayText";
import type { DetailsView, DraftForm } from "../../ui/openers";
import { plain, type PickItem } from "../../ui/prompts/prompts";
import {
  readTarget,
  throwIfBusy,
  throwIfDifferent,
  throwIfElsewhere,
  toOperationTarget,
  type ReadDeps,
  type ReadInstance,
} from "../../ui/instance/read";
import { targetInstanceOr, targetOperationId, type InstanceTarget, type TargetDeps } from "../../ui/instance/pick";
import { recreateConfirmation, recreateObstacle } from "./recreateText";

export interface RecreateDeps extends TargetDeps, ReadDeps {
  readonly operations: Pick<Operations, "list" | "get" | "start" | "discard">;
  readonly form: DraftForm;
  readonly details: DetailsView;
}

/** Recreate…: the failure, what to do, and the draft to edit; the form's button leads to the confirmation. */
export async function recreate(deps: RecreateDeps, target?: unknown): Promise<void> {
  const failed = await targetFailure(deps, target, "Recreate", ["createFailed"]);
  if ("type" in failed) await recreateFromOperation(deps, failed);
  else await recreateInstance(deps, failed);
}

/** Show Failure and Mitigation: of an instance its details; a refused create has only the form that would repeat it. */
export async function showFailure(deps: RecreateDeps, target?: unknown): Promise<void> {
  const failed = await targetFailure(deps, target, "Show the failure of", ["createFailed", "deleteFailed"]);
  if (!("type" in failed)) return deps.details.show(failed.connection, failed.kind.id, failed.id, "failure");
  const { connection, kind } = failed;
  const left = failed.created ?? (failed.type === "create" ? undefined : failed.target);
  if (left) await deps.details.show(connection, kind, left.id, "failure");
  else await recreateFromOperation(deps, failed);
}

function targetFailure(
  deps: RecreateDeps,
  target: unknown,
  verb: string,
  phases: readonly Phase[],
): Promise<InstanceTarget | OperationRecord> {
  const operationId = targetOperationId(target);
  if (operationId !== undefined) {
    const operation = deps.operations.get(operationId);
    if (!operation) throw new UserError("That operation is no longer in the journal.");
    return Promise.resolve(operation);
  }
  const question = {
    title: `${verb} a failed instance`,
    accepts: ({ phase }: { readonly phase: Phase }) => phases.includes(phase),
    none: "There are no failed instances",
  };
  return targetInstanceOr(deps, target, question, refusedCreateItems(deps.operations.list()));
}

/** Creates that the service refused: they left no instance that could be listed. */
function refusedCreateItems(operations: readonly OperationRecord[]): readonly PickItem<OperationRecord>[] {
  return operations.filter(isRefusedCreate).map((operation) => ({
    label: `$(error) ${plain(operation.label)}`,
    description: "Create failed",
    ...(operation.error && { detail: plain(shortText(operation.error.message)) }),
    value: operation,
    group: "Refused",
  }));
}

function isRefusedCreate({ type, status, created, draft }: OperationRecord): boolean {
  return type === "create" && status === "failed" && created === undefined && draft !== undefined;
}

async function recreateInstance(deps: RecreateDeps, target: InstanceTarget, kept?: Draft): Promise<void> {
  const read = await readTarget(deps, target);
  const { kind, instance, tags } = read;
  throwIfNotFailed(read);
  throwIfBusy(deps.operations, read);
  const before = kind.capture(instance, tags);
  await deps.form.open({
    type: "recreate",
    connection: target.connection,
    instance,
    draft: kept ?? before,
    before,
    submit: (draft, scope) => confirmRecreate(deps, target, draft, scope),
  });
}

/** Reads again what the form was opened with: it may have been open for hours. Undefined when the user says no. */
async function confirmRecreate(
  deps: RecreateDeps,
  target: InstanceTarget,
  draft: Draft,
  scope: OperationScope,
): Promise<OperationRecord | undefined> {
  const read = await readTarget(deps, target);
  const { instance } = read;
  throwIfDifferent(scope, read.scope);
  throwIfNotFailed(read);
  try {
    await deps.prompts.confirm(recreateConfirmation({ ...read, scope }, draft));
  } catch (error) {
    if (isCancelled(error)) return undefined;
    throw error;
  }
  await throwIfElsewhere(deps, read);
  return deps.operations.start(scope, { type: "recreate", draft, target: toOperationTarget(instance) });
}

function throwIfNotFailed({ kind, instance, session }: ReadInstance): void {
  const obstacle = recreateObstacle(instance);
  if (obstacle === undefined) return;
  const node = { type: "instance", connection: session.connection, kind: kind.id, id: instance.id };
  const canDelete = instance.phase === "deleteFailed";
  throw new UserError(obstacle, {
    remedies: [
      canDelete
        ? { title: "Delete…", command: "appInstances.delete", args: [node] }
        : { title: "Show Details", command: "appInstances.showDetails", args: [node] },
    ],
  });
}

/** A failed operation leads to whatever it left behind: the new instance, the old one, or nothing but its draft. */
async function recreateFromOperation(deps: RecreateDeps, operation: OperationRecord): Promise<void> {
  const { draft, created, connection, label } = operation;
  const kind = deps.kinds.get(operation.kind);
  const isDiscarded = operation.status === "discarded" && keepsDraft(operation);
  if (operation.status !== "failed" && !isDiscarded)
    throw new UserError(`${visibleText(label)} has not failed. Only a failed create can be repeated.`);
  if (!kind || !draft) throw new UserError(`${visibleText(label)} was not a create: there is nothing to recreate.`);
  const left = created ?? operation.target;
  const instance = left && (await remaining(deps, operation, { connection, kind, id: left.id }));
  // A deletion that was sent goes on.
  if (left && instance && !(isDiscarded && instance.phase === "deleting"))
    return recreateInstance(deps, { connection, kind, id: left.id }, created ? undefined : draft);
  await deps.form.open({
    type: "repeat",
    operation,
    draft,
    before: draft,
    submit: (edited, scope) => createAgain(deps, operation, edited, scope),
  });
}

/** Another account, or another API, would say that it is gone. */
function remaining(
  deps: RecreateDeps,
  operation: OperationRecord,
  { connection, kind, id }: InstanceTarget,
): Promise<Instance | undefined> {
  const pinned = pinnedKind(operation, kind) ?? kind;
  return deps.prompts.busy("Looking for what is left of it…", async (signal) => {
    const session = await deps.sessions.open(connection, signal);
    const now = scopeOf(session, pinned);
    // What an earlier version recorded has no place: then only the account can differ.
    throwIfDifferent({ ...now, accountId: operation.accountId, place: operation.place ?? now.place }, now);
    const instance = await pinned.get(session, id, { signal });
    return instance?.phase === "deleted" ? undefined : instance;
  });
}

/** The refused create goes only when the new one is on disk: until then it is the only copy of the draft. */
async function createAgain(
  deps: RecreateDeps,
  old: OperationRecord,
  draft: Draft,
  scope: OperationScope,
): Promise<OperationRecord> {
  const operation = await deps.operations.start(scope, { type: "create", draft });
  try {
    await deps.operations.discard(old.id, { withDraft: true });
  } catch (error) {
    deps.prompts.inform(
      `The earlier operation on ${visibleText(old.label)} could not be discarded: ${messageOf(error)}`,
    );
  }
  return operation;
}
