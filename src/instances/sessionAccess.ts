import { createHash } from "node:crypto";
import * as path from "node:path";
import { readCaBundle } from "../aws/caBundle";
import type { AwsClient } from "../aws/awsClient";
import { createClient, type ClientOptions } from "../aws/httpClient";
import { Traffic } from "../aws/traffic";
import { ClockSkew } from "../aws/clockSkew";
import { openFile, requireReadable } from "../aws/configProblem";
import { watchFiles, type FileWatch } from "../aws/configWatcher";
import { staticCredentials, type AwsCredentials, type CredentialSource } from "../aws/credentials";
import { isLoopback, parseCustomUrl, resolveEndpoint, type EndpointSettings } from "../aws/endpoint";
import { endpointSettings } from "../aws/endpointConfig";
import type { Environment } from "../core/environment";
import { profileCredentials, type ProfileCredentials } from "../aws/profileCredentials";
import { regionCheck } from "../aws/regionCheck";
import { retrySettings, type RetrySettings } from "../aws/retryConfig";
import { serviceNames } from "../aws/services/names";
import { getCallerIdentity } from "../aws/services/sts";
import { configFiles, loadSharedConfig } from "../aws/sharedConfig";
import { describeDiagnostic, profileChain } from "../aws/profile";
import type { SharedConfig } from "../aws/profile";
import { systemClock, type Clock } from "../core/clock";
import type { Disposable } from "../core/disposable";
import { UserError } from "../core/errors";
import type { Log } from "../core/log";
import { sandboxStopped, type Connection, type Session } from "./connection";

/** How to reach the embedded sandbox while it runs. */
export interface SandboxAccess {
  readonly endpoint: string;
  readonly region: string;
  /** By profile name: `sandbox` and `sandbox-restricted`. */
  readonly keys: Readonly<Record<string, AwsCredentials>>;
}

export interface AccessOptions {
  readonly log: Log;
  readonly clock?: Clock;
  readonly env: Environment;
  /** Asks for the code of an MFA device; rejects with CancelledError when the user declines. */
  readonly promptMfa: (serial: string, profile: string) => Promise<string>;
  readonly sandboxAccess: () => SandboxAccess | undefined;
  /** Custom endpoints of the settings, by service id. */
  readonly endpointUrls: () => Readonly<Record<string, string>>;
}

/** What a session is made of. */
export interface Access {
  readonly credentials: CredentialSource;
  /** Of the profile in the files. */
  readonly digest?: string | undefined;
  /** Where its requests go. */
  place(): Pick<Session, "endpointOf" | "sandboxId" | "customEndpoint" | "isLoopback" | "localServices">;
  clientWith(credentials: CredentialSource, accountId: string): AwsClient;
  /** Whose the credentials are. */
  accountOf(credentials: AwsCredentials, signal?: AbortSignal): Promise<string>;
}

/** What the files, the settings or the sandbox say of a connection. */
interface Means {
  readonly credentials: CredentialSource;
  readonly endpoints: EndpointSettings;
  /** Of the profile in the files. */
  readonly digest?: string;
  readonly ca?: string | undefined;
  readonly skew?: ClockSkew;
  /** Set where whoever issues the credentials issues them for one account only. A profile's `aws_account_id` is a claim. */
  readonly verifiedAccountId?: string | undefined;
  readonly sandboxId?: string;
  readonly retry?: RetrySettings;
}

/** Credentials of a profile, one source for all its connections: an MFA code is asked for once. */
interface ProfileSource {
  readonly digest: string;
  readonly credentials: ProfileCredentials;
  /** Of the services that the profile leads to: when its credentials end is judged by theirs. */
  readonly skew: ClockSkew;
}

/** How sessions get in: the config files, what is derived from them, and the sandbox's keys. */
export class SessionAccess implements Disposable {
  readonly #options: AccessOptions;
  readonly #onFilesChanged: () => void;
  readonly #profiles = new Map<string, ProfileSource>();
  /** What the log has been told already. */
  readonly #noted = new Set<string>();
  readonly #traffic: Traffic;
  #watch: FileWatch | undefined;

  /** `onFilesChanged` is told as soon as a profile was asked for. */
  constructor(options: AccessOptions, onFilesChanged: () => void) {
    this.#options = options;
    this.#onFilesChanged = onFilesChanged;
    this.#traffic = new Traffic(options.clock ?? systemClock);
  }

