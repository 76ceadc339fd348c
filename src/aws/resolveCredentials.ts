import { requireReadable } from "./configProblem";
import type { ProviderOptions } from "./credentialProviders";
import type { AwsCredentials } from "./credentials";
import type { Profile, SharedConfig } from "./profile";

export interface ResolveOptions extends ProviderOptions {
  /** What the files say now: the providers read them themselves. */
  readonly reload?: (() => Promise<SharedConfig>) | undefined;
}

/** Credentials of a profile, once: its own keys, for which nothing is loaded, or what the SDK's providers say. */
export async function resolveCredentials(name: string, options: ResolveOptions): Promise<AwsCredentials> {
  const { reload, ...others } = options;
  const config = reload ? await reload() : options.config;
  if (reload) requireReadable(name, config);
  const profile = config.profiles.find((candidate) => candidate.name === name);
  if (profile?.kind === "static") return keysOf(profile);
  const { askProviders } = await import("./credentialProviders");
  return askProviders(name, others);
}

/** As the SDK takes them from a profile. */
function keysOf({ values }: Profile): AwsCredentials {
  const { aws_session_token: sessionToken, aws_account_id: accountId } = values;
  return {
    accessKeyId: values.aws_access_key_id ?? "",
    secretAccessKey: values.aws_secret_access_key ?? "",
    ...(sessionToken !== undefined && { sessionToken }),
    ...(accountId && { accountId }),
  };
}
