import { ServiceError } from "../aws/errors";
import { describeKey, getKeyPolicy, listAliases, type KeyMetadata } from "../aws/services/kms";
import { UserError } from "../core/errors";
import type { Session } from "./connection";
import { judgeKeyPolicy } from "./keyPolicy";
import type { KeyUse } from "./keyUse";
import { createLimit } from "./limit";
import { policyToCopy, type PolicyToCopy } from "./policy";

/** A key that an instance can be created with, as far as the key itself tells; its policy is looked at by `checkKey`. */
export interface UsableKey {
  readonly id: string;
  readonly arn: string;
  /** Without `alias/`. */
  readonly alias?: string;
  readonly description?: string;
}

export interface KeyFinding {
  /** With a `problem` the creation fails; a `warning` says what could not be found out, or is not documented to work. */
  readonly severity: "problem" | "warning";
  readonly text: string;
}

export interface KeyCheck {
  /** Nothing was found. */
  readonly isReady: boolean;
  /** Problems first. */
  readonly findings: readonly KeyFinding[];
  /** The texts of all findings. */
  readonly problems: readonly string[];
  /** Policy document with what the key's policy lacks, to copy. */
  readonly statement?: PolicyToCopy;
}

/** More aliases than these are not looked at: a picker is no place for them, and an ARN can be typed. */
const maxKeys = 500;

/** The account's enabled, symmetric, customer managed keys that have an alias, by alias. Rejects with UserError when listing is forbidden. */
export async function listUsableKeys(session: Session, signal?: AbortSignal): Promise<readonly UsableKey[]> {
  const aliases = await listKeyAliases(session, signal);
  const limit = createLimit(6);
  const keys = await Promise.all(
    aliases.map(([id, alias]) =>
      limit(async () => {
        const key = await describeIfAllowed(session, id, signal);
        return key && isUsable(key) ? toUsableKey(key, alias) : undefined;
      }),
    ),
  );
  return keys.filter((key) => key !== undefined).sort((a, b) => (a.alias ?? "").localeCompare(b.alias ?? ""));
}

