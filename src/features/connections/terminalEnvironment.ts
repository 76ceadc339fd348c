import type { ConfigFiles, Profile } from "../../aws/profile";
import type { Connection } from "../../instances/connection";

/** Variables of a terminal; null takes one away that the terminal would have. */
export type TerminalEnvironment = Readonly<Record<string, string | null>>;

export interface TerminalPlace {
  readonly connection: Connection;
  readonly files: ConfigFiles;
  /** As the files have it; undefined when they do not. */
  readonly profile: Profile | undefined;
  /** Of a sandbox, which is no service of AWS. */
  readonly endpoint?: string;
}

/** What the AWS CLI, and every SDK, takes a connection from. The keys of a profile stay where they are. */
export function terminalEnvironment({ connection, files, profile, endpoint }: TerminalPlace): TerminalEnvironment {
  const { region } = connection;
  return {
    AWS_CONFIG_FILE: files.config,
    AWS_SHARED_CREDENTIALS_FILE: files.credentials,
    // A profile that no file has is the environment's.
    AWS_PROFILE: profile ? connection.profile : null,
    AWS_DEFAULT_PROFILE: null,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // Keys in the environment would count more than the profile.
    ...(profile && !isOfTheEnvironment(profile) && withoutKeys),
    ...(endpoint !== undefined && { AWS_ENDPOINT_URL: endpoint }),
  };
}

const withoutKeys = { AWS_ACCESS_KEY_ID: null, AWS_SECRET_ACCESS_KEY: null, AWS_SESSION_TOKEN: null };

function isOfTheEnvironment({ kind, sourceProfile }: Profile): boolean {
  return kind === "none" || (kind === "role" && sourceProfile === undefined);
}
