import { randomBytes } from "node:crypto";
import * as z from "zod";

/** Of everything that names no other account. */
export const defaultAccountId = "123456789012";

/** Keys that the sandbox knows. A session token makes them temporary. */
export const storedKeys = z.object({
  principal: z.enum(["sandbox", "sandbox-restricted"]),
  accountId: z.string().default(defaultAccountId),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  sessionToken: z.string().nullable(),
  /** Milliseconds since the epoch. */
  expiresMs: z.number().nullable(),
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
