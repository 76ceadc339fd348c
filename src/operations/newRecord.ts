import { createHash, randomUUID } from "node:crypto";
import { UserError } from "../core/errors";
import type { Draft } from "../instances/draft";
import type { Kind } from "../instances/kind";
import { currentVersion, type OperationRecord } from "./operationRecord";
import type { OperationRequest, OperationScope, Target } from "./operations";
import { stepsOf } from "./stepLists";

/**
 * The record of an operation that is about to start. A create's token is made here, once: whoever carries the operation
 * out, and however often, sends the same one.
 */
export function newRecord(scope: OperationScope, request: OperationRequest, kind: Kind, now: number): OperationRecord {
  if (request.type === "recreate" && !kind.hasStates)
    throw new UserError(
      `A ${kind.title} has no failed state to recreate it from. Create another one, then delete this one.`,
    );
  const [first] = stepsOf(request.type, kind);
  return {
    version: currentVersion,
    id: randomUUID(),
    type: request.type,
    kind: kind.id,
    connection: { source: scope.connection.source, profile: scope.connection.profile, region: scope.connection.region },
    accountId: scope.accountId,
    place: { ...scope.place },
    label: labelOf(request, kind),
    ...subjectOf(request, scope),
    step: first?.id ?? "",
    stepTimes: first ? [{ step: first.id, at: now }] : [],
    status: "running",
    attempts: 0,
    requestIds: [],
    history: [{ at: now, text: "Started" }],
    createdAt: now,
    updatedAt: now,
    revision: 0,
  };
}

type Subject = Pick<OperationRecord, "draft" | "target" | "values" | "tagChanges" | "token">;

function subjectOf(request: OperationRequest, scope: OperationScope): Subject {
  switch (request.type) {
    case "create":
      return { draft: copyDraft(request.draft), token: randomUUID() };
    case "recreate":
      return {
        draft: copyDraft(request.draft),
        token: recreateToken(scope, request.target.id, request.draft),
        target: copyTarget(request.target),
      };
    case "delete":
      return { target: copyTarget(request.target) };
    case "edit":
      return { target: copyTarget(request.target), values: { ...request.values } };
    case "tags":
      return {
        target: copyTarget(request.target),
        tagChanges: { set: { ...request.changes.set }, remove: [...request.changes.remove] },
      };
  }
}

/**
 * Machines cannot see each other's journals: those that recreate one failed instance from the same draft send the same
 * token, and the service gives both the same new instance. Nothing is sent with it before the failed instance is deleted, and
 * that happens once: so it is never sent for another instance.
 */
function recreateToken({ accountId, kind, place }: OperationScope, failedId: string, draft: Draft): string {
  const sorted = (record: Readonly<Record<string, string>>) =>
    Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  const subject = [accountId, place.region, kind, failedId, sorted(draft.values), sorted(draft.tags)];
  const hash = createHash("sha256").update(JSON.stringify(subject)).digest("hex");
  // The shape of a UUID, which every service takes as a token.
  return hash.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** Callers hand over instances, of which only this much belongs on disk. */
function copyTarget({ id, arn, name, isUnfinished }: Target): Target {
  return { id, arn, ...(name === undefined ? {} : { name }), ...(isUnfinished && { isUnfinished }) };
}

function copyDraft({ kind, values, tags }: Extract<OperationRequest, { readonly draft: unknown }>["draft"]) {
  return { kind, values: { ...values }, tags: { ...tags } };
}

function labelOf(request: OperationRequest, kind: Kind): string {
  if (request.type === "create") return request.draft.values[kind.nameField] ?? `unnamed ${kind.title}`;
  return request.target.name ?? request.target.id;
}
