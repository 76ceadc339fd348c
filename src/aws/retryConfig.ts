import type { Environment } from "../core/environment";
import { defaultMaxAttempts } from "./retry";
import type { Profile } from "./profile";

export interface RetrySettings {
  /** The first one counts. */
  readonly maxAttempts: number;
  /** What of the configuration is not followed, for the log. */
  readonly notes: readonly string[];
}

/** How often a profile's requests are tried, in the SDKs' order: AWS_MAX_ATTEMPTS, then the profile's `max_attempts`. */
export function retrySettings(profile: Profile | undefined, env: Environment): RetrySettings {
  const values = profile?.values ?? {};
  const of = `of profile ${profile?.name ?? ""}`;
  const attempts = first(["AWS_MAX_ATTEMPTS", env.AWS_MAX_ATTEMPTS], [`max_attempts ${of}`, values.max_attempts]);
  const mode = first(["AWS_RETRY_MODE", env.AWS_RETRY_MODE], [`retry_mode ${of}`, values.retry_mode]);
  const count = attempts === undefined ? defaultMaxAttempts : Number(attempts.value);
  const isCount = Number.isInteger(count) && count > 0;
  return {
    maxAttempts: isCount ? count : defaultMaxAttempts,
    notes: [
      ...(attempts && !isCount
        ? [
            `${attempts.name} is ${JSON.stringify(attempts.value)}, which is no number of attempts: ${defaultMaxAttempts} are made.`,
          ]
        : []),
      ...(mode && mode.value.toLowerCase() !== "standard"
        ? [
            `${mode.name} is ${JSON.stringify(mode.value)}: requests are retried in the mode "standard", which is the only one here.`,
          ]
        : []),
    ],
  };
}

/** An empty setting counts as one that is not there. */
function first(...settings: readonly (readonly [name: string, value: string | undefined])[]) {
  for (const [name, value] of settings) if (value?.trim()) return { name, value: value.trim() };
  return undefined;
}
