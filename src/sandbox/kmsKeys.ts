import { createHash } from "node:crypto";

/** A KMS key of the sandbox. Every region has the same set; nothing about them is stored. */
export interface SandboxKey {
  readonly keyId: string;
  readonly arn: string;
  /** With the `alias/` prefix. */
  readonly alias: string;
  readonly description: string;
  readonly isEnabled: boolean;
  readonly keySpec: "SYMMETRIC_DEFAULT" | "RSA_2048";
  readonly keyUsage: "ENCRYPT_DECRYPT" | "SIGN_VERIFY";
  readonly keyManager: "CUSTOMER" | "AWS";
  readonly isMultiRegion: boolean;
  /** JSON */
  readonly policy: string;
}

/** A key that a service brings: what is not said is as of an ordinary key, which the account alone may use. */
export interface KeySeed extends Partial<
  Pick<SandboxKey, "isEnabled" | "keySpec" | "keyUsage" | "keyManager" | "isMultiRegion">
> {
  /** The alias without its prefix. */
  readonly name: string;
  readonly description: string;
  /** What the policy allows besides. */
  readonly statements?: (region: string, accountId: string) => readonly KeyStatement[];
}

export interface KeyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource: "*";
  readonly Condition?: object;
}

/** The keys of all services. */
export function keysOf(
  services: readonly { readonly keys?: readonly KeySeed[] }[],
  region: string,
  accountId: string,
): readonly SandboxKey[] {
  return services.flatMap(({ keys = [] }) => keys.map((seed) => toKey(seed, region, accountId)));
}

function toKey({ name, statements, ...given }: KeySeed, region: string, accountId: string): SandboxKey {
  const hex = createHash("sha256")
    .update(`${accountId} ${given.isMultiRegion ? "" : region} ${name}`)
    .digest("hex");
  const keyId = given.isMultiRegion
    ? `mrk-${hex.slice(0, 32)}`
    : [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
        "-",
      );
  return {
    keyId,
    arn: `arn:aws:kms:${region}:${accountId}:key/${keyId}`,
    alias: `alias/${name}`,
    isEnabled: true,
    keySpec: "SYMMETRIC_DEFAULT",
    keyUsage: "ENCRYPT_DECRYPT",
    keyManager: "CUSTOMER",
    isMultiRegion: false,
    policy: toPolicy([rootStatement(accountId), ...(statements?.(region, accountId) ?? [])]),
    ...given,
  };
}

/**
 * Why a creation with this key fails, or undefined. The texts are assumptions: no source documents how that ends.
 * `principal` must stand in the key's policy; `serviceName` is how the service calls itself.
 */
export function keyProblem(
  keyArn: string,
  place: { readonly region: string; readonly keys: () => readonly SandboxKey[] },
  { principal, serviceName }: { readonly principal: string; readonly serviceName: string },
): string | undefined {
  const [, , , keyRegion = ""] = keyArn.split(":");
  if (keyRegion !== place.region)
    return "The AWS KMS key is in a different Region than the instance. Please choose a key in the same Region and try again.";
  const key = place.keys().find(({ arn }) => arn === keyArn);
  if (!key) return "The AWS KMS key does not exist or is not accessible. Please check the key ARN and try again.";
  if (key.keyManager === "AWS")
    return "Access denied when attempting to use the AWS KMS key. AWS managed keys are not supported, please choose a customer managed key and try again.";
  if (key.keySpec !== "SYMMETRIC_DEFAULT")
    return "The AWS KMS key is not a symmetric encryption key. Please choose a symmetric encryption key and try again.";
  if (!key.isEnabled) return "The AWS KMS key is disabled. Please enable the key and try again.";
  if (!key.policy.includes(`"${principal}"`))
    return `Access denied when attempting to use the AWS KMS key. Please correct the key policy to allow ${serviceName} and try again.`;
  return undefined;
}

function toPolicy(statements: readonly KeyStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements }, undefined, 2);
}

function rootStatement(accountId: string): KeyStatement {
  return {
    Sid: "AllowAccountRootFullAccess",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: "kms:*",
    Resource: "*",
  };
}
