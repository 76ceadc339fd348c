import type { ConfigDiagnostic, ConfigFiles, Profile } from "./profile";

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
  /** With an error: there is no such file, as opposed to one that cannot be read. */
  readonly isMissing?: boolean;
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
/** What the loader takes for a type and a name. */
const typedHeader = /^([\w-]+)\s(["'])?[\w\-@+.%:/]+\2$/;
/** What a section that is not read may say without anybody missing it: a connection has its own Region. */
const harmlessSetting = /^(region|output|cli_\w+)$/;
/** What no text has. Not judged by its encoding: a comment may be in any. */
// eslint-disable-next-line no-control-regex -- these very characters are looked for
const binary = /[\0-\x08\x0e-\x1f]/;

export function scanConfig(sources: readonly ConfigSource[]): ConfigScan {
  const diagnostics: ConfigDiagnostic[] = [];
  const places = new Map<string, { file: string; line: number }>();
  for (const source of sources) {
    const { file, text, error, isMissing } = source;
    if (error !== undefined) {
      const severity = isMissing ? "warning" : "error";
      diagnostics.push({ file, severity, message: `The file could not be read: ${error}` });
    }
    if (text === undefined) continue;
    if (binary.test(text)) diagnostics.push({ file, severity: "error", message: "The file is not text" });
    else new FileScan(source, diagnostics, places).run(text);
  }
  return { diagnostics, places };
}

class FileScan {
  readonly #source: ConfigSource;
  readonly #diagnostics: ConfigDiagnostic[];
  readonly #places: Map<string, { file: string; line: number }>;
  readonly #sectionLines = new Map<string, number>();
  /** The profile of the section, "" in one that is none's. Undefined before the first header; null in a section that is not read. */
  #section: string | null | undefined;
  /** What was told about the header. */
  #unread: number | undefined;
  #inner = "";
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

  #report(line: number, severity: ConfigDiagnostic["severity"], message: string, whose: Whose = {}): void {
    this.#diagnostics.push({ file: this.#source.file, line, severity, message, ...whose });
  }

  #header(content: string, line: number): void {
    this.#keyLines = new Map();
    this.#parentKey = "";
    this.#unread = undefined;
    if (!content.endsWith("]")) {
      // The loader takes what follows for a part of the section before, whose it may be.
      this.#report(line, "error", `The section header ${content} has no closing ]`);
      this.#section = null;
      return;
    }
    const inner = content.slice(1, -1);
    this.#inner = inner;
    const problem = this.#headerProblem(inner);
    this.#section = problem === undefined ? this.#profileOf(inner) : null;
    if (problem !== undefined) {
      if (problem.profile !== undefined) this.#unread = this.#diagnostics.length;
      this.#report(line, problem.profile === undefined ? "error" : "warning", problem.message, problem);
    }
    const before = this.#sectionLines.get(inner);
    if (before !== undefined) {
      this.#report(line, "warning", `The section ${content} is already in line ${before}; settings of both are merged`);
    }
    this.#sectionLines.set(inner, line);
  }

  /** With the profile that the section may have been meant for; without one, it may have been any. */
  #headerProblem(inner: string): HeaderProblem | undefined {
    if (/^(profile )?__proto__$/.test(inner)) {
      return { message: `[${inner}] is not allowed: nothing in this file is read` };
    }
    if (inner.trim() === "") return { message: "The section header has no name" };
    return this.#source.role === "credentials" ? credentialsHeaderProblem(inner) : configHeaderProblem(inner);
  }

  /** The profile of a section, "" for the other sections that are read. */
  #profileOf(inner: string): string {
    if (this.#source.role === "credentials" || inner === "default") return inner;
    return /^profile\s+["']?(.*?)["']?$/.exec(inner)?.[1] ?? "";
  }

  #setting(line: string, content: string, number: number): void {
    if (this.#section === null) {
      this.#unreadSetting(content);
      return;
    }
    if (this.#section === undefined) {
      this.#report(number, "error", "This setting stands before the first section and is not read");
      return;
    }
    const profile = this.#section || undefined;
    const whose = profile === undefined ? { section: this.#inner } : { profile };
    const equals = content.indexOf("=");
    if (equals === -1) {
      this.#report(number, "error", "This line has no =, and is not read", whose);
      return;
    }
    const name = content.slice(0, equals).trim();
    if (name === "") {
      this.#report(number, "error", "This line has no name before its =, and is not read", whose);
      return;
    }
    if (!/^\s/.test(line)) this.#parentKey = "";
    const isParent = content.slice(equals + 1).trim() === "";
    const key = this.#parentKey === "" || isParent ? name : `${this.#parentKey}.${name}`;
    const before = this.#keyLines.get(key);
    if (before !== undefined) {
      this.#report(number, "warning", `${name} is already set in line ${before}; this one wins`, whose);
    }
    this.#keyLines.set(key, number);
    if (isParent) this.#parentKey = name;
    if (profile !== undefined) this.#places.set(`${profile}/${key}`, { file: this.#source.file, line: number });
  }

  /** The section may be a relic that nobody misses, until it says something that matters. */
  #unreadSetting(content: string): void {
    const header = this.#unread === undefined ? undefined : this.#diagnostics[this.#unread];
    if (!header || harmlessSetting.test((content.split("=")[0] ?? "").trim())) return;
    this.#diagnostics[this.#unread ?? 0] = { ...header, severity: "error" };
  }
}

