import type { Session } from "../instances/connection";
import type { Instance } from "../instances/instance";
import type { Kind } from "../instances/kind";
import { differenceOf, ownerOfArn, scopeOf } from "../instances/place";
import type { OperationRecord } from "./operationRecord";
import { StoppedError } from "./step";

/**
 * An operation is carried out in the account, API, Region and endpoint that it was confirmed for, or nowhere. The API is
 * chosen by the record; of the others, a difference stops the operation and is named.
 */

/** The kind over the API that the record names; undefined when this version does not have it. */
export function pinnedKind({ place }: Pick<OperationRecord, "place">, kind: Kind): Kind | undefined {
  // A record without a place is not carried out, whatever its kind: see `requirePlace`.
  if (!place) return kind;
  // The file may name a service that only a later version has: the kind compares, and does not believe it.
  return kind.forService(place.service);
}

/** @throws StoppedError when the session leads elsewhere. */
export function requirePlace(record: OperationRecord, session: Session, kind: Kind): void {
  const { accountId, connection, place } = record;
  if (!place) throw placeUnknown(record);
  const difference = differenceOf({ connection, accountId, place }, scopeOf(session, kind));
  if (difference === undefined) return;
  const wayOut =
    connection.source === "sandbox" ? "Discard it." : "Resume when the profile and the settings are as they were.";
  throw interrupted(session.accountId === accountId ? "EndpointChanged" : "AccountChanged", `${difference} ${wayOut}`);
}

/** It will never go on. Where no create was sent it has failed, which keeps its draft and lets it be used again. */
function placeUnknown({ draft, step, sentAt, created }: OperationRecord): StoppedError {
  const why = "It was recorded by an earlier version, which did not keep the endpoint that it was confirmed for.";
  const mayHaveCreated = created !== undefined || (step === "create" && sentAt !== undefined);
  if (!draft || mayHaveCreated) return interrupted("PlaceUnknown", `${why} Look at your instances, then discard it.`);
  return new StoppedError("failed", "PlaceUnknown", `${why} Nothing was created; the draft is kept: recreate from it.`);
}

/** What a reply names as the owner is compared too. @throws StoppedError when it is another one. */
export function requireOwner(record: OperationRecord, { id, arn }: Pick<Instance, "id" | "arn">): void {
  const owner = ownerOfArn(arn);
  const region = record.place?.region;
  const isElsewhere =
    (owner.accountId !== "" && owner.accountId !== record.accountId) ||
    (owner.region !== "" && region !== undefined && owner.region !== region);
  if (!isElsewhere) return;
  throw interrupted(
    "AccountChanged",
    `The service answered for account ${owner.accountId}, ${owner.region}; this was confirmed for account ${record.accountId}, ${region ?? ""}. Look at ${id} there.`,
  );
}

function interrupted(code: string, message: string): StoppedError {
  return new StoppedError("interrupted", code, message);
}
