import { listInstances, type IdentityCenter } from "../../aws/services/ssoAdmin";
import { connectionKey, type Session } from "../connection";
import type { Draft } from "../draft";
import { instanceLabel, type Instance } from "../instance";
import type { Kind } from "../kind";
import { checkKey } from "../keyCheck";
import type { InstanceStore, KindListing } from "../store";
import { checkRights } from "./checkRights";
import type { Finding } from "./finding";
import { findPrincipal, type Principal } from "./principal";
import { draftKey } from "./draftKey";
import { rightsCheck } from "./rightsCheck";
import { unchecked, type Check } from "./runChecks";

/** What is going to be created, and where. */
export interface Subject {
  readonly kind: Kind;
  readonly session: Session;
  readonly store: Pick<InstanceStore, "connections" | "listing">;
  /** Undefined while nothing in particular is asked for. */
  readonly draft?: Draft;
  /** The failed one that makes way for it. */
  readonly replaced?: Pick<Instance, "id">;
}

/** What of a draft the checks look at, to tell whether they have to be made again. */
export function relevantOf({ kind, draft }: Pick<Subject, "kind" | "draft">): string {
  const values = kind.fields
    .filter(({ control }) => control === "encryptionKey" || control === "domain")
    .map(({ id }) => draft?.values[id]);
  return JSON.stringify([values, draft?.tags ?? {}]);
}

/** Everything that can be known before a create, in the order in which it is shown. */
export function checksFor(subject: Subject): readonly Check[] {
  const { kind, session, draft, replaced } = subject;
  let found: Promise<Principal> | undefined;
  // Whoever asks first asks for both.
  const principal = (signal: AbortSignal) => (found ??= findPrincipal(session, signal));
  return [
    callerCheck(principal),
    rightsCheck({
      session,
      principal,
      loadNeeds: () => kind.loadNeeds(),
      keyArn: draftKey(kind, draft)?.arn,
      tags: draft?.tags ?? {},
      isRecreate: replaced !== undefined,
    }),
    identityCenterCheck(subject),
    quotaCheck(subject),
    keyCheckOf(subject),
    domainCheck(subject),
    regionCheck(subject),
  ];
}

function callerCheck(principal: (signal: AbortSignal) => Promise<Principal>): Check {
  return {
    id: "caller",
    title: "Who you are",
    right: checkRights.findRole,
    async run(signal) {
      const { caller, isVerified } = await principal(signal);
      if (caller.type === "root")
        return {
          id: "caller",
          mark: "warning",
          text: "You are the account's root user",
          wayOut: "Use a role instead: nothing but a policy of the organization restricts the root user.",
        };
      const guessed = `: its path is not known, because ${checkRights.findRole} is not allowed`;
      return { id: "caller", mark: "pass", text: `You are ${caller.label}${isVerified ? "" : guessed}` };
    },
  };
}

function identityCenterCheck({ kind, session }: Subject): Check {
  return {
    id: "identityCenter",
    title: "IAM Identity Center",
    right: checkRights.identityCenter,
    async run(signal) {
      if (!(await kind.loadNeeds()).needsIdentityCenter) return undefined;
      const found: IdentityCenter[] = [];
      for await (const page of session.client.pages(listInstances, {}, { signal }))
        found.push(...(page.Instances ?? []));
      return identityCenterFinding(found, session.connection.region);
    },
  };
}

export function identityCenterFinding(found: readonly Partial<IdentityCenter>[], region: string): Finding {
  const id = "identityCenter";
  const isActive = ({ Status: status }: Partial<IdentityCenter>) => status === undefined || status === "ACTIVE";
  if (found.some(isActive))
    return {
      id,
      mark: "pass",
      text: "IAM Identity Center is in this region",
      wayOut: "It must have at least one user, which is not checked.",
    };
  const [other] = found;
  if (other)
    return {
      id,
      mark: "warning",
      text: `IAM Identity Center is in this region, but not active: ${other.Status ?? ""}`,
    };
  return {
    id,
    mark: "error",
    text: `There is no IAM Identity Center in ${region}`,
    wayOut: "Enable it in this region, with at least one user, or create the instance in the region that has it.",
  };
}