/** The first alias of each key, by key id; aliases of AWS are left out. */
async function listKeyAliases(
  session: Session,
  signal: AbortSignal | undefined,
): Promise<(readonly [string, string])[]> {
  const aliases = new Map<string, string>();
  try {
    for await (const page of session.client.pages(listAliases, {}, signal ? { signal } : {})) {
      for (const { AliasName: name, TargetKeyId: id } of page.Aliases ?? []) {
        if (!name || !id || name.startsWith("alias/aws/") || aliases.has(id)) continue;
        aliases.set(id, name.replace(/^alias\//, ""));
      }
      if (aliases.size >= maxKeys) break;
    }
  } catch (error) {
    if (!isDenied(error)) throw error;
    throw new UserError("You are not allowed to list keys (kms:ListAliases).", { cause: error });
  }
  return [...aliases].slice(0, maxKeys);
}

async function describeIfAllowed(
  session: Session,
  id: string,
  signal: AbortSignal | undefined,
): Promise<KeyMetadata | undefined> {
  try {
    const { KeyMetadata: key } = await session.client.call(describeKey, { KeyId: id }, signal ? { signal } : {});
    return key;
  } catch (error) {
    if (isDenied(error) || isNotFound(error)) return undefined;
    throw error;
  }
}

function isUsable(key: KeyMetadata): boolean {
  return (
    key.KeySpec === "SYMMETRIC_DEFAULT" &&
    key.KeyUsage === "ENCRYPT_DECRYPT" &&
    key.KeyState === "Enabled" &&
    key.KeyManager === "CUSTOMER"
  );
}

function toUsableKey(key: KeyMetadata, alias: string): UsableKey | undefined {
  if (!key.Arn) return undefined;
  return { id: key.KeyId, arn: key.Arn, alias, ...(key.Description ? { description: key.Description } : {}) };
}

/** Looks at a key the way the service does when it creates an instance. Rejects only when KMS gives no answer at all. */
export async function checkKey(session: Session, use: KeyUse, keyArn: string, signal?: AbortSignal): Promise<KeyCheck> {
  if (!use.keyArnPattern.test(keyArn)) return conclude([problem("This is not the ARN of a key.")]);
  const { region } = session.connection;
  const [, , , keyRegion = "", keyAccount = ""] = keyArn.split(":");
  // KMS answers for its own region only, so nothing more can be found out about such a key.
  if (keyRegion !== region)
    return conclude([warning(`The key is in ${keyRegion || "no region"}, and the instance would be in ${region}.`)]);

  const findings: KeyFinding[] = [];
  if (keyAccount !== session.accountId)
    findings.push(warning(`The key belongs to account ${keyAccount}: it is not documented that this works.`));
  const key = await describe(session, keyArn, findings, signal);
  if (key) findings.push(...judgeKey(key));
  const isHopeless = findings.some(({ severity }) => severity === "problem");
  const needsStatement = !isHopeless && (await checkPolicy(session, use, keyArn, findings, signal));
  return conclude(
    findings,
    needsStatement
      ? policyToCopy("for the key policy", await use.policyStatements({ accountId: keyAccount, region }))
      : undefined,
  );
}

async function describe(session: Session, keyArn: string, findings: KeyFinding[], signal: AbortSignal | undefined) {
  try {
    const { KeyMetadata: key } = await session.client.call(describeKey, { KeyId: keyArn }, signal ? { signal } : {});
    return key;
  } catch (error) {
    if (isDenied(error))
      findings.push(warning("The key could not be looked at: you are not allowed to (kms:DescribeKey)."));
    else if (isNotFound(error)) findings.push(problem("There is no such key in this account and region."));
    else throw error;
    return undefined;
  }
}

function judgeKey(key: KeyMetadata): readonly KeyFinding[] {
  const findings: KeyFinding[] = [];
  if (key.KeyState !== undefined && key.KeyState !== "Enabled")
    findings.push(problem(`The key is not enabled: its state is ${key.KeyState}.`));
  if (key.KeyUsage !== undefined && key.KeyUsage !== "ENCRYPT_DECRYPT")
    findings.push(problem(`The key is not for encryption: its usage is ${key.KeyUsage}.`));
  else if (key.KeySpec !== undefined && key.KeySpec !== "SYMMETRIC_DEFAULT")
    findings.push(problem(`The key is not symmetric: its spec is ${key.KeySpec}.`));
  if (key.KeyManager !== undefined && key.KeyManager !== "CUSTOMER")
    findings.push(problem("The key is managed by AWS, so its policy cannot let the service in."));
  return findings;
}

/** Resolves with whether the policy lacks something. */
async function checkPolicy(
  session: Session,
  use: KeyUse,
  keyArn: string,
  findings: KeyFinding[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const json = await readPolicy(session, use, keyArn, findings, signal);
  if (json === undefined) return false;
  const place = { accountId: session.accountId, region: session.connection.region };
  const verdict = judgeKeyPolicy(json, keyArn, { use, place });
  if (!verdict) {
    findings.push(warning("The policy of the key could not be understood."));
    return true;
  }
  const { denied, missing, unclear } = verdict;
  if (denied.length > 0)
    findings.push(problem(`The policy of the key denies ${use.serviceName} ${denied.join(", ")}.`));
  if (missing.length > 0)
    findings.push(problem(`The policy of the key does not allow ${use.serviceName} ${missing.join(", ")}.`));
  if (unclear.length > 0)
    findings.push(
      warning(
        `Whether the policy of the key allows ${use.serviceName} ${unclear.join(", ")} depends on conditions that cannot be checked from here.`,
      ),
    );
  return missing.length > 0;
}

async function readPolicy(
  session: Session,
  { serviceName }: KeyUse,
  keyArn: string,
  findings: KeyFinding[],
  signal: AbortSignal | undefined,
) {
  try {
    const { Policy: policy } = await session.client.call(getKeyPolicy, { KeyId: keyArn }, signal ? { signal } : {});
    if (policy === undefined) findings.push(warning("The policy of the key could not be read."));
    return policy;
  } catch (error) {
    if (!isDenied(error) && !isNotFound(error)) throw error;
    findings.push(
      warning(`The policy of the key could not be read (kms:GetKeyPolicy): it may or may not let ${serviceName} in.`),
    );
    return undefined;
  }
}

function conclude(findings: readonly KeyFinding[], statement?: PolicyToCopy): KeyCheck {
  const sorted = [...findings].sort((a, b) => a.severity.localeCompare(b.severity));
  return {
    isReady: findings.length === 0,
    findings: sorted,
    problems: sorted.map(({ text }) => text),
    ...(statement === undefined ? {} : { statement }),
  };
}

function problem(text: string): KeyFinding {
  return { severity: "problem", text };
}

function warning(text: string): KeyFinding {
  return { severity: "warning", text };
}

function isDenied(error: unknown): boolean {
  return error instanceof ServiceError && error.name === "AccessDeniedException";
}

function isNotFound(error: unknown): boolean {
  return error instanceof ServiceError && (error.name === "NotFoundException" || error.name === "InvalidArnException");
}
