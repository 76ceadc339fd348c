import { contextOf } from "./iam/context";
import { evaluate, type Layer, type Policies, type Verdict } from "./iam/evaluate";
import type { Principal } from "./principals";

/** One right that a request needs. */
export interface Need {
  /** `chime:TagResource`; absent: the operation's own. */
  readonly action?: string;
  /** `*` where the operation is about none. */
  readonly resource: string;
  /** What the message calls the resource, where that is not its ARN. */
  readonly shownAs?: string;
  /** Context keys that the request sets besides those of all. */
  readonly context?: ContextValues;
}

export type ContextValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What somebody may, in one request or on its behalf. */
export class Access {
  readonly principal: Principal;
  readonly #policies: Policies;
  readonly #values: ContextValues;

  constructor(principal: Principal, policies: Policies, values: ContextValues) {
    this.principal = principal;
    this.#policies = policies;
    this.#values = { ...valuesOf(principal), ...values };
  }

  /** With the same rights, asked for by a service on the caller's behalf. */
  through(service: string): Access {
    return new Access(this.principal, this.#policies, {
      ...this.#values,
      "aws:SourceIp": undefined,
      "aws:ViaAWSService": "true",
      "aws:CalledVia": [service],
      "aws:CalledViaFirst": service,
      "aws:CalledViaLast": service,
    });
  }

  /** Why it may not, in AWS's words; undefined when it may. */
  denial(need: Need & { readonly action: string }): string | undefined {
    const { action, resource, context } = need;
    const verdict = evaluate({ action, resource, context: contextOf({ ...this.#values, ...context }) }, this.#policies);
    return verdict.decision === "allowed" ? undefined : denialText(this.principal, need, verdict);
  }
}

/** Context keys that are known of a principal, whatever it does. */
export function valuesOf({ accountId, userId, entity }: Principal): ContextValues {
  return {
    "aws:PrincipalArn": entity.arn,
    "aws:PrincipalAccount": accountId,
    "aws:PrincipalType": entity.type === "user" ? "User" : "AssumedRole",
    "aws:userid": userId,
    "aws:username": entity.type === "user" ? entity.name : undefined,
  };
}

/** The keys that tags in a request set. */
export function tagValues(tags: Readonly<Record<string, string>>): ContextValues {
  const keys = Object.keys(tags);
  const values = Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]);
  return keys.length === 0 ? {} : { ...(Object.fromEntries(values) as ContextValues), "aws:TagKeys": keys };
}

/** The keys that a resource's tags set. */
export function resourceTagValues(tags: Readonly<Record<string, string>> = {}): ContextValues {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]));
}

const layerNames: Readonly<Record<Layer, readonly [article: string, name: string]>> = {
  identity: ["an", "identity-based policy"],
  boundary: ["a", "permissions boundary"],
  organization: ["a", "service control policy"],
};

function denialText(principal: Principal, need: Need & { readonly action: string }, verdict: Verdict): string {
  const { action, resource, shownAs = resource } = need;
  const place = shownAs === "*" ? "" : ` on resource: ${shownAs}`;
  const [article, name] = layerNames[verdict.deniedBy ?? "identity"];
  const cause =
    verdict.decision === "explicitDeny"
      ? `with an explicit deny in ${article} ${name}`
      : `because no ${name} allows the ${action} action`;
  return `User: ${principal.arn} is not authorized to perform: ${action}${place} ${cause}`;
}