  /** Rejects with UserError when the profile, or the files as they are, cannot be used. */
  async get(connection: Connection): Promise<Access> {
    const means = connection.source === "sandbox" ? this.#ofSandbox(connection) : await this.#ofProfile(connection);
    for (const note of means.retry?.notes ?? []) this.#noteOnce(note);
    return toAccess(connection, means, { ...this.#options, traffic: this.#traffic });
  }

  /** Everything in the files that the credentials and the endpoints of a profile depend on. */
  digestOf(profile: string, config: SharedConfig): string {
    const chain = profileChain(profile, config);
    const used = JSON.stringify([chain, config.services, config.ssoSessions]);
    return createHash("sha256").update(used).digest("hex");
  }

  /** Undefined while nothing was opened with the profile. */
  credentialsOf(profile: string): ProfileCredentials | undefined {
    return this.#profiles.get(profile)?.credentials;
  }

  /** Never rejects. */
  loadConfig(): Promise<SharedConfig> {
    return loadSharedConfig(this.#options.env);
  }

  renewWatch(): void {
    this.#watch?.renew();
  }

  dispose(): void {
    this.#watch?.dispose();
  }

  #ofSandbox({ profile }: Connection): Means {
    const access = this.#options.sandboxAccess();
    const keys = access?.keys[profile];
    if (!access || !keys) {
      throw new UserError("The sandbox is not running.", {
        remedies: [{ title: "Start Sandbox", command: "appInstances.startSandbox" }],
        code: sandboxStopped,
        isLoggable: true,
      });
    }
    return {
      credentials: staticCredentials(keys),
      endpoints: { customUrl: () => access.endpoint },
      // Made at random for each sandbox, and kept with its state.
      sandboxId: keys.accessKeyId,
    };
  }

  async #ofProfile(connection: Connection): Promise<Means> {
    const { env, endpointUrls } = this.#options;
    const files = configFiles(env);
    this.#watch ??= watchFiles([files.config, files.credentials, ...tokenDirectories(env)], this.#onFilesChanged);
    const config = await this.loadConfig();
    const profile = config.profiles.find(({ name }) => name === connection.profile);
    if (!profile && connection.profile !== "default") throw missingProfile(connection.profile, config);
    requireReadable(connection.profile, config);
    const digest = this.digestOf(connection.profile, config);
    const ca = await readCaBundle(profile, env);
    const { credentials, skew } = this.#source(connection, config, `${digest} ${ca ?? ""}`, ca);
    return {
      credentials,
      skew,
      digest,
      ca,
      retry: retrySettings(profile, env),
      endpoints: endpointSettings(profile, config, env, { urls: endpointUrls() }),
      // Identity Center gives credentials for the account that it was asked for, or none.
      verifiedAccountId: profile?.kind === "sso" ? profile.values.sso_account_id : undefined,
    };
  }

  #source({ profile, region }: Connection, config: SharedConfig, digest: string, ca?: string): ProfileSource {
    const known = this.#profiles.get(profile);
    if (known?.digest === digest) return known;
    const { promptMfa, clock } = this.#options;
    const skew = new ClockSkew();
    const reload = () => this.loadConfig();
    const times = { skew, ...(clock && { clock }) };
    const credentials = profileCredentials(profile, { config, reload, region, promptMfa, ca, ...times });
    const source: ProfileSource = { digest, credentials, skew };
    this.#profiles.set(profile, source);
    return source;
  }

  #noteOnce(note: string): void {
    if (this.#noted.has(note)) return;
    this.#noted.add(note);
    this.#options.log.info(note);
  }
}

function toAccess(
  connection: Connection,
  means: Means,
  { log, clock, traffic }: Pick<AccessOptions, "log" | "clock"> & { readonly traffic: Traffic },
): Access {
  const { credentials, digest, endpoints, sandboxId, verifiedAccountId } = means;
  // Whoever answers first tells all clients of the session the time.
  const skew = means.skew ?? new ClockSkew();
  const clientIn = (
    region: string,
    source: CredentialSource,
    more: Pick<ClientOptions, "checkRegion" | "accountId"> = {},
  ) =>
    createClient({
      ...more,
      region,
      credentials: source,
      traffic,
      endpoints,
      log,
      ca: means.ca,
      maxAttempts: means.retry?.maxAttempts,
      skew,
      ...(clock && { clock }),
    });
  const checkRegion = regionCheck(connection.region, endpoints, (region, keys) =>
    clientIn(region, staticCredentials(keys)),
  );
  const clientWith = (source: CredentialSource, accountId?: string) =>
    clientIn(connection.region, source, { checkRegion, accountId });
  return {
    credentials,
    digest,
    place: () => ({
      endpointOf: (service) => resolveEndpoint(service, connection.region, endpoints),
      ...(sandboxId !== undefined && { sandboxId }),
      ...describeEndpoint(endpoints),
    }),
    clientWith,
    accountOf: async (keys, signal) => {
      if (verifiedAccountId !== undefined) return verifiedAccountId;
      const client = clientWith(staticCredentials(keys));
      return (await client.call(getCallerIdentity, {}, signal && { signal })).Account;
    },
  };
}

function describeEndpoint(
  endpoints: EndpointSettings,
): Pick<Session, "customEndpoint" | "isLoopback" | "localServices"> {
  const services = Object.values(serviceNames);
  const custom = services.flatMap((service) => {
    const url = endpoints.customUrl?.(service);
    return url === undefined ? [] : [{ id: service.id, url }];
  });
  const [first] = custom;
  if (!first) return { isLoopback: false };
  const isOne = custom.length === services.length && custom.every(({ url }) => url === first.url);
  const customEndpoint = isOne ? first.url : custom.map(({ id, url }) => `${id} ${url}`).join(", ");
  const localServices = custom.filter(({ url }) => isLoopback(parseCustomUrl(url))).map(({ id }) => id);
  if (localServices.length === services.length) return { customEndpoint, isLoopback: true };
  return { customEndpoint, isLoopback: false, ...(localServices.length > 0 && { localServices }) };
}

/** Where signing in leaves its tokens. */
function tokenDirectories(env: Environment): readonly string[] {
  const { config } = configFiles({ HOME: env.HOME, USERPROFILE: env.USERPROFILE });
  const home = path.dirname(config);
  return [path.join(home, "sso", "cache"), env.AWS_LOGIN_CACHE_DIRECTORY ?? path.join(home, "login", "cache")];
}

function missingProfile(profile: string, config: SharedConfig): UserError {
  const diagnostic = config.diagnostics.find(({ severity }) => severity === "error") ?? config.diagnostics[0];
  return new UserError(
    `There is no profile ${profile} in ${config.files.config} or ${config.files.credentials}.` +
      (diagnostic ? ` ${describeDiagnostic(diagnostic)}` : ""),
    { remedies: diagnostic ? [openFile(diagnostic)] : [], isLoggable: true },
  );
}