function quotaCheck({ kind, session, store }: Subject): Check {
  const check = { id: "quota", title: "Quota" } as const;
  return {
    ...check,
    async run() {
      const listing = store.listing(connectionKey(session.connection), kind.id);
      if (listing?.updatedAt === undefined)
        return unchecked(check, "the instances of this connection are not listed yet");
      const { quota } = await kind.loadNeeds();
      return quotaFinding(listing, quota);
    },
  };
}

export function quotaFinding(
  { instances, hasMore, status }: Pick<KindListing, "instances" | "hasMore" | "status">,
  { max, counts, countedWords, canBeRaised }: Awaited<ReturnType<Kind["loadNeeds"]>>["quota"],
): Finding {
  const used = instances.filter(({ phase }) => counts.includes(phase)).length;
  const atLeast = hasMore || status !== "ready" ? "At least " : "";
  const text = `${atLeast}${used} of ${max} instances used in this region (${countedWords})`;
  if (used < max) return { id: "quota", mark: atLeast === "" ? "pass" : "unknown", text };
  const raised = canBeRaised ? ", unless AWS has raised it: see Service Quotas" : "; this quota cannot be raised";
  return {
    id: "quota",
    mark: canBeRaised ? "warning" : "error",
    text,
    wayOut: `Delete one that you no longer need${raised}.`,
  };
}

function keyCheckOf({ kind, session, draft }: Subject): Check {
  return {
    id: "key",
    title: "Encryption key",
    right: checkRights.describeKey,
    async run(signal) {
      if (!kind.fields.some(({ control }) => control === "encryptionKey")) return undefined;
      const key = draftKey(kind, draft);
      if (!key) return draft && { id: "key", mark: "pass", text: "Encryption key: the AWS owned key needs nothing" };
      const { isReady, findings, problems, statement } = await checkKey(session, key.field.keyUse, key.arn, signal);
      if (isReady) return { id: "key", mark: "pass", text: "Encryption key is ready" };
      return {
        id: "key",
        mark: findings.some(({ severity }) => severity === "problem") ? "error" : "warning",
        text: `Encryption key: ${problems.join(" ")}`,
        ...(statement !== undefined && {
          wayOut: "Add the statements to the policy of the key.",
          offer: {
            ...statement,
            attachTo: "Add them to the policy of the key.",
            reasons: [],
          },
        }),
      };
    },
  };
}

function domainCheck({ kind, draft, store, replaced }: Subject): Check {
  return {
    id: "domain",
    title: "Domain",
    run() {
      const field = kind.fields.find(({ control }) => control === "domain");
      const domain = field && draft?.values[field.id];
      if (!field || !domain) return Promise.resolve(undefined);
      const visible = store.connections.flatMap(
        (connection) => store.listing(connectionKey(connection), kind.id)?.instances ?? [],
      );
      const owners = visible.filter(
        ({ values, phase }) => phase !== "deleted" && values[field.id]?.toLowerCase() === domain.toLowerCase(),
      );
      const owner = owners.find(({ id }) => id !== replaced?.id);
      const has = owners.length > 0 ? "the instance that is replaced has it" : "no instance that you can see has it";
      return Promise.resolve<Finding>(
        owner
          ? {
              id: "domain",
              mark: "error",
              text: `Domain ${domain}: ${instanceLabel(owner)} has it`,
              wayOut: "Choose another one: each can be used once in all of AWS.",
            }
          : { id: "domain", mark: "unknown", text: `Domain ${domain}: ${has}` },
      );
    },
  };
}

function regionCheck({ kind, session }: Subject): Check {
  return {
    id: "region",
    title: "Region",
    run: () => Promise.resolve(regionFinding(kind, session.connection.region)),
  };
}

export function regionFinding(kind: Pick<Kind, "suggestedRegions" | "regionNote" | "title">, region: string): Finding {
  const note = kind.regionNote?.(region);
  const documented = kind.suggestedRegions.filter((one) => kind.regionNote?.(one) === undefined).join(" and ");
  const wayOut = `The documentation lists ${documented}.`;
  if (!kind.suggestedRegions.includes(region))
    return { id: "region", mark: "warning", text: `${region} is not documented for this service`, wayOut };
  return note === undefined
    ? { id: "region", mark: "pass", text: `${region} is documented for this service` }
    : { id: "region", mark: "warning", text: `${region}: ${note}`, wayOut };
}
