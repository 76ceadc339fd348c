import * as z from "zod/mini";
import { defineOperation, type Service } from "../operation";
import { optional, text, timestamp } from "../wireTypes";
import { serviceNames } from "./names";

/** AWS Identity and Access Management, API 2010-05-08: who somebody is and what they may. Source: botocore 1.44.8, iam/2010-05-08. */
export const iam: Service = {
  ...serviceNames.iam,
  hostLabel: "iam",
  // One service for a whole partition; hosts and signing Regions as its endpoint rule set has them.
  globalEndpoints: [
    {
      partition: "aws",
      signingRegion: "us-east-1",
      host: "iam.amazonaws.com",
      fipsHost: "iam-fips.amazonaws.com",
      dualstackHost: "iam.global.api.aws",
      fipsDualstackHost: "iam-fips.global.api.aws",
    },
    {
      partition: "aws-cn",
      signingRegion: "cn-north-1",
      host: "iam.cn-north-1.amazonaws.com.cn",
      fipsHost: "iam-fips.amazonaws.com.cn",
      dualstackHost: "iam.global.api.amazonwebservices.com.cn",
      fipsDualstackHost: "iam-fips.api.amazonwebservices.com.cn",
    },
    {
      partition: "aws-us-gov",
      signingRegion: "us-gov-west-1",
      host: "iam.us-gov.amazonaws.com",
      fipsHost: "iam.us-gov.amazonaws.com",
      dualstackHost: "iam.us-gov.api.aws",
      fipsDualstackHost: "iam.us-gov.api.aws",
    },
    {
      partition: "aws-eusc",
      signingRegion: "eusc-de-east-1",
      host: "iam.eusc-de-east-1.amazonaws.eu",
      fipsHost: "iam-fips.amazonaws.eu",
      dualstackHost: "iam.global.api.amazonwebservices.eu",
      fipsDualstackHost: "iam-fips.api.amazonwebservices.eu",
    },
    {
      partition: "aws-iso",
      signingRegion: "us-iso-east-1",
      host: "iam.us-iso-east-1.c2s.ic.gov",
      fipsHost: "iam-fips.us-iso-east-1.c2s.ic.gov",
      dualstackHost: "iam.api.aws.ic.gov",
      fipsDualstackHost: "iam-fips.api.aws.ic.gov",
    },
    {
      partition: "aws-iso-b",
      signingRegion: "us-isob-east-1",
      host: "iam.us-isob-east-1.sc2s.sgov.gov",
      fipsHost: "iam-fips.us-isob-east-1.sc2s.sgov.gov",
      dualstackHost: "iam.api.aws.scloud",
      fipsDualstackHost: "iam-fips.api.aws.scloud",
    },
    {
      partition: "aws-iso-e",
      signingRegion: "eu-isoe-west-1",
      host: "iam.eu-isoe-west-1.cloud.adc-e.uk",
      fipsHost: "iam-fips.cloud.adc-e.uk",
      dualstackHost: "iam.api.cloud-aws.adc-e.uk",
      fipsDualstackHost: "iam-fips.api.cloud-aws.adc-e.uk",
    },
    {
      partition: "aws-iso-f",
      signingRegion: "us-isof-south-1",
      host: "iam.us-isof-south-1.csp.hci.ic.gov",
      fipsHost: "iam-fips.csp.hci.ic.gov",
      dualstackHost: "iam.api.aws.hci.ic.gov",
      fipsDualstackHost: "iam-fips.api.aws.hci.ic.gov",
    },
  ],
  apiVersion: "2010-05-08",
  signingName: "iam",
  protocol: "query",
  errors: {
    InvalidInputException: { status: 400, code: "InvalidInput" },
    NoSuchEntityException: { status: 404, code: "NoSuchEntity" },
    PolicyEvaluationException: { status: 500, code: "PolicyEvaluation" },
    ServiceFailureException: { status: 500, code: "ServiceFailure" },
  },
};

const arn = text({ min: 20, max: 2048 });
const resourceName = text({ min: 1, max: 2048 });
const policyDocument = text({
  min: 1,
  max: 131_072,
  pattern: /^[\t\n\r -ÿ]+$/,
  patternText: String.raw`[\u0009\u000A\u000D\u0020-\u00FF]+`,
});
const entityName = (max: number) =>
  text({ min: 1, max, pattern: /^[\w+=,.@-]+$/, patternText: String.raw`[\w+=,.@-]+` });

const contextEntry = z.object({
  ContextKeyName: z.optional(text({ min: 5, max: 256 })),
  ContextKeyValues: z.optional(z.array(z.string())),
  ContextKeyType: z.optional(
    z.enum([
      ...(["string", "stringList", "numeric", "numericList", "boolean", "booleanList"] as const),
      ...(["ip", "ipList", "binary", "binaryList", "date", "dateList"] as const),
    ]),
  ),
});

