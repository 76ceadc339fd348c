/** How a profile comes to its credentials. */
export type ProfileKind = "static" | "role" | "process" | "sso" | "login" | "webIdentity" | "none";

export interface Profile {
  readonly name: string;
  readonly kind: ProfileKind;
  readonly region?: string;
  /** For roles: the profile whose credentials assume it. */
  readonly sourceProfile?: string;
  /** Everything the files say, merged as the SDK merges it. Contains secrets of static profiles: never to be logged. */
  readonly values: Readonly<Record<string, string>>;
}

/** Something wrong in a file, for a person to mend. */
export interface ConfigDiagnostic {
  readonly file: string;
  /** Counted from 1; absent when the whole file is meant. */
  readonly line?: number;
  readonly message: string;
  /** `error`: what somebody wrote is not read, so that a profile may lack a setting. Nothing is opened with such a file. */
  readonly severity: "error" | "warning";
  /** The profile that it concerns; absent when it may concern any, or those that use the section. */
  readonly profile?: string;
  /** Another section than a profile's: `services local`, `sso-session work`. */
  readonly section?: string;
}

export interface SharedConfig {
  readonly files: ConfigFiles;
  /** In alphabetical order, `default` first. */
  readonly profiles: readonly Profile[];
  /** `services` sections by name; keys are `service.setting`. */
  readonly services: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** `sso-session` sections by name. */
  readonly ssoSessions: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly diagnostics: readonly ConfigDiagnostic[];
}

export interface ConfigFiles {
  readonly config: string;
  readonly credentials: string;
}

/** `~/.aws/config:12: message` */
export function describeDiagnostic({ file, line, message }: ConfigDiagnostic): string {
  return `${file}${line === undefined ? "" : `:${line}`}: ${message}`;
}

/** A profile with the profiles that its credentials come from, nearest first. */
export function profileChain(name: string, config: SharedConfig): readonly Profile[] {
  const chain: Profile[] = [];
  let next: string | undefined = name;
  while (next !== undefined && !chain.some((profile) => profile.name === next)) {
    const profile = config.profiles.find((candidate) => candidate.name === next);
    if (!profile) break;
    chain.push(profile);
    next = profile.kind === "role" ? profile.sourceProfile : undefined;
  }
  return chain;
}