type Whose = Pick<ConfigDiagnostic, "profile" | "section">;

interface HeaderProblem {
  readonly message: string;
  readonly profile?: string;
}

/** Two words and nothing else are a type and a name to the loader. Anything else is the name of a profile, whatever is in it. */
function credentialsHeaderProblem(inner: string): HeaderProblem | undefined {
  const [, word = ""] = typedHeader.exec(inner) ?? [];
  const { type, name } = meantBy(inner);
  if (sectionTypes.has(word) || type === "profile" || inner !== inner.trim()) {
    const message = `The section [${inner}] is not a profile: in this file a profile is written [${name}]`;
    return { message, profile: name };
  }
  if (word === "") return undefined;
  const message = `The section [${inner}] is not read, though the AWS CLI reads it: the SDK takes ${word} for a type of section. Give the profile a name without spaces`;
  return { message, profile: inner };
}

/** Here the loader passes over whatever is not a type that it knows, one space and a name of certain characters. */
function configHeaderProblem(inner: string): HeaderProblem | undefined {
  if (otherSections.has(inner) || sectionTypes.has(typedHeader.exec(inner)?.[1] ?? "")) return undefined;
  const { type = "profile", name } = meantBy(inner);
  const unread = `The section [${inner}] is not read:`;
  if (!sectionTypes.has(type)) {
    const message = `${unread} there is no section type ${type}. A profile is written [profile NAME]`;
    // It may be a misspelt word, or all of it a name that only the other file can have.
    return { message, profile: sectionName.test(name) ? name : inner.trim() };
  }
  if (name === "") return { message: `${unread} it has no name`, profile: type };
  if (sectionName.test(name)) {
    const how = inner === name ? "in this file a profile is written" : "write";
    return { message: `${unread} ${how} [${type} ${name}]`, profile: name };
  }
  const message = `${unread} ${name} is not a valid name here, though the AWS CLI may take it: rename the ${type}, with letters from A to Z, digits and _-@+.%:/ only`;
  return { message, profile: name };
}

/** What somebody meant by a header, however many spaces and quotes are in it. */
function meantBy(inner: string): { readonly type?: string; readonly name: string } {
  const words = /^([\w-]+)(?:\s+["']?(.*?)["']?)?$/.exec(inner.trim());
  const [, type = "", name] = words ?? [];
  if (name !== undefined) return { type, name };
  return sectionTypes.has(type) && inner !== inner.trim() ? { type, name: "" } : { name: inner.trim() };
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
    const at = (
      key: string,
      message: string,
      severity: ConfigDiagnostic["severity"] = "warning",
    ): ConfigDiagnostic[] => {
      const place = places.get(`${name}/${key}`);
      return place ? [{ ...place, severity, message, profile: name }] : [];
    };
    const { sso_session: session, services, source_profile: source, credential_source: from } = values;
    return [
      ...(profile.kind === "role" && source !== undefined ? chainProblem(profile, byName, at) : []),
      ...(session !== undefined && !sections.ssoSessions.has(session)
        ? at("sso_session", `There is no section [sso-session ${session}]`)
        : []),
      ...(services !== undefined && !sections.services.has(services)
        ? at("services", `There is no section [services ${services}]`, "error")
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