const position = z.object({ Line: optional(z.number()), Column: optional(z.number()) });

/** What of a policy decided. */
const statement = z.object({
  SourcePolicyId: optional(z.string()),
  SourcePolicyType: optional(z.string()),
  StartPosition: optional(position),
  EndPosition: optional(position),
});

/** `allowed`, `explicitDeny` or `implicitDeny`, or what a newer service says. */
const decision = z.string();

const details = {
  MatchedStatements: optional(z.array(statement)),
  MissingContextValues: optional(z.array(z.string())),
  EvalDecisionDetails: optional(z.record(z.string(), decision)),
  PermissionsBoundaryDecisionDetail: optional(z.object({ AllowedByPermissionsBoundary: optional(z.boolean()) })),
};

const evaluationResult = z.object({
  EvalActionName: z.string(),
  EvalResourceName: optional(z.string()),
  EvalDecision: decision,
  ...details,
  OrganizationsDecisionDetail: optional(z.object({ AllowedByOrganizations: optional(z.boolean()) })),
  ResourceSpecificResults: optional(
    z.array(z.object({ EvalResourceName: z.string(), EvalResourceDecision: decision, ...details })),
  ),
});

export type EvaluationResult = z.output<typeof evaluationResult>;

/**
 * What the policies of a user, group or role decide about actions, with permissions boundary and service control policies,
 * but without session and most resource policies: the live answer can differ. Needs `iam:SimulatePrincipalPolicy`.
 */
export const simulatePrincipalPolicy = defineOperation({
  service: iam,
  name: "SimulatePrincipalPolicy",
  method: "POST",
  path: "/",
  status: 200,
  isIdempotent: true,
  errors: ["NoSuchEntityException", "InvalidInputException", "PolicyEvaluationException"],
  input: z.object({
    PolicySourceArn: arn,
    PolicyInputList: z.optional(z.array(policyDocument)),
    PermissionsBoundaryPolicyInputList: z.optional(z.array(policyDocument)),
    ActionNames: z.array(text({ min: 3, max: 128 })),
    ResourceArns: z.optional(z.array(resourceName)),
    ResourcePolicy: z.optional(policyDocument),
    ResourceOwner: z.optional(resourceName),
    CallerArn: z.optional(resourceName),
    ContextEntries: z.optional(z.array(contextEntry)),
    ResourceHandlingOption: z.optional(text({ min: 1, max: 64 })),
    MaxItems: z.optional(z.int().check(z.minimum(1), z.maximum(1000))),
    Marker: z.optional(text({ min: 1, max: 320 })),
  }),
  output: z.object({
    EvaluationResults: optional(z.array(evaluationResult)),
    IsTruncated: optional(z.boolean()),
    Marker: optional(z.string()),
  }),
  pagination: {
    inputToken: "Marker",
    outputToken: "Marker",
    items: "EvaluationResults",
    limit: "MaxItems",
    maxPageSize: 1000,
  },
});

const permissionsBoundary = z.object({
  PermissionsBoundaryType: optional(z.string()),
  PermissionsBoundaryArn: optional(z.string()),
});

const entity = {
  Path: optional(z.string()),
  Arn: z.string(),
  CreateDate: optional(timestamp),
  PermissionsBoundary: optional(permissionsBoundary),
};

/** Tells a role's path, which the ARN of a session with it lacks. */
export const getRole = defineOperation({
  service: iam,
  name: "GetRole",
  method: "POST",
  path: "/",
  status: 200,
  isIdempotent: true,
  errors: ["NoSuchEntityException", "ServiceFailureException"],
  input: z.object({ RoleName: entityName(64) }),
  output: z.object({
    Role: z.object({
      ...entity,
      RoleName: optional(z.string()),
      RoleId: optional(z.string()),
      /** Percent-encoded JSON. */
      AssumeRolePolicyDocument: optional(z.string()),
      Description: optional(z.string()),
      MaxSessionDuration: optional(z.number()),
    }),
  }),
});

/** Without a name: whoever signs, if that is a user. */
export const getUser = defineOperation({
  service: iam,
  name: "GetUser",
  method: "POST",
  path: "/",
  status: 200,
  isIdempotent: true,
  errors: ["NoSuchEntityException", "ServiceFailureException"],
  input: z.object({ UserName: z.optional(entityName(128)) }),
  output: z.object({
    User: z.object({
      ...entity,
      UserName: optional(z.string()),
      UserId: optional(z.string()),
      PasswordLastUsed: optional(timestamp),
    }),
  }),
});
