import { iam } from "../../aws/services/iam";
import { sts } from "../../aws/services/sts";

/** Who signs the requests, as STS says it, and whose policies decide about them. */
export interface Caller {
  /** As STS gives it. */
  readonly arn: string;
  readonly type: "user" | "role" | "root" | "federated" | "unknown";
  /** "role/teams/Builder", "user/mia": as far as it is known. */
  readonly label: string;
  /** Of a role: what follows `assumed-role/`. */
  readonly roleName?: string;
  /** As CloudTrail calls it: a user's name, or that of a role's session. */
  readonly userName: string;
  /** Of a role that Identity Center has made: its permission set. */
  readonly permissionSet?: string;
  /** Whose policies can be simulated, where the ARN tells it: a session of a role has lost the role's path. */
  readonly principalArn?: string;
}

const ssoRole = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/;

/** Reads an ARN such as `arn:aws:sts::123456789012:assumed-role/Builder/mia`. */
export function callerOf(arn: string): Caller {
  const [, , service, , , ...rest] = arn.split(":");
  const [type = "", ...names] = rest.join(":").split("/");
  const last = names.at(-1) ?? "";
  if (service === iam.signingName && type === "root")
    return { arn, type: "root", label: "the account's root user", userName: "root" };
  if (service === iam.signingName && type === "user")
    return { arn, type: "user", label: ["user", ...names].join("/"), userName: last, principalArn: arn };
  if (service === sts.signingName && type === "assumed-role") {
    const [roleName = ""] = names;
    const permissionSet = ssoRole.exec(roleName)?.[1];
    const label = `role/${roleName}`;
    return {
      arn,
      type: "role",
      label,
      roleName,
      userName: last,
      ...(permissionSet !== undefined && { permissionSet }),
    };
  }
  if (service === sts.signingName && type === "federated-user")
    return { arn, type: "federated", label: `federated user ${last}`, userName: last };
  return { arn, type: "unknown", label: arn, userName: last };
}

/**
 * The ARNs that a role may have, when nobody may look: names are unique in an account, so the one that exists is the role's.
 * Identity Center puts its roles below a path of its own, with its region unless that is us-east-1. Not documented.
 */
export function possibleRoleArns({ arn, roleName = "", permissionSet }: Caller, region: string): readonly string[] {
  const [, partition = "", , , account = ""] = arn.split(":");
  const role = (path: string) => `arn:${partition}:iam::${account}:role/${path}${roleName}`;
  if (permissionSet === undefined) return [role("")];
  const base = "aws-reserved/sso.amazonaws.com/";
  return [role(base), role(`${base}${region}/`)];
}

/** `role/teams/Builder` of an ARN of IAM. */
export function principalLabel(arn: string): string {
  return arn.split(":").slice(5).join(":");
}
