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
  /** Why the service cannot use it, as the creation's failure says; undefined for a good key. */
  readonly problem: string | undefined;
}

/** The texts are assumptions: no source documents how a creation with a bad key ends. */
const problems = {
  disabled: "The AWS KMS key is disabled. Please enable the key and try again.",
  noPolicy:
    "Access denied when attempting to use the AWS KMS key. Please correct the key policy to allow AWS Supply Chain and try again.",
  asymmetric:
    "The AWS KMS key is not a symmetric encryption key. Please choose a symmetric encryption key and try again.",
  awsManaged:
    "Access denied when attempting to use the AWS KMS key. AWS managed keys are not supported, please choose a customer managed key and try again.",
  unknown: "The AWS KMS key does not exist or is not accessible. Please check the key ARN and try again.",
  region:
    "The AWS KMS key is in a different Region than the instance. Please choose a key in the same Region and try again.",
};

export function keysOf(region: string, accountId: string): readonly SandboxKey[] {
  const make = (
    name: string,
    key: Partial<Omit<SandboxKey, "keyId" | "arn" | "alias">> & Pick<SandboxKey, "description">,
  ): SandboxKey => {
    const hex = createHash("sha256")
      .update(`${accountId} ${key.isMultiRegion ? "" : region} ${name}`)
      .digest("hex");
    const keyId = key.isMultiRegion
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
      policy: servicePolicy(region, accountId),
      problem: undefined,
      ...key,
    };
  };
  return [
    make("supply-chain", { description: "Supply Chain data" }),
    make("supply-chain-disabled", {
      description: "Retired Supply Chain key",
      isEnabled: false,
      problem: problems.disabled,
    }),
    make("supply-chain-no-access", {
      description: "Key whose policy lacks the service",
      policy: accountPolicy(accountId),
      problem: problems.noPolicy,
    }),
    make("document-signing", {
      description: "Signs documents",
      keySpec: "RSA_2048",
      keyUsage: "SIGN_VERIFY",
      policy: accountPolicy(accountId),
      problem: problems.asymmetric,
    }),
    make("supply-chain-multi-region", { description: "Supply Chain data, all Regions", isMultiRegion: true }),
    make("aws/s3", {
      description: "Default key that protects my S3 objects when no other key is defined",
      keyManager: "AWS",
      policy: accountPolicy(accountId),
      problem: problems.awsManaged,
    }),
  ];
}

/** Why a creation with this key fails, or undefined. */
export function keyProblem(keyArn: string, region: string, accountId: string): string | undefined {
  const [, , , keyRegion = ""] = keyArn.split(":");
  if (keyRegion !== region) return problems.region;
  const key = keysOf(region, accountId).find(({ arn }) => arn === keyArn);
  return key ? key.problem : problems.unknown;
}

interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Principal: Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource: "*";
  readonly Condition?: object;
}

function toPolicy(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements }, undefined, 2);
}

function rootStatement(accountId: string): Statement {
  return {
    Sid: "AllowAccountRootFullAccess",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: "kms:*",
    Resource: "*",
  };
}

function accountPolicy(accountId: string): string {
  return toPolicy([rootStatement(accountId)]);
}

/** The base policy of the service's documentation: what it needs before an instance is created. */
function servicePolicy(region: string, accountId: string): string {
  const service = { Service: "scn.amazonaws.com" };
  const sameAccount = { StringEquals: { "aws:SourceAccount": accountId } };
  const instanceRole = {
    ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${accountId}:role/service-role/scn-instance-role-*` },
    StringEquals: { "kms:ViaService": `scn.${region}.amazonaws.com` },
  };
  const forAws = { Bool: { "kms:GrantIsForAWSResource": "true" } };
  const allow = (
    Sid: string,
    principal: Statement["Principal"],
    Action: Statement["Action"],
    Condition: object,
  ): Statement => ({
    Sid,
    Effect: "Allow",
    Principal: principal,
    Action,
    Resource: "*",
    Condition,
  });
  return toPolicy([
    rootStatement(accountId),
    allow("AllowScnRetrievalOfKeyMetadata", service, "kms:DescribeKey", sameAccount),
    allow(
      "AllowScnEncryptDecryptWithContext",
      service,
      ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
      sameAccount,
    ),
    allow(
      "AllowScnCryptoViaDependencyServices",
      service,
      ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
      {
        StringEquals: {
          "kms:ViaService": ["redshift-serverless", "aoss", "dynamodb", "s3"].map(
            (name) => `${name}.${region}.amazonaws.com`,
          ),
        },
      },
    ),
    allow("AllowScnCreateGrantForDependencyServices", service, "kms:CreateGrant", forAws),
    allow("AllowInstanceRoleDescribeKey", { AWS: "*" }, "kms:DescribeKey", instanceRole),
    allow("AllowInstanceRoleEncryptDecrypt", { AWS: "*" }, ["kms:Decrypt", "kms:GenerateDataKey*"], instanceRole),
    allow("AllowInstanceRoleCreateGrant", { AWS: "*" }, "kms:CreateGrant", { ...instanceRole, ...forAws }),
  ]);
}
