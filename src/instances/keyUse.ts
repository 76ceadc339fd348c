import type { PolicyPlace, PolicyStatement } from "./policy";

/** What a service does with a customer's key, and what the key's policy must say for it. */
export interface KeyUse {
  /** As findings name the service: "AWS Supply Chain". */
  readonly serviceName: string;
  /** The service's label in policies, `scn`: of `scn.amazonaws.com`, `scn.REGION.amazonaws.com` and `kms:ViaService`. */
  readonly principal: string;
  /** What the service takes for the ARN of a key. */
  readonly keyArnPattern: RegExp;
  /** What the service does with a key while an instance is created. */
  readonly actions: readonly string[];
  /** The ARN of an instance that does not exist yet: what a policy's pattern may be meant for. */
  newInstanceArn(place: PolicyPlace): string;
  /** What the service's documentation wants in the key's policy; without a place with placeholders for it. */
  policyStatements(place?: PolicyPlace): Promise<readonly PolicyStatement[]>;
}
