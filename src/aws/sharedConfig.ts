// The SDK's providers read the files with this very loader: with any other, a profile could look different here.
import { loadSharedConfigFiles } from "@smithy/shared-ini-file-loader";
import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../core/errors";
import { checkProfiles, scanConfig, type ConfigSource } from "./configDiagnostics";
import type { Environment } from "../core/environment";
import type { ConfigFiles, Profile, ProfileKind, SharedConfig } from "./profile";

/** Whoever empties a file in order to write it has begun to write after this. */
const emptyMs = 100;

/** The shared files' paths, as the environment may change them. */
export function configFiles(env: Environment): ConfigFiles {
  const home = env.HOME ?? env.USERPROFILE ?? homedir();
  const resolve = (value: string | undefined, name: string) => {
    const file = value ?? path.join(home, ".aws", name);
    return file.startsWith("~/") ? path.join(home, file.slice(2)) : file;
  };
  return {
    config: resolve(env.AWS_CONFIG_FILE, "config"),
    credentials: resolve(env.AWS_SHARED_CREDENTIALS_FILE, "credentials"),
  };
}

/** Reads both files anew. Never rejects: what cannot be read is a diagnostic. */
export async function loadSharedConfig(env: Environment): Promise<SharedConfig> {
  const files = configFiles(env);
  await untilWritten([files.config, files.credentials]);
  const [{ configFile, credentialsFile }, ...sources] = await Promise.all([
    loadSharedConfigFiles({ filepath: files.credentials, configFilepath: files.config, ignoreCache: true }),
    readSource("config", files.config, env.AWS_CONFIG_FILE !== undefined),
    readSource("credentials", files.credentials, env.AWS_SHARED_CREDENTIALS_FILE !== undefined),
  ]);
  const services: Record<string, Readonly<Record<string, string>>> = {};
  const ssoSessions: Record<string, Readonly<Record<string, string>>> = {};
  const profiles: Profile[] = [];
  for (const name of new Set([...Object.keys(configFile), ...Object.keys(credentialsFile)])) {
    const values = definedValues({ ...configFile[name], ...credentialsFile[name] });
    const [section, sectionName] = splitSection(name);
    if (section === "services") services[sectionName] = values;
    else if (section === "sso-session") ssoSessions[sectionName] = values;
    else profiles.push(toProfile(name, values));
  }
  profiles.sort((a, b) => Number(b.name === "default") - Number(a.name === "default") || a.name.localeCompare(b.name));
  const { diagnostics, places } = scanConfig(sources);
  const sections = { ssoSessions: new Set(Object.keys(ssoSessions)), services: new Set(Object.keys(services)) };
  return {
    files,
    profiles,
    services,
    ssoSessions,
    diagnostics: [...diagnostics, ...checkProfiles(profiles, sections, places)],
  };
}

/** A file that is written in place is empty for a moment, and nothing in it says that it is not meant to be. */
async function untilWritten(files: readonly string[]): Promise<void> {
  for (let looks = 0; looks < 10; looks++) {
    if (!(await Promise.all(files.map((file) => wasJustEmptied(file)))).includes(true)) return;
    await sleep(emptyMs);
  }
}

async function wasJustEmptied(file: string): Promise<boolean> {
  try {
    const { size, mtimeMs } = await stat(file);
    const age = Date.now() - mtimeMs;
    // A time in the future is another clock's, and tells nothing.
    return size === 0 && age >= 0 && age < emptyMs;
  } catch {
    return false;
  }
}

async function readSource(role: ConfigSource["role"], file: string, isRequired: boolean): Promise<ConfigSource> {
  try {
    return { role, file, text: await readFile(file, "utf8") };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return isMissing && !isRequired ? { role, file } : { role, file, isMissing, error: messageOf(error) };
  }
}

/** The loader names other sections than profiles with their type: `services.mine`, `sso-session.work`. */
function splitSection(name: string): [type: "services" | "sso-session" | undefined, name: string] {
  for (const type of ["services", "sso-session"] as const) {
    if (name.startsWith(`${type}.`)) return [type, name.slice(type.length + 1)];
  }
  return [undefined, name];
}

function definedValues(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function toProfile(name: string, values: Readonly<Record<string, string>>): Profile {
  const { region, source_profile: sourceProfile } = values;
  return {
    name,
    kind: kindOf(values),
    ...(region === undefined ? {} : { region }),
    ...(sourceProfile === undefined ? {} : { sourceProfile }),
    values,
  };
}

/** In the order in which the SDK decides. */
function kindOf(values: Readonly<Record<string, string>>): ProfileKind {
  const has = (key: string) => values[key] !== undefined;
  if (has("role_arn") && (has("source_profile") || has("credential_source"))) return "role";
  if (has("aws_access_key_id") && has("aws_secret_access_key")) return "static";
  if (has("web_identity_token_file") && has("role_arn")) return "webIdentity";
  if (has("credential_process")) return "process";
  if (["sso_session", "sso_start_url", "sso_account_id", "sso_region", "sso_role_name"].some(has)) return "sso";
  if (has("login_session")) return "login";
  return "none";
}
