import { createHash } from "node:crypto";
import * as path from "node:path";
import { untilAborted } from "../core/abort";
import type { Clock } from "../core/clock";
import type { Disposable } from "../core/disposable";
import { CancelledError, UserError } from "../core/errors";
import { Emitter } from "../core/event";
import type { Log } from "../core/log";
import { readCaBundle } from "../aws/caBundle";
import { createClient, type AwsClient } from "../aws/client";
import { ClockSkew } from "../aws/clockSkew";
import { watchFiles, type FileWatch } from "../aws/configWatcher";
import { staticCredentials, type AwsCredentials, type CredentialSource } from "../aws/credentials";
import { isLoopback, parseCustomUrl, resolveEndpoint, type EndpointSettings } from "../aws/endpoint";
import { endpointSettings, type Environment } from "../aws/endpointConfig";
import { profileCredentials, type ProfileCredentials } from "../aws/profileCredentials";
import { services } from "../aws/services/registry";
import { getCallerIdentity } from "../aws/services/sts";
import {
  configFiles,
  describeDiagnostic,
  loadSharedConfig,
  profileChain,
  type SharedConfig,
} from "../aws/sharedConfig";
import { connectionKey, connectionLabel, type Connection, type Session, type Sessions } from "./connection";

/** How to reach the embedded sandbox while it runs. */
export interface SandboxAccess {
  readonly endpoint: string;
  readonly region: string;
  /** By profile name: `sandbox` and `sandbox-restricted`. */
  readonly keys: Readonly<Record<string, { readonly accessKeyId: string; readonly secretAccessKey: string }>>;
}

export interface SessionsOptions {
  readonly log: Log;
  readonly clock?: Clock;
  readonly env: Environment;
  /** Asks for the code of an MFA device; rejects with CancelledError when the user declines. */
  readonly promptMfa: (serial: string, profile: string) => Promise<string>;
  readonly sandboxAccess: () => SandboxAccess | undefined;
  /** Custom endpoints of the settings, by service id. */
  readonly endpointUrls: () => Readonly<Record<string, string>>;
}

export function createSessions(options: SessionsOptions): Sessions & Disposable {
  return new ConnectionSessions(options);
}

/** What is known about one connection; replaced as a whole, so that whoever holds an old one can tell. */
interface Entry {
  readonly connection: Connection;
  readonly generation: number;
  /** Endpoint settings, or the sandbox's address and keys, that it was opened with. */
  readonly fingerprint: string;
  readonly pending: Promise<Session>;
  /** Of the profile, as soon as it was read. */
  digest?: string;
  session?: Session;
  /** How many wait for it to be opened. */
  waiting: number;
  /** Aborted when it is forgotten: whatever comes of it is no longer wanted. */
  readonly end: AbortController;
}

/** Credentials of a profile, one source for all its connections: an MFA code is asked for once. */
interface ProfileSource {
  readonly digest: string;
  readonly credentials: ProfileCredentials;
  /** Of the services that the profile leads to: when its credentials end is judged by theirs. */
  readonly skew: ClockSkew;
}

/** What a session is made of. */
interface Access {
  readonly credentials: CredentialSource;
  readonly endpoints: EndpointSettings;
  readonly ca?: string | undefined;
  readonly skew?: ClockSkew;
  /** Set where whoever issues the credentials issues them for one account only. A profile's `aws_account_id` is a claim. */
  readonly verifiedAccountId?: string | undefined;
  readonly sandboxId?: string;
}

class ConnectionSessions implements Sessions, Disposable {
  readonly #options: SessionsOptions;
  readonly #entries = new Map<string, Entry>();
  /** Connections whose last open failed: they are told when there is reason to try again. */
  readonly #failed = new Map<string, Connection>();
  readonly #profiles = new Map<string, ProfileSource>();
  readonly #changed = new Emitter<string>();
  #watch: FileWatch | undefined;
  #lastGeneration = 0;
  #isDisposed = false;

  readonly onDidChange = this.#changed.event;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  async open(connection: Connection, signal?: AbortSignal): Promise<Session> {
    for (;;) {
      if (this.#isDisposed) throw new CancelledError();
      this.#dropOutdated(connection);
      const entry = this.#entries.get(connectionKey(connection)) ?? this.#start(connection);
      entry.waiting++;
      try {
        const session = await untilAborted(entry.pending, signal);
        // Forgotten while it was being opened: what came back may be another account's.
        if (!isOver(entry)) return session;
      } catch (error) {
        // What failed may have been mended by what made it be forgotten.
        if (!isOver(entry) || signal?.aborted) throw error;
      } finally {
        // Nobody wants it any more: the next who does begins anew.
        if (--entry.waiting === 0 && !entry.session) this.#drop(entry);
      }
    }
  }

  current(connection: Connection): Session | undefined {
    this.#dropOutdated(connection);
    return this.#entries.get(connectionKey(connection))?.session;
  }

