import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import { messageOf, UserError } from "../core/errors";
import { silentLog } from "../core/log";
import { readCaBundle } from "./caBundle";
import { createClient } from "./httpClient";
import { requireReadable } from "./configProblem";
import { staticCredentials, type CredentialSource } from "./credentials";
import { endpointSettings, regionOf } from "./endpointConfig";
import type { Environment } from "../core/environment";
import { ServiceError, TransportError } from "./errors";
import type { AnyOperation } from "./operation";
import { retryReasonOfFailure } from "./retry";
import { retrySettings } from "./retryConfig";
import { findOperation, findService, registry } from "./services/registry";
import { profileCredentials } from "./profileCredentials";
import { loadSharedConfig } from "./sharedConfig";
import type { SharedConfig } from "./profile";
import { withReadableTimes } from "./wireTypes";

/** One operation from the command line, through the very client that the extension uses. */
export interface CallOutput {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode: number;
}

const usage =
  "Usage: npm run -s call -- SERVICE OPERATION 'JSON' [--region R] [--profile P] [--endpoint-url U] " +
  "[--use-fips-endpoint] [--use-dualstack-endpoint] [--date 20260102T030405Z] [--dry-run]";

/** Never rejects: a failure is an exit code and JSON for standard error. */
export async function call(args: readonly string[], env: Environment): Promise<CallOutput> {
  try {
    const output = await run(args, env);
    return { stdout: JSON.stringify(output, undefined, 2), exitCode: 0 };
  } catch (error) {
    return { stderr: JSON.stringify(describe(error)), exitCode: 1 };
  }
}

async function run(args: readonly string[], env: Environment): Promise<unknown> {
  const { values: flags, positionals } = parseFlags(args);
  const [serviceId = "", operationName = "", json = "{}"] = positionals;
  const operation = requireOperation(serviceId, operationName);
  const input = parseInput(operation, json);
  const fixedDateMs = flags.date === undefined ? undefined : parseDate(flags.date);

  const config = await loadSharedConfig(env);
  const profileName = flags.profile ?? env.AWS_PROFILE ?? "default";
  const profile = config.profiles.find(({ name }) => name === profileName);
  if (flags.profile !== undefined && !profile) throw new UserError(`There is no profile "${flags.profile}"`);
  // Keys of the environment and an address of the command line need no file.
  if (flags["endpoint-url"] === undefined || !usesEnvironment(flags.profile, env)) requireReadable(profileName, config);
  const region = flags.region ?? regionOf(profile, env) ?? "";
  const url = flags["endpoint-url"];
  const endpoints = endpointSettings(profile, config, env, {
    ...(url === undefined ? {} : { urls: { [operation.service.id]: url } }),
    ...(flags["use-fips-endpoint"] === undefined ? {} : { useFips: flags["use-fips-endpoint"] }),
    ...(flags["use-dualstack-endpoint"] === undefined ? {} : { useDualstack: flags["use-dualstack-endpoint"] }),
  });
  const ca = await readCaBundle(profile, env);
  const client = createClient({
    region,
    credentials: chooseCredentials(flags.profile, profileName, { config, region, env, ca }),
    endpoints,
    log: silentLog,
    ca,
    maxAttempts: retrySettings(profile, env).maxAttempts,
    fixedDateMs,
  });
  if (flags["dry-run"]) {
    const { method, url: signedUrl, headers, body = null } = await client.sign(operation, input);
    return { method, url: signedUrl.href, headers, body };
  }
  return withReadableTimes(operation.output, await client.call(operation, input));
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        region: { type: "string" },
        profile: { type: "string" },
        "endpoint-url": { type: "string" },
        "use-fips-endpoint": { type: "boolean" },
        "use-dualstack-endpoint": { type: "boolean" },
        date: { type: "string" },
        "dry-run": { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UserError(`${messageOf(error)}. ${usage}`, { cause: error });
  }
}

function requireOperation(serviceId: string, operationName: string): AnyOperation {
  if (serviceId === "") throw new UserError(usage);
  if (!findService(serviceId)) {
    const known = registry.map(({ service }) => service.id).join(", ");
    throw new UserError(`There is no service "${serviceId}". Known are ${known}. ${usage}`);
  }
  const operation = findOperation(serviceId, operationName);
  if (operation) return operation;
  const entry = registry.find(({ service }) => service.id === serviceId);
  const known = entry?.operations.map(({ name }) => name).join(", ") ?? "";
  throw new UserError(`There is no operation "${operationName}" of ${serviceId}. Known are ${known}`);
}

/** As the AWS CLI, `call` is the caller that thinks of a token where none was given. */
function parseInput(operation: AnyOperation, json: string): object {
  let input: unknown;
  try {
    input = JSON.parse(json);
  } catch (error) {
    throw new UserError(`The input is not JSON: ${messageOf(error)}`, { cause: error });
  }
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new UserError("The input must be a JSON object");
  }
  const { idempotencyToken } = operation;
  if (idempotencyToken === undefined) return input;
  const given = (input as Readonly<Record<string, unknown>>)[idempotencyToken];
  // Null is left out of the request, as if it had not been given.
  if (given !== undefined && given !== null) return input;
  return { ...input, [idempotencyToken]: randomUUID() };
}

function parseDate(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  const ms = match ? Date.parse(text.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z")) : NaN;
  if (Number.isNaN(ms)) throw new UserError(`--date ${text} is not a time like 20260102T030405Z`);
  return ms;
}

/** As in the SDKs' default chain: a profile that was asked for wins, then the environment, then the default profile. */
function chooseCredentials(
  asked: string | undefined,
  profile: string,
  options: {
    readonly config: SharedConfig;
    readonly region: string;
    readonly env: Environment;
    readonly ca: string | undefined;
  },
): CredentialSource {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = options.env;
  if (usesEnvironment(asked, options.env)) {
    return staticCredentials({
      accessKeyId: AWS_ACCESS_KEY_ID ?? "",
      secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "",
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    });
  }
  const { config, region, ca } = options;
  return profileCredentials(profile, { config, region, ca });
}

function usesEnvironment(asked: string | undefined, env: Environment): boolean {
  return asked === undefined && Boolean(env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY);
}

function describe(error: unknown) {
  const base = {
    name: error instanceof Error ? error.name : "Error",
    message: messageOf(error),
    status: null,
    requestId: null,
    retryable: false,
    attempts: 0,
  };
  if (error instanceof ServiceError) {
    const { status, requestId = null, isRetryable: retryable, attempts } = error;
    return { ...base, status, requestId, retryable, attempts };
  }
  if (error instanceof TransportError) {
    return { ...base, retryable: retryReasonOfFailure(error.code) !== undefined, attempts: error.attempts };
  }
  return base;
}
