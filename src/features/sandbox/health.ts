import { isSandboxAt } from "../../sandbox/identity";
import type { RunningSandbox } from "./embeddedSandbox";

const timeoutMs = 2_000;

/** True when the sandbox answers, and is the one that was written down: not another server on its port. */
export function isSandboxHealthy({ endpoint, controlToken }: RunningSandbox): Promise<boolean> {
  return isSandboxAt(endpoint, controlToken, timeoutMs);
}
