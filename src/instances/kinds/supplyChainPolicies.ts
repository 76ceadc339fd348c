import { kmsKeyArnPattern } from "../../aws/services/supplychain";
import type { KeyUse } from "../keyUse";
import { allow, type PolicyPlace, type PolicyStatement } from "../policy";

/**
 * The service works with the caller's own rights, so the caller needs these to create an instance.
 * Source: Amazon Connect Decisions administrator guide, "IAM policy needed to create, update, or delete instances
 * through the console or public API".
 */
const bucketStatement: PolicyStatement = {
  Effect: "Allow",
  Action: [
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:CreateBucket",
    "s3:PutBucketVersioning",
    "s3:PutBucketObjectLockConfiguration",
    "s3:PutEncryptionConfiguration",
    "s3:PutBucketPolicy",
    "s3:PutLifecycleConfiguration",
    "s3:PutBucketPublicAccessBlock",
    "s3:DeleteObject",
    "s3:ListAllMyBuckets",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketNotification",
    "s3:PutAccountPublicAccessBlock",
    "s3:PutBucketLogging",
    "s3:PutBucketTagging",
  ],
  Resource: "arn:aws:s3:::aws-supply-chain-*",
};

const otherStatements: readonly PolicyStatement[] = [
  allow([
    "cloudtrail:CreateTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:GetEventSelectors",
    "cloudtrail:StartLogging",
  ]),
  allow(["events:DescribeRule", "events:PutRule", "events:PutTargets"]),
  allow(["cloudwatch:PutMetricData", "cloudwatch:Describe*", "cloudwatch:Get*", "cloudwatch:List*"]),
  allow([
    "organizations:CreateOrganization",
    "organizations:DescribeAccount",
    "organizations:DescribeOrganization",
    "organizations:EnableAWSServiceAccess",
    "organizations:ListDelegatedAdministrators",
  ]),
  allow(["kms:ListAliases"]),
  allow([
    "iam:CreateRole",
    "iam:CreatePolicy",
    "iam:GetRole",
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
    "iam:CreateServiceLinkedRole",
  ]),
  allow([
    "sso:AssociateDirectory",
    "sso:AssociateProfile",
    "sso:CreateApplication",
    "sso:CreateApplicationAssignment",
    "sso:CreateInstance",
    "sso:CreateManagedApplicationInstance",
    "sso:DeleteApplication",
    "sso:DeleteApplicationAssignment",
    "sso:DeleteManagedApplicationInstance",
    "sso:DescribeApplication",
    "sso:DescribeDirectories",
    "sso:DescribeInstance",
    "sso:DescribeRegisteredRegions",
    "sso:DescribeTrusts",
    "sso:DisassociateProfile",
    "sso:GetManagedApplicationInstance",
    "sso:GetPeregrineStatus",
    "sso:GetProfile",
    "sso:GetSharedSsoConfiguration",
    "sso:GetSsoConfiguration",
    "sso:GetSSOStatus",
    "sso:ListApplicationAssignments",
    "sso:ListApplicationTemplates",
    "sso:ListDirectoryAssociations",
    "sso:ListInstances",
    "sso:ListProfileAssociations",
    "sso:ListProfiles",
    "sso:PutApplicationAuthenticationMethod",
    "sso:PutApplicationGrant",
    "sso:RegisterRegion",
    "sso:SearchDirectoryGroups",
    "sso:SearchDirectoryUsers",
    "sso:SearchGroups",
    "sso:SearchUsers",
    "sso:StartPeregrine",
    "sso:StartSSO",
    "sso:UpdateSsoConfiguration",
    "sso-directory:SearchUsers",
  ]),
];

export function bucketPolicy(): readonly PolicyStatement[] {
  return [bucketStatement];
}

export function instanceManagementPolicy(): readonly PolicyStatement[] {
  return [allow("scn:*"), bucketStatement, ...otherStatements];
}

/** Of the service, in policies. */
const principal = "scn";

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

export const keyUse: KeyUse = {
  serviceName: "AWS Supply Chain",
  principal,
  keyArnPattern: kmsKeyArnPattern,
  actions: ["kms:DescribeKey", "kms:CreateGrant", "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"],
  newInstanceArn: ({ accountId, region }) =>
    `arn:aws:scn:${region}:${accountId}:instance/00000000-0000-4000-8000-000000000000`,
  policyStatements: keyPolicyStatements,
};
