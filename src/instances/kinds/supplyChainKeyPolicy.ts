import { supplychain } from "../../aws/services/supplychain";
import type { Instance } from "../instance";
import { ownerOfArn } from "../place";
import { policyJson, type PolicyPlace, type PolicyStatement } from "../policy";

const principal = supplychain.signingName;

/**
 * What a key's policy needs, besides the account's own access, before an instance is created with the key.
 * Source: Amazon Connect Decisions administrator guide, "Data encryption", step 1.
 */
export function keyPolicyStatements(
  place: PolicyPlace = { accountId: "<account-id>", region: "<region>" },
): readonly PolicyStatement[] {
  const { accountId, region } = place;
  const service = { Service: `${principal}.amazonaws.com` };
  const sameAccount = { StringEquals: { "aws:SourceAccount": accountId } };
  const isInstanceRole = {
    ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${accountId}:role/service-role/scn-instance-role-*` },
  };
  const viaService = { "kms:ViaService": `${principal}.${region}.amazonaws.com` };
  const onKey = (Sid: string, Principal: Readonly<Record<string, string>>, Action: string | readonly string[]) =>
    ({ Sid, Effect: "Allow", Principal, Action, Resource: "*" }) as const;
  return [
    { ...onKey("AllowScnRetrievalOfKeyMetadata", service, "kms:DescribeKey"), Condition: sameAccount },
    {
      ...onKey("AllowScnEncryptDecryptWithContext", service, [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
      ]),
      Condition: sameAccount,
    },
    {
      ...onKey("AllowScnCryptoViaDependencyServices", service, [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:DescribeKey",
      ]),
      Condition: {
        StringEquals: {
          "kms:ViaService": ["redshift-serverless", "aoss", "dynamodb", "s3"].map(
            (name) => `${name}.${region}.amazonaws.com`,
          ),
        },
      },
    },
    {
      ...onKey("AllowScnCreateGrantForDependencyServices", service, "kms:CreateGrant"),
      Condition: {
        "ForAllValues:StringEquals": {
          "kms:GrantOperations": [
            "Encrypt",
            "Decrypt",
            "GenerateDataKey",
            "GenerateDataKeyWithoutPlaintext",
            "DescribeKey",
            "RetireGrant",
            "ReEncryptFrom",
            "ReEncryptTo",
            "CreateGrant",
          ],
        },
        Bool: { "kms:GrantIsForAWSResource": "true" },
      },
    },
    {
      ...onKey("AllowInstanceRoleDescribeKey", { AWS: "*" }, "kms:DescribeKey"),
      Condition: { ...isInstanceRole, StringEquals: viaService },
    },
    {
      ...onKey("AllowInstanceRoleEncryptDecrypt", { AWS: "*" }, ["kms:Decrypt", "kms:GenerateDataKey*"]),
      Condition: { ...isInstanceRole, StringEquals: viaService },
    },
    {
      ...onKey("AllowInstanceRoleCreateGrant", { AWS: "*" }, "kms:CreateGrant"),
      Condition: {
        ...isInstanceRole,
        StringEquals: viaService,
        "ForAllValues:StringEquals": {
          "kms:GrantOperations": [
            "Encrypt",
            "Decrypt",
            "GenerateDataKey",
            "GenerateDataKeyWithoutPlaintext",
            "DescribeKey",
            "CreateGrant",
          ],
        },
        Bool: { "kms:GrantIsForAWSResource": "true" },
      },
    },
  ];
}

/**
 * What a key's policy needs once the instance is there: its role is known only then.
 * Source: AWS Supply Chain administrator guide, "Creating an instance with advanced settings", step 4.
 */
export function instanceRolePolicy({ id, arn }: Pick<Instance, "id" | "arn">): string {
  const { accountId } = ownerOfArn(arn);
  return policyJson([
    {
      Sid: "AllowSupplyChainInstanceRole",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${accountId}:role/service-role/scn-instance-role-${id}` },
      Action: ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
    },
  ]);
}
