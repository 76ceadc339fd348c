import type { RunningSandbox } from "./embeddedSandbox";

/** True when the sandbox answers, and with the token of the one that was written down: not another one on its port. */
export async function isSandboxHealthy({ endpoint, controlToken }: RunningSandbox): Promise<boolean> {
  try {
    const reply = await fetch(`${endpoint}/_sandbox/health`, {
      headers: { "x-sandbox-control": controlToken },
      signal: AbortSignal.timeout(2_000),
    });
    await reply.arrayBuffer();
    return reply.ok;
  } catch {
    return false;
  }
}
