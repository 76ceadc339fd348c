import type { ConfigDiagnostic, ConfigFiles, Profile } from "./sharedConfig";

/**
 * Finds what the SDK's loader passes over in silence: it skips lines that it does not understand and takes a file that it
 * cannot read for an empty one. The values are the loader's; this only says where a person should look.
 */

type FileRole = keyof ConfigFiles;

/** A file as it was found: its text, or why there is none. Neither: it does not exist, which is fine. */
export interface ConfigSource {
  readonly role: FileRole;
  readonly file: string;
  readonly text?: string;
  readonly error?: string;
}

export interface ConfigScan {
  readonly diagnostics: readonly ConfigDiagnostic[];
  /** Where each setting of a profile is written, by `profile/key`. */
  readonly places: ReadonlyMap<string, { readonly file: string; readonly line: number }>;
}

const sectionTypes = new Set(["profile", "sso-session", "services"]);
/** Sections of the AWS CLI that have no name and no profile. */
const otherSections = new Set(["plugins", "preview", "default"]);
const sectionName = /^[\w\-@+.%:/]+$/;

export function scanConfig(sources: readonly ConfigSource[]): ConfigScan {
  const diagnostics: ConfigDiagnostic[] = [];
  const places = new Map<string, { file: string; line: number }>();
  for (const source of sources) {
    if (source.error !== undefined) {
      diagnostics.push({ file: source.file, message: `The file could not be read: ${source.error}` });
    }
    if (source.text !== undefined) new FileScan(source, diagnostics, places).run(source.text);
  }
  return { diagnostics, places };
}

class FileScan {
  readonly #source: ConfigSource;
  readonly #diagnostics: ConfigDiagnostic[];
  readonly #places: Map<string, { file: string; line: number }>;
  readonly #sectionLines = new Map<string, number>();
  /** Undefined before the first header; null in a section that is not read, and was told about. */
  #section: string | null | undefined;
  #keyLines = new Map<string, number>();
  #parentKey = "";

  constructor(
    source: ConfigSource,
    diagnostics: ConfigDiagnostic[],
    places: Map<string, { file: string; line: number }>,
  ) {
    this.#source = source;
    this.#diagnostics = diagnostics;
    this.#places = places;
  }

  run(text: string): void {
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      // As the loader cuts comments: at the start of a line or after white space.
      const content = (line.split(/(?:^|\s)[;#]/)[0] ?? "").trim();
      if (content === "") continue;
      if (content.startsWith("[")) this.#header(content, index + 1);
      else this.#setting(line, content, index + 1);
    }
  }

  #report(line: number, message: string, profile?: string): void {
    const { file } = this.#source;
    this.#diagnostics.push(profile === undefined ? { file, line, message } : { file, line, message, profile });
  }

  #header(content: string, line: number): void {
    this.#keyLines = new Map();
    this.#parentKey = "";
    if (!content.endsWith("]")) {
      this.#report(line, `The section header ${content} has no closing ]`);
      this.#section = null;
      return;
    }
    const inner = content.slice(1, -1);
    const problem = this.#headerProblem(inner);
    if (problem !== undefined) this.#report(line, problem);
    this.#section = problem === undefined ? this.#profileOf(inner) : null;
    const before = this.#sectionLines.get(inner);
    if (before !== undefined) {
      this.#report(line, `The section ${content} is already in line ${before}; settings of both are merged`);
    }
    this.#sectionLines.set(inner, line);
  }

