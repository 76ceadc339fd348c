import { keyProblem } from "../kmsKeys";
import type { StoredResource } from "../resource";
import type { Access } from "../access";
import type { ForwardedCall, RequestContext } from "../service";
import { principal } from "./supplychainKeys";

/** The only failure text that AWS documents. */
export const accessDeniedToS3 = accessDenied("create an S3 bucket");

interface Creation {
  readonly id: string;
  readonly region: string;
  readonly accountId: string;
  readonly keyArn: string | undefined;
  readonly nowMs: number;
  readonly creationMs: number;
}

/** Calls about one thing, and how the failure calls that thing. */
interface Step {
  readonly what: string;
  readonly resource: string;
  readonly actions: readonly string[];
  readonly parameters?: object;
  /** What is wrong although everything was allowed. */
  readonly problem?: () => string | undefined;
}

/**
 * What creation does with its caller's rights: calls in order, until one is denied. Which those are, and how a denial but the
 * one to S3 is put into words, no source documents: they follow from the rights that the service's documentation and
 * CloudFormation's handler ask for.
 */
export function carryOutCreation(creation: Creation, context: Pick<RequestContext, "access" | "region" | "keys">) {
  const access = context.access.through(principal);
  const steps = stepsOf(creation, context);
  const calls: ForwardedCall[] = [];
  const total = steps.reduce((sum, { actions }) => sum + actions.length, 1);
  for (const { what, resource, actions, parameters = {}, problem } of steps) {
    for (const action of actions) {
      const [prefix = "", name = ""] = action.split(":");
      const denial = access.denial({ action, resource });
      calls.push({
        timeMs: Math.round(creation.nowMs + (creation.creationMs * (calls.length + 1)) / total),
        by: principal,
        source: `${prefix}.amazonaws.com`,
        name: eventNames[action] ?? name,
        parameters,
        resource,
        denial,
      });
      if (denial !== undefined) return { failure: accessDenied(what), calls };
    }
    const failure = problem?.();
    if (failure !== undefined) return { failure, calls };
  }
  return { failure: null, calls };
}

/** Of one that has no key. */
export function creationCalls(resource: StoredResource, access: Access): readonly ForwardedCall[] {
  const { id, region, accountId, createdMs: nowMs, creationMs } = resource;
  const creation = { id, region, accountId, keyArn: undefined, nowMs, creationMs };
  return carryOutCreation(creation, { access, region, keys: () => [] }).calls;
}

function accessDenied(what: string): string {
  return `Access denied when attempting to ${what}. Please correct your IAM policy and try again.`;
}

function stepsOf(
  { id, region, accountId, keyArn }: Creation,
  context: Pick<RequestContext, "region" | "keys">,
): readonly Step[] {
  const bucketName = `aws-supply-chain-data-${id}`;
  const bucket = { resource: `arn:aws:s3:::${bucketName}`, parameters: { bucketName } };
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${accountId}:${rest}`;
  const role = (path: string) => `arn:aws:iam::${accountId}:role/${path}`;
  const roleName = `scn-instance-role-${id}`;
  return [
    { what: "create an S3 bucket", ...bucket, actions: ["s3:CreateBucket"] },
    { what: "set up the S3 bucket", ...bucket, actions: bucketActions },
    ...(keyArn === undefined
      ? []
      : [
          {
            what: "use the AWS KMS key",
            resource: keyArn,
            actions: ["kms:DescribeKey", "kms:CreateGrant"],
            parameters: { keyId: keyArn },
            problem: () => keyProblem(keyArn, context, { principal, serviceName: "AWS Supply Chain" }),
          },
        ]),
    {
      what: "create a service-linked role",
      resource: role("aws-service-role/scn.amazonaws.com/AWSServiceRoleForSupplyChain"),
      actions: ["iam:CreateServiceLinkedRole"],
      parameters: { aWSServiceName: principal },
    },
    {
      what: "create an IAM role",
      resource: role(`service-role/${roleName}`),
      actions: ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:GetRole"],
      parameters: { roleName },
    },
    {
      what: "use AWS Organizations",
      resource: "*",
      actions: ["organizations:DescribeOrganization", "organizations:EnableAWSServiceAccess"],
    },
    {
      what: "register the application with IAM Identity Center",
      resource: "*",
      actions: ["sso:DescribeRegisteredRegions", "sso:CreateManagedApplicationInstance"],
    },
    {
      what: "register the application with IAM Identity Center",
      resource: arn("scn", `instance/${id}`),
      actions: ["scn:CreateSSOApplication"],
      parameters: { instanceId: id },
    },
    {
      what: "create a CloudTrail trail",
      resource: arn("cloudtrail", `trail/aws-supply-chain-${id}`),
      actions: ["cloudtrail:CreateTrail", "cloudtrail:PutEventSelectors", "cloudtrail:StartLogging"],
      parameters: { name: `aws-supply-chain-${id}` },
    },
    {
      what: "create an EventBridge rule",
      resource: arn("events", `rule/aws-supply-chain-${id}`),
      actions: ["events:PutRule", "events:PutTargets"],
      parameters: { name: `aws-supply-chain-${id}` },
    },
    {
      what: "create an Amazon Chime SDK app instance",
      resource: arn("chime", "app-instance/*"),
      actions: ["chime:CreateAppInstance", "chime:TagResource"],
    },
  ];
}

/** Not the two of the documented policy that are about no bucket: its statement names buckets only, so they are never allowed. */
const bucketActions = [
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutLifecycleConfiguration",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketLogging",
  "s3:PutBucketNotification",
  "s3:PutBucketTagging",
];

/** Where CloudTrail calls what was done otherwise than IAM calls the right to it. */
const eventNames: Readonly<Record<string, string>> = {
  "s3:PutEncryptionConfiguration": "PutBucketEncryption",
  "s3:PutLifecycleConfiguration": "PutBucketLifecycle",
  "s3:PutBucketObjectLockConfiguration": "PutObjectLockConfiguration",
};
