import { randomBytes } from "node:crypto";
import * as z from "zod/mini";

/** Of everything that names no other account. */
export const defaultAccountId = "123456789012";

/** Keys that the sandbox knows. A session token makes them temporary. */
export const storedKeys = z.object({
  principal: z.enum(["sandbox", "sandbox-restricted"]),
  accountId: z._default(z.string(), defaultAccountId),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.nullable(z.string()),
  /** Milliseconds since the epoch. */
  expiresMs: z.nullable(z.number()),
});

export type StoredKeys = z.output<typeof storedKeys>;
export type PrincipalName = StoredKeys["principal"];

export interface Principal {
  readonly name: PrincipalName;
  readonly arn: string;
  readonly userId: string;
}

export function toPrincipal(name: PrincipalName, accountId: string): Principal {
  const userId = name === "sandbox" ? "AIDASANDBOXAAAAAAAAAA" : "AIDASANDBOXRESTRICTED";
  return { name, arn: `arn:aws:iam::${accountId}:user/${name}`, userId };
}

const keyLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

export function makeKeys(
  principal: PrincipalName,
  { accountId = defaultAccountId, session }: { accountId?: string; session?: { readonly expiresMs: number } } = {},
): StoredKeys {
  const letters = [...randomBytes(16)].map((byte) => keyLetters[byte % keyLetters.length]).join("");
  return {
    principal,
    accountId,
    accessKeyId: `${session ? "ASIA" : "AKIA"}${letters}`,
    secretAccessKey: randomBytes(30).toString("base64"),
    sessionToken: session ? randomBytes(96).toString("base64") : null,
    expiresMs: session?.expiresMs ?? null,
  };
}
