import type { Policies } from "./iam/evaluate";
import { parsePolicy } from "./iam/policy";
import type { PrincipalName } from "./principals";

/** A policy's document, as JSON. */
export type PolicyDocument = Readonly<Record<string, unknown>>;

/** The identity policies that were given to principals instead of their own, by name. */
export type GivenPolicies = Record<string, PolicyDocument[]>;

const document = (...Statement: object[]): PolicyDocument => ({ Version: "2012-10-17", Statement });
const everything = { Effect: "Allow", Action: "*", Resource: "*" };
const allowAllBut = (...actions: string[]) => document({ Effect: "Allow", NotAction: actions, Resource: "*" });

/** What each may by its own policies; who is not here may everything. */
const identityPolicies: Partial<Readonly<Record<PrincipalName, readonly PolicyDocument[]>>> = {
  "sandbox-restricted": [allowAllBut("s3:*")],
  "no-s3": [allowAllBut("s3:*")],
  "no-simulate": [allowAllBut("iam:SimulatePrincipalPolicy")],
  "no-cloudtrail": [allowAllBut("cloudtrail:LookupEvents")],
};

/** The account is in an organization, which keeps something from all who come from Identity Center: from `scp`. */
function organizationOf(keptBack: readonly string[]): readonly PolicyDocument[] {
  const comesFromThere = { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*" } };
  const denied = { Effect: "Deny", Action: keptBack, Resource: "*", Condition: comesFromThere };
  return [document(everything), ...(keptBack.length > 0 ? [document(denied)] : [])];
}

/** What principals may: the same in every account, and whatever asks. */
export class Rights {
  readonly #given: GivenPolicies;
  readonly #keptBack: readonly string[];
  readonly #parsed = new Map<PrincipalName, Policies>();

  /** Writes into `given` what is replaced. `keptBack` is what boundary and organization do not let through. */
  constructor(given: GivenPolicies, keptBack: readonly string[]) {
    this.#given = given;
    this.#keptBack = keptBack;
  }

  documents(name: PrincipalName): readonly PolicyDocument[] {
    return this.#given[name] ?? identityPolicies[name] ?? [document(everything)];
  }

  hasBoundary(name: PrincipalName): boolean {
    return name === "boundary";
  }

  of(name: PrincipalName): Policies {
    const known = this.#parsed.get(name);
    if (known) return known;
    const boundary = this.hasBoundary(name) ? allowAllBut(...this.#keptBack) : undefined;
    const policies = {
      identity: parseAll("policy", this.documents(name)),
      ...(boundary && { boundary: parsePolicy("boundary", boundary) }),
      organization: parseAll("organization", organizationOf(this.#keptBack)),
    };
    this.#parsed.set(name, policies);
    return policies;
  }

  /** Throws the schema's error when one of them is no policy. */
  replace(name: PrincipalName, documents: readonly PolicyDocument[]): void {
    parseAll("policy", documents);
    this.#given[name] = [...documents];
    this.#parsed.delete(name);
  }
}

function parseAll(prefix: string, documents: readonly unknown[]) {
  return documents.map((value, index) => parsePolicy(`${prefix}-${index + 1}`, value));
}
