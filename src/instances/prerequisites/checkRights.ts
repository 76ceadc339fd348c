import { rights, type Right } from "../rights";

const reference = {
  id: "ServiceAuthorizationReference",
  name: "service reference",
  title: "service authorization reference",
};

/** What somebody must be allowed for each of the checks; `sts:GetCallerIdentity` is always allowed. */
export const checkRights = {
  findRole: "iam:GetRole",
  simulate: "iam:SimulatePrincipalPolicy",
  identityCenter: "sso:ListInstances",
  describeKey: "kms:DescribeKey",
  keyPolicy: "kms:GetKeyPolicy",
  listKeys: "kms:ListAliases",
  denials: "cloudtrail:LookupEvents",
} as const;

/** The same as a policy allows them. */
export const rightsOfChecks: readonly Right[] = rights([reference], Object.values(checkRights));
