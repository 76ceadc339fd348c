import type { Service, ServiceId } from "../aws/operation";
import type { Connection, Session } from "./connection";
import type { Kind } from "./kind";

/** Where a change was confirmed, and where alone it is carried out. Together with the account it is all that settings can move. */
export interface Place {
  /** The API: Chime has two, which see different Regions. */
  readonly service: ServiceId;
  /** The Region that requests are signed for, which legacy Chime chooses itself. */
  readonly region: string;
  /** A URL; for the sandbox its identity, because its port is another one each time it starts. */
  readonly endpoint: string;
}

/** @throws UserError when the settings rule each other out. */
export function placeOf(session: Pick<Session, "connection" | "endpointOf" | "sandboxId">, service: Service): Place {
  const { url, signingRegion } = session.endpointOf(service);
  const endpoint =
    session.connection.source === "sandbox" ? `sandbox ${session.sandboxId ?? ""}` : url.href.replace(/\/+$/, "");
  return { service: service.id, region: signingRegion, endpoint };
}

/** What a change is confirmed for: taken when the question is put, and not when it is answered. */
export interface ChangeScope {
  /** `Kind.id`. */
  readonly kind: string;
  readonly connection: Connection;
  readonly accountId: string;
  readonly place: Place;
  /** Set where requests do not go to AWS, nor to our own sandbox: whoever confirms must read it. */
  readonly customEndpoint?: string;
}

export function scopeOf(session: Session, kind: Kind): ChangeScope {
  const { connection, accountId } = session;
  const place = placeOf(session, kind.service);
  const isElsewhere = connection.source === "profile" && session.endpointOf(kind.service).isCustom;
  return { kind: kind.id, connection, accountId, place, ...(isElsewhere && { customEndpoint: place.endpoint }) };
}

/** What is different now from what was confirmed, as a sentence; undefined when nothing is. */
export function differenceOf(
  confirmed: Omit<ChangeScope, "kind">,
  now: Pick<ChangeScope, "accountId" | "place">,
): string | undefined {
  const { accountId, connection, place } = confirmed;
  if (now.accountId !== accountId)
    return `Profile ${connection.profile} now belongs to account ${now.accountId}; this was confirmed for account ${accountId}.`;
  if (now.place.endpoint === place.endpoint && now.place.region === place.region) return undefined;
  if (connection.source === "sandbox") return "The sandbox was reset since this was confirmed.";
  return `Requests to ${place.service} now go to ${now.place.endpoint} (${now.place.region}); this was confirmed for ${place.endpoint} (${place.region}).`;
}

/**
 * Account and Region that an ARN names; empty where it names none.
 * `arn:aws:chime:us-east-1:123456789012:app-instance/…`
 */
export function ownerOfArn(arn: string): { readonly region: string; readonly accountId: string } {
  const [, , , region = "", accountId = ""] = arn.split(":");
  return /^\d{12}$/.test(accountId) ? { region, accountId } : { region: "", accountId: "" };
}
