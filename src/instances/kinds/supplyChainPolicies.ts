/** Where a policy applies; without it the documentation's placeholders stay. */
export interface PolicyPlace {
  readonly accountId: string;
  readonly region: string;
}

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow";
  readonly Principal?: Readonly<Record<string, string>>;
  readonly Action: string | readonly string[];
  readonly Resource: string;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document, indented for reading. */
export function policyJson(statements: readonly PolicyStatement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements }, undefined, 2);
}

const fields = (place: PolicyPlace | undefined) => place ?? { accountId: "<account-id>", region: "<region>" };

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

const allow = (Action: string | readonly string[]): PolicyStatement => ({ Effect: "Allow", Action, Resource: "*" });

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

/** What the product calls, on app instances and their tags. Source: service authorization reference of Amazon Chime. */
export function appInstancePolicy(): readonly PolicyStatement[] {
  return [
    allow([
      "chime:CreateAppInstance",
      "chime:DescribeAppInstance",
      "chime:ListAppInstances",
      "chime:UpdateAppInstance",
      "chime:DeleteAppInstance",
      "chime:TagResource",
      "chime:UntagResource",
      "chime:ListTagsForResource",
    ]),
  ];
}

/**
 * What a key's policy needs, besides the account's own access, before an instance is created with the key.
 * Source: Amazon Connect Decisions administrator guide, "Data encryption", step 1.
 */
export function keyPolicyStatements(place?: PolicyPlace): readonly PolicyStatement[] {
  const { accountId, region } = fields(place);
  const service = { Service: "scn.amazonaws.com" };
  const sameAccount = { StringEquals: { "aws:SourceAccount": accountId } };
  const isInstanceRole = {
    ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${accountId}:role/service-role/scn-instance-role-*` },
  };
  const viaService = { "kms:ViaService": `scn.${region}.amazonaws.com` };
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
