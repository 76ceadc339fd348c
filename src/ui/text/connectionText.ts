import { isCredentialError } from "../../aws/errors";
import type { ConnectionState } from "../../instances/store";

/** Why a connection wants credentials: nobody has signed in, or the service refused what it was given. */
export function signedOutText({ error }: Extract<ConnectionState, { status: "signedOut" }>): string {
  return isCredentialError(error) ? "Credentials refused" : "Not signed in";
}

/** "2 not signed in", "1 credentials refused": what is said of several. */
export function signedOutCounts(states: readonly (ConnectionState | undefined)[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const state of states) {
    if (state?.status !== "signedOut") continue;
    const text = signedOutText(state).toLowerCase();
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => `${count} ${text}`);
}
