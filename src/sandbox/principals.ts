import { randomBytes } from "node:crypto";
import * as z from "zod/mini";

/** Of everything that names no other account. */
export const defaultAccountId = "123456789012";

/** `sandbox` may do everything; what each of the others may not is in `rights.ts`. */
export const principalNames = [
  "sandbox",
  "sandbox-restricted",
  "admin",
  "no-s3",
  "boundary",
  "scp",
  "no-simulate",
  "no-cloudtrail",
] as const;

const principalName = z.enum(principalNames);

export type PrincipalName = z.output<typeof principalName>;

/** Keys that the sandbox knows. A session token makes them temporary. */
export const storedKeys = z.object({
  principal: principalName,
  accountId: z._default(z.string(), defaultAccountId),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.nullable(z.string()),
  /** Milliseconds since the epoch. */
  expiresMs: z.nullable(z.number()),
});

export type StoredKeys = z.output<typeof storedKeys>;

/** What policies are attached to. */
export interface Entity {
  readonly type: "user" | "role";
  readonly name: string;
  readonly path: string;
  readonly id: string;
  readonly arn: string;
}

export interface Principal {
  readonly name: PrincipalName;
  readonly accountId: string;
  /** As STS and messages name it: that of a role's session lacks the role's path. */
  readonly arn: string;
  readonly userId: string;
  readonly entity: Entity;
  /** Of a role only. */
  readonly sessionName?: string;
}

/** Sessions with roles; all others are users of their own name. */
const roles: Partial<Readonly<Record<PrincipalName, { readonly path: string; readonly name: string }>>> = {
  "no-s3": { path: "/teams/", name: "Builder" },
  scp: { path: "/aws-reserved/sso.amazonaws.com/", name: "AWSReservedSSO_PowerUser_0123456789abcdef" },
  "no-simulate": { path: "/", name: "Planner" },
};

const sessionName = "ana@example.com";

export function toPrincipal(name: PrincipalName, accountId: string): Principal {
  const role = roles[name];
  const { path, name: entityName } = role ?? { path: "/", name };
  const type = role ? "role" : "user";
  const letters = name.replace(/^sandbox-?/, "").replaceAll("-", "");
  const id = `${role ? "AROA" : "AIDA"}SANDBOX${letters.toUpperCase().slice(0, 10).padEnd(10, "A")}`;
  const entity = {
    type,
    name: entityName,
    path,
    id,
    arn: `arn:aws:iam::${accountId}:${type}${path}${entityName}`,
  } as const;
  if (!role) return { name, accountId, arn: entity.arn, userId: id, entity };
  const arn = `arn:aws:sts::${accountId}:assumed-role/${entityName}/${sessionName}`;
  return { name, accountId, arn, userId: `${id}:${sessionName}`, entity, sessionName };
}

/** Whoever has this user or role. */
export function principalOf(entityArn: string, accountId: string): Principal | undefined {
  return principalNames.map((name) => toPrincipal(name, accountId)).find(({ entity }) => entity.arn === entityArn);
}

const keyLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Temporary ones, or lasting ones. A role's have a session token in any case; without a time they do not expire here. */
export function makeKeys(
  principal: PrincipalName,
  { accountId = defaultAccountId, expiresMs = null }: { accountId?: string; expiresMs?: number | null } = {},
): StoredKeys {
  const isSession = expiresMs !== null || roles[principal] !== undefined;
  const letters = [...randomBytes(16)].map((byte) => keyLetters[byte % keyLetters.length]).join("");
  return {
    principal,
    accountId,
    accessKeyId: `${isSession ? "ASIA" : "AKIA"}${letters}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    sessionToken: isSession ? randomBytes(96).toString("base64") : null,
    expiresMs,
  };
}
