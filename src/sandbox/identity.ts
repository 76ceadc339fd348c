import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import * as z from "zod/mini";

/** Answered without the control token: it is how a sandbox shows that it has it. */
export const identityPath = "/_sandbox/identity";

const nonceParameter = "nonce";
const nonceFormat = /^[0-9a-f]{32,128}$/;
const answerSchema = z.object({ proof: z.string() });

/**
 * Whether the sandbox that this token belongs to listens at the endpoint. Any server can have taken the port of one that was
 * killed, so the token is not sent: who has it can say what no other can, about a number that was never used before.
 */
export async function isSandboxAt(endpoint: string, controlToken: string, timeoutMs: number): Promise<boolean> {
  const nonce = randomBytes(32).toString("hex");
  try {
    const response = await fetch(`${endpoint}${identityPath}?${nonceParameter}=${nonce}`, {
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { proof } = answerSchema.parse(await response.json());
    const expected = proofOf(controlToken, nonce, new URL(endpoint).host);
    return proof.length === expected.length && timingSafeEqual(Buffer.from(proof), Buffer.from(expected));
  } catch {
    return false;
  }
}

/** What the sandbox that listens at `authority` answers; undefined where it was not asked properly. */
export function identityOf(
  controlToken: string,
  authority: string,
  query: readonly (readonly [name: string, value: string])[],
): { readonly proof: string } | undefined {
  const nonce = query.find(([name]) => name === nonceParameter)?.[1] ?? "";
  return nonceFormat.test(nonce) ? { proof: proofOf(controlToken, nonce, authority) } : undefined;
}

/** Names the address too: else a server could pass by asking the real sandbox, which listens elsewhere. */
function proofOf(controlToken: string, nonce: string, authority: string): string {
  return createHmac("sha256", controlToken).update(`sandbox identity\n${authority}\n${nonce}`).digest("hex");
}