  #headerProblem(inner: string): string | undefined {
    if (/^(profile )?__proto__$/.test(inner)) return `[${inner}] is not allowed: nothing in this file is read`;
    const typed = /^([\w-]+)\s+(?:"([^"]*)"|'([^']*)'|(.*))$/.exec(inner);
    if (!typed) {
      if (inner.trim() === "") return "The section header has no name";
      if (this.#source.role === "credentials" || otherSections.has(inner)) return undefined;
      return `The section [${inner}] is not read: in this file a profile is written [profile ${inner}]`;
    }
    const [, type = "", ...names] = typed;
    const name = names.find((candidate: string | undefined) => candidate !== undefined) ?? "";
    if (!sectionTypes.has(type)) {
      return this.#source.role === "credentials"
        ? `The section [${inner}] is not read: a profile's name must not have spaces`
        : `The section [${inner}] is not read: there is no section type ${type}`;
    }
    if (!sectionName.test(name)) return `The section [${inner}] is not read: ${name || "its name"} is not a valid name`;
    if (this.#source.role === "credentials") {
      return `The section [${inner}] is not a profile: in this file a profile is written [${name}]`;
    }
    return undefined;
  }

  /** The profile of a section, "" for the other sections that are read. */
  #profileOf(inner: string): string {
    if (this.#source.role === "credentials" || inner === "default") return inner;
    return /^profile\s+["']?(.*?)["']?$/.exec(inner)?.[1] ?? "";
  }

  #setting(line: string, content: string, number: number): void {
    if (this.#section === null) return;
    if (this.#section === undefined) {
      this.#report(number, "This setting stands before the first section and is not read");
      return;
    }
    const profile = this.#section || undefined;
    const equals = content.indexOf("=");
    if (equals === -1) {
      this.#report(number, "This line has no =, and is not read", profile);
      return;
    }
    const name = content.slice(0, equals).trim();
    if (name === "") {
      this.#report(number, "This line has no name before its =, and is not read", profile);
      return;
    }
    if (!/^\s/.test(line)) this.#parentKey = "";
    const isParent = content.slice(equals + 1).trim() === "";
    const key = this.#parentKey === "" || isParent ? name : `${this.#parentKey}.${name}`;
    const before = this.#keyLines.get(key);
    if (before !== undefined) this.#report(number, `${name} is already set in line ${before}; this one wins`, profile);
    this.#keyLines.set(key, number);
    if (isParent) this.#parentKey = name;
    if (profile !== undefined) this.#places.set(`${profile}/${key}`, { file: this.#source.file, line: number });
  }
}

/** What is wrong between sections: chains that end nowhere, sections that are named and missing. */
export function checkProfiles(
  profiles: readonly Profile[],
  sections: { readonly ssoSessions: ReadonlySet<string>; readonly services: ReadonlySet<string> },
  places: ConfigScan["places"],
): ConfigDiagnostic[] {
  const byName = new Map(profiles.map((profile) => [profile.name, profile]));
  return profiles.flatMap((profile) => {
    const { name, values } = profile;
    const at = (key: string, message: string): ConfigDiagnostic[] => {
      const place = places.get(`${name}/${key}`);
      return place ? [{ ...place, message, profile: name }] : [];
    };
    const { sso_session: session, services, source_profile: source, credential_source: from } = values;
    return [
      ...(profile.kind === "role" && source !== undefined ? chainProblem(profile, byName, at) : []),
      ...(session !== undefined && !sections.ssoSessions.has(session)
        ? at("sso_session", `There is no section [sso-session ${session}]`)
        : []),
      ...(services !== undefined && !sections.services.has(services)
        ? at("services", `There is no section [services ${services}]`)
        : []),
      ...(profile.kind === "role" && from !== undefined && !credentialSources.has(from)
        ? at("credential_source", `${from} is no credential source: use ${[...credentialSources].join(", ")}`)
        : []),
      ...(values.role_arn !== undefined && profile.kind !== "role" && profile.kind !== "webIdentity"
        ? at("role_arn", "The role has neither source_profile, credential_source nor web_identity_token_file")
        : []),
      ...(values.role_arn !== undefined && source !== undefined && from !== undefined
        ? at("credential_source", "A role has a source_profile or a credential_source, not both")
        : []),
      ...(values.aws_access_key_id !== undefined && values.aws_secret_access_key === undefined
        ? at("aws_access_key_id", "The access key has no aws_secret_access_key")
        : []),
    ];
  });
}

const credentialSources = new Set(["Environment", "Ec2InstanceMetadata", "EcsContainer"]);

function chainProblem(
  profile: Profile,
  byName: ReadonlyMap<string, Profile>,
  at: (key: string, message: string) => ConfigDiagnostic[],
): ConfigDiagnostic[] {
  const visited = [profile.name];
  let current: Profile = profile;
  while (current.sourceProfile !== undefined) {
    const name: string = current.sourceProfile;
    const next = byName.get(name);
    if (!next) {
      const whose = current === profile ? "" : `, the source of ${current.name}`;
      return at("source_profile", `There is no profile ${name}${whose}`);
    }
    // The keys of a profile in a chain end it, also where the profile is itself a role that names itself as its source.
    if (hasKeys(next)) return [];
    if (visited.includes(name)) {
      return at("source_profile", `The chain of source profiles is a circle: ${[...visited, name].join(" → ")}`);
    }
    visited.push(name);
    current = next;
  }
  return [];
}

function hasKeys({ values }: Profile): boolean {
  return values.aws_access_key_id !== undefined && values.aws_secret_access_key !== undefined;
}
