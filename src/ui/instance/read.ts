import { ServiceError } from "../../aws/errors";
import { UserError } from "../../core/errors";
import { connectionLabel, type Connection, type Session, type Sessions } from "../../instances/connection";
import { isUnfinished, type Instance } from "../../instances/instance";
import { withPresentApi, type Kind } from "../../instances/kind";
import { differenceOf, scopeOf, type ChangeScope } from "../../instances/place";
import { comesFirst, findUnsettledOn } from "../../operations/conflicts";
import type { Operations, Target } from "../../operations/operations";
import { shortText, visibleText } from "../text/displayText";
import { instanceText, nameText } from "../text/instanceText";
import type { Prompts } from "../prompts/prompts";
import type { InstanceTarget } from "./pick";

/** An instance as the service described it a moment ago, and the session that it was read with. */
export interface ReadInstance {
  readonly kind: Kind;
  readonly session: Session;
  readonly instance: Instance;
  readonly tags: Readonly<Record<string, string>>;
  /** What a change is confirmed for, if it comes to one. */
  readonly scope: ChangeScope;
}

export interface ReadDeps {
  readonly sessions: Sessions;
  readonly prompts: Prompts;
  readonly operations: Pick<Operations, "list">;
}

/** Opens the connection and reads the instance and its tags. Rejects with UserError when it is gone. */
export function readTarget(deps: ReadDeps, target: InstanceTarget): Promise<ReadInstance> {
  const { connection } = target;
  const kind = withPresentApi(target.kind);
  const label = target.instance ? instanceText(target.instance) : visibleText(target.id);
  return deps.prompts.busy(`Reading ${label}…`, async (signal) => {
    const session = await deps.sessions.open(connection, signal);
    const instance = await kind.get(session, target.id, { signal });
    if (!instance || instance.phase === "deleted") throw goneError(label, connection);
    const tags = await readTags(session, kind, instance, signal);
    return { kind, session, instance, tags, scope: scopeOf(session, kind) };
  });
}

/** Without its tags neither a copy nor the warnings of an instance would be right, so they are not left out. */
async function readTags(
  session: Session,
  kind: Kind,
  instance: Instance,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  try {
    return await kind.listTags(session, instance, { signal });
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const label = instanceText(instance);
    throw new UserError(`Could not read the tags of ${label}: ${shortText(error.message, 300)}`, { cause: error });
  }
}

function goneError(label: string, connection: Connection): UserError {
  return new UserError(`${label} no longer exists in ${visibleText(connectionLabel(connection))}.`, {
    remedies: [{ title: "Refresh", command: "appInstances.refresh" }],
  });
}

/** Says before the first question what the operations would say after the last: one change of an instance at a time. */
export function throwIfBusy(operations: Pick<Operations, "list">, { instance, scope }: ReadInstance): void {
  const other = findUnsettledOn(operations.list(), { ...scope, target: toOperationTarget(instance) });
  if (other) throw comesFirst(other, instanceText(instance));
}

/** A question can stay open for long. What was confirmed for one account and endpoint is not done in another. */
export async function throwIfElsewhere(
  deps: Pick<ReadDeps, "sessions">,
  { kind, scope }: Pick<ReadInstance, "kind" | "scope">,
): Promise<void> {
  throwIfDifferent(scope, scopeOf(await deps.sessions.open(scope.connection), kind));
}

export function throwIfDifferent(confirmed: ChangeScope, now: ChangeScope): void {
  const difference = differenceOf(confirmed, now);
  if (difference !== undefined) throw new UserError(`${visibleText(difference)} Nothing was changed.`);
}

export function toOperationTarget({ id, arn, name, phase }: Instance): Target {
  return { id, arn, ...(name !== undefined && { name }), ...(isUnfinished(phase) && { isUnfinished: true }) };
}

/** "sandbox · us-east-1 (123456789012)"; an API that has a Region of its own, and an endpoint that is not AWS's, are named. */
export function placeLabel({ connection, accountId, place, customEndpoint }: ChangeScope): string {
  const region = place.region === connection.region ? "" : `, in ${nameText(place.region)}`;
  const endpoint = customEndpoint === undefined ? "" : `, at ${nameText(customEndpoint)}`;
  return `${nameText(connectionLabel(connection))} (${accountId})${region}${endpoint}`;
}

/** "account 123456789012, us-east-1, profile sandbox": what every confirmation names. */
export function placeText({ connection, accountId, place, customEndpoint }: ChangeScope): string {
  const endpoint = customEndpoint === undefined ? "" : `, endpoint ${nameText(customEndpoint)}`;
  return `account ${accountId}, ${nameText(place.region)}, profile ${nameText(connection.profile)}${endpoint}`;
}