  invalidate(connection: Connection): void {
    if (connection.source === "profile") this.#profiles.get(connection.profile)?.credentials.invalidate();
    this.#forget(connection);
  }

  async reread(connection: Connection): Promise<void> {
    if (connection.source === "sandbox") return;
    this.#watch?.renew();
    const entry = this.#entries.get(connectionKey(connection));
    if (!entry || entry.session) {
      this.#forgetOutdated(await loadSharedConfig(this.#options.env));
      return;
    }
    const credentials = this.#profiles.get(connection.profile)?.credentials;
    if (credentials?.isAsking) return;
    credentials?.beginAnew();
    this.#forget(connection);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#watch?.dispose();
    for (const entry of [...this.#entries.values()]) this.#drop(entry);
    this.#failed.clear();
    this.#changed.dispose();
  }

  #isCurrent(connection: Connection, generation: number): boolean {
    return this.#entries.get(connectionKey(connection))?.generation === generation;
  }

  /** Those who wait for its session start over, and its client signs nothing more. */
  #forget(connection: Connection): void {
    const key = connectionKey(connection);
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#drop(entry);
    this.#changed.fire(key);
  }

  #drop(entry: Entry): void {
    const key = connectionKey(entry.connection);
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    entry.end.abort();
  }

  #dropOutdated(connection: Connection): void {
    const entry = this.#entries.get(connectionKey(connection));
    if (entry && entry.fingerprint !== this.#fingerprint(connection)) this.#forget(connection);
  }

  #fingerprint(connection: Connection): string {
    const { sandboxAccess, endpointUrls } = this.#options;
    return JSON.stringify(connection.source === "sandbox" ? (sandboxAccess() ?? null) : endpointUrls());
  }

  #start(connection: Connection): Entry {
    const key = connectionKey(connection);
    const generation = ++this.#lastGeneration;
    const end = new AbortController();
    const pending = untilAborted(this.#openSession(connection, generation, end.signal), end.signal);
    const entry: Entry = {
      connection,
      generation,
      fingerprint: this.#fingerprint(connection),
      pending,
      waiting: 0,
      end,
    };
    this.#entries.set(key, entry);
    pending.then(
      (session) => {
        entry.session = session;
        this.#failed.delete(key);
      },
      () => {
        if (isOver(entry)) return;
        // A failure is not remembered, beyond that there was one: the next open tries again.
        this.#entries.delete(key);
        this.#failed.set(key, connection);
      },
    );
    return entry;
  }

  async #openSession(connection: Connection, generation: number, signal: AbortSignal): Promise<Session> {
    const access =
      connection.source === "sandbox"
        ? this.#sandboxAccess(connection)
        : await this.#profileAccess(connection, generation);
    const { log, clock } = this.#options;
    // Whoever answers first tells all clients of the session the time.
    const skew = access.skew ?? new ClockSkew();
    const clientWith = (credentials: CredentialSource): AwsClient =>
      createClient({
        region: connection.region,
        credentials,
        endpoints: access.endpoints,
        log,
        ca: access.ca,
        skew,
        ...(clock && { clock }),
      });
    const accountOf = async (credentials: AwsCredentials, until?: AbortSignal) => {
      if (access.verifiedAccountId !== undefined) return access.verifiedAccountId;
      const client = clientWith(staticCredentials(credentials));
      return (await client.call(getCallerIdentity, {}, until && { signal: until })).Account;
    };

    const first = await access.credentials.get(signal);
    const accountId = await accountOf(first, signal);
    const guarded = this.#guard(connection, generation, access.credentials, { first, accountId, accountOf });
    return {
      connection,
      accountId,
      generation,
      client: clientWith(guarded),
      endpointOf: (service) => resolveEndpoint(service, connection.region, access.endpoints),
      ...(access.sandboxId !== undefined && { sandboxId: access.sandboxId }),
      ...describeEndpoint(access.endpoints),
    };
  }

  /**
   * The credentials of one session: they may be renewed, but never become another account's, and nothing is signed
   * any more once the session was replaced, not even a retry or the next page of what it had begun.
   */
  #guard(
    connection: Connection,
    generation: number,
    source: CredentialSource,
    session: {
      readonly first: AwsCredentials;
      readonly accountId: string;
      readonly accountOf: (credentials: AwsCredentials, signal?: AbortSignal) => Promise<string>;
    },
  ): CredentialSource {
    let verifiedKey = session.first.accessKeyId;
    const requireCurrent = () => {
      if (this.#isCurrent(connection, generation)) return;
      throw new UserError(`The connection ${connectionLabel(connection)} was replaced while it was in use. Try again.`);
    };
    return {
      get: async (signal) => {
        requireCurrent();
        const credentials = await source.get(signal);
        if (credentials.accessKeyId !== verifiedKey) {
          if ((await session.accountOf(credentials, signal)) !== session.accountId) this.#forget(connection);
          verifiedKey = credentials.accessKeyId;
        }
        requireCurrent();
        return credentials;
      },
      // The session stays: renewed credentials of the same account serve it as well.
      invalidate: (accessKeyId) => source.invalidate(accessKeyId),
    };
  }

  #sandboxAccess(connection: Connection): Access {
    const access = this.#options.sandboxAccess();
    const keys = access?.keys[connection.profile];
    if (!access || !keys) {
      throw new UserError("The sandbox is not running.", {
        remedies: [{ title: "Start Sandbox", command: "appInstances.startSandbox" }],
      });
    }
    return {
      credentials: staticCredentials(keys),
      endpoints: { customUrl: () => access.endpoint },
      // Made at random for each sandbox, and kept with its state.
      sandboxId: keys.accessKeyId,
    };
  }

  async #profileAccess(connection: Connection, generation: number): Promise<Access> {
    const { env, endpointUrls } = this.#options;
    const files = configFiles(env);
    this.#watch ??= watchFiles([files.config, files.credentials, ...tokenDirectories(env)], () => {
      void this.#onFilesChanged();
    });
    const config = await loadSharedConfig(env);
    const profile = config.profiles.find(({ name }) => name === connection.profile);
    if (!profile && connection.profile !== "default") throw missingProfile(connection.profile, config);
    const digest = digestOf(connection.profile, config);
    const entry = this.#entries.get(connectionKey(connection));
    if (entry?.generation === generation) entry.digest = digest;
    const ca = await readCaBundle(profile, env);
    return {
      ...this.#profileSource(connection, config, digest, ca),
      endpoints: endpointSettings(profile, config, env, { urls: endpointUrls() }),
      // Identity Center gives credentials for the account that it was asked for, or none.
      verifiedAccountId: profile?.kind === "sso" ? profile.values.sso_account_id : undefined,
      ca,
    };
  }

  #profileSource({ profile, region }: Connection, config: SharedConfig, digestOfFiles: string, ca?: string) {
    const digest = `${digestOfFiles} ${ca ?? ""}`;
    const known = this.#profiles.get(profile);
    if (known?.digest === digest) return known;
    const { promptMfa, clock } = this.#options;
    const skew = new ClockSkew();
    const credentials = profileCredentials(profile, { config, region, promptMfa, ca, skew, ...(clock && { clock }) });
    const source: ProfileSource = { digest, credentials, skew };
    this.#profiles.set(profile, source);
    return source;
  }

  #forgetOutdated(config: SharedConfig): void {
    for (const { connection, digest } of [...this.#entries.values()]) {
      if (connection.source === "profile" && digest !== digestOf(connection.profile, config)) this.#forget(connection);
    }
  }

  /** Never rejects. Replaces what the change concerns, and lets those that failed try again. */
  async #onFilesChanged(): Promise<void> {
    this.#forgetOutdated(await loadSharedConfig(this.#options.env));
    const failed = [...this.#failed];
    this.#failed.clear();
    for (const [key, { profile }] of failed) {
      this.#profiles.get(profile)?.credentials.invalidate();
      this.#changed.fire(key);
    }
  }
}

