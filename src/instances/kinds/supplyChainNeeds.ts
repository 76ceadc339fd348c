import { everyRight, type Needs } from "../needs";
import { policyOf, rights, type Right, type RightSource } from "../rights";

/** The service works with the caller's own rights, so the caller needs these to create an instance. */
const guide: RightSource = {
  id: "ConnectDecisionsGuide",
  name: "Connect Decisions guide",
  title:
    'Amazon Connect Decisions administrator guide, "IAM policy needed to create, update, or delete instances through the console or public API"',
};
const handler: RightSource = {
  id: "CloudFormationCreateHandler",
  name: "CloudFormation",
  title: "CloudFormation, create handler of AWS::SCN::Instance",
};
const deleteHandler: RightSource = {
  id: "CloudFormationDeleteHandler",
  name: "CloudFormation",
  title: "CloudFormation, delete handler of AWS::SCN::Instance",
};
const reference: RightSource = {
  id: "ServiceAuthorizationReference",
  name: "service reference",
  title: "service authorization reference of AWS Supply Chain",
};

const bucket = {
  resource: "arn:aws:s3:::aws-supply-chain-*",
  exampleResource: "arn:aws:s3:::aws-supply-chain-data-00000000-0000-4000-8000-000000000000",
};

/** The service makes its bucket with the caller's rights. The guide names what the handler calls `s3:*`. */
export const bucketRights: readonly Right[] = rights(
  [guide, handler],
  [
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
  bucket,
);

/** Of the service itself: the handler names what the guide calls `scn:*`. */
const ownRights: readonly Right[] = [
  ...rights([guide, handler], ["scn:CreateInstance"], { seesTags: true }),
  ...rights([guide, handler], ["scn:GetInstance", "scn:CreateSSOApplication"]),
  ...rights([guide, handler], ["scn:ListTagsForResource"]),
  ...rights([guide, handler], ["scn:TagResource"], { onlyWithTags: true, seesTags: true }),
];

const otherRights: readonly Right[] = [
  ...rights([handler], ["chime:*"], {
    examples: [
      "chime:CreateAppInstance",
      "chime:DeleteAppInstance",
      "chime:PutAppInstanceRetentionSettings",
      "chime:TagResource",
    ],
  }),
  ...rights([handler], ["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"], { isOnKey: true }),
  ...rights([guide], ["kms:ListAliases"]),
  ...rights(
    [guide],
    [
      "cloudtrail:CreateTrail",
      "cloudtrail:PutEventSelectors",
      "cloudtrail:GetEventSelectors",
      "cloudtrail:StartLogging",
    ],
  ),
  // The guide names what the handler calls `events:*`.
  ...rights([guide, handler], ["events:DescribeRule", "events:PutRule", "events:PutTargets"]),
  ...rights([guide], ["cloudwatch:PutMetricData"]),
  ...rights([guide], ["cloudwatch:Describe*"], { examples: ["cloudwatch:DescribeAlarms"] }),
  ...rights([guide], ["cloudwatch:Get*"], { examples: ["cloudwatch:GetMetricData"] }),
  ...rights([guide], ["cloudwatch:List*"], { examples: ["cloudwatch:ListMetrics"] }),
  ...rights(
    [guide, handler],
    ["organizations:CreateOrganization", "organizations:DescribeOrganization", "organizations:EnableAWSServiceAccess"],
  ),
  ...rights([guide], ["organizations:DescribeAccount", "organizations:ListDelegatedAdministrators"]),
  ...rights([guide, handler], ["iam:CreateServiceLinkedRole"]),
  ...rights(
    [guide],
    ["iam:CreateRole", "iam:CreatePolicy", "iam:GetRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"],
  ),
  ...rights(
    [guide],
    [
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
    ],
  ),
];

export const needs: Needs = {
  rights: {
    reading: rights([reference], ["scn:ListInstances", "scn:GetInstance", "scn:ListTagsForResource"]),
    creating: [...ownRights, ...bucketRights, ...otherRights],
    changing: rights([reference], ["scn:UpdateInstance", "scn:TagResource", "scn:UntagResource"]),
    deleting: rights([guide, deleteHandler], ["scn:DeleteInstance", "scn:DeleteSSOApplication"]),
  },
  quota: {
    max: 10,
    counts: ["creating", "ready"],
    countedWords: "active or initializing",
    canBeRaised: false,
  },
  needsIdentityCenter: true,
  notes: [
    "The guide allows `scn:*`, the handler `s3:*` and `events:*` on every resource. The policy has instead what the other of the two names.",
    "Which actions of `chime:*` the service calls is documented nowhere; four are asked about in a simulation.",
  ],
};

export const bucketPolicy = () => policyOf(bucketRights);
export const wholePolicy = () => policyOf(everyRight(needs));