/** Everything in the files that the credentials and the endpoints of a profile depend on. */
function digestOf(profile: string, config: SharedConfig): string {
  const chain = profileChain(profile, config);
  const used = JSON.stringify([chain, config.services, config.ssoSessions]);
  return createHash("sha256").update(used).digest("hex");
}

/** Where signing in leaves its tokens. */
function tokenDirectories(env: Environment): readonly string[] {
  const { config } = configFiles({ HOME: env.HOME, USERPROFILE: env.USERPROFILE });
  const home = path.dirname(config);
  return [path.join(home, "sso", "cache"), env.AWS_LOGIN_CACHE_DIRECTORY ?? path.join(home, "login", "cache")];
}

function missingProfile(profile: string, config: SharedConfig): UserError {
  const [diagnostic] = config.diagnostics;
  return new UserError(
    `There is no profile ${profile} in ${config.files.config} or ${config.files.credentials}.` +
      (diagnostic ? ` ${describeDiagnostic(diagnostic)}` : ""),
  );
}

/** Asked through a function, because the type checker believes that an await changes nothing. */
function isOver({ end }: Entry): boolean {
  return end.signal.aborted;
}

function describeEndpoint(endpoints: EndpointSettings): Pick<Session, "customEndpoint" | "isLoopback"> {
  const urls = services.flatMap(({ id }) => endpoints.customUrl?.(id) ?? []);
  const [customEndpoint] = urls;
  if (customEndpoint === undefined) return { isLoopback: false };
  return { customEndpoint, isLoopback: isLoopback(parseCustomUrl(customEndpoint)) };
}
