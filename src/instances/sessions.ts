import { readFile } from "node:fs/promises";
import { untilAborted } from "../core/abort";
import type { Clock } from "../core/clock";
import type { Disposable } from "../core/disposable";
import { messageOf, UserError } from "../core/errors";
import { Emitter } from "../core/event";
import type { Log } from "../core/log";
import { createClient, type AwsClient } from "../aws/client";
import { profileCredentials, staticCredentials, type AwsCredentials, type CredentialSource } from "../aws/credentials";
import { isLoopback, parseCustomUrl, type EndpointSettings } from "../aws/endpoint";
import { endpointSettings, type Environment } from "../aws/endpointConfig";
import { services } from "../aws/services/registry";
import { getCallerIdentity } from "../aws/services/sts";
import { describeDiagnostic, loadSharedConfig } from "../aws/sharedConfig";
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
  readonly generation: number;
  readonly fingerprint: string;
  readonly pending: Promise<Session>;
  session?: Session;
}

/** What a session is made of. */
interface Access {
  readonly credentials: CredentialSource;
  readonly endpoints: EndpointSettings;
  readonly ca?: string | undefined;
}

class ConnectionSessions implements Sessions, Disposable {
  readonly #options: SessionsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Emitter<string>();
  #lastGeneration = 0;

  readonly onDidChange = this.#changed.event;

  constructor(options: SessionsOptions) {
    this.#options = options;
  }

  async open(connection: Connection, signal?: AbortSignal): Promise<Session> {
    for (;;) {
      const entry = this.#currentEntry(connection) ?? this.#start(connection);
      const session = await untilAborted(entry.pending, signal);
      // Forgotten while it was being opened: what came back may be another account's.
      if (this.#isCurrent(connection, entry)) return session;
    }
  }

  current(connection: Connection): Session | undefined {
    return this.#currentEntry(connection)?.session;
  }

  invalidate(connection: Connection): void {
    const key = connectionKey(connection);
    if (this.#entries.delete(key)) this.#changed.fire(key);
  }

  dispose(): void {
    this.#entries.clear();
    this.#changed.dispose();
  }

  #isCurrent(connection: Connection, entry: { readonly generation: number }): boolean {
    return this.#entries.get(connectionKey(connection))?.generation === entry.generation;
  }

  /** Forgets an entry whose endpoint or sandbox keys are no longer the ones in force. */
  #currentEntry(connection: Connection): Entry | undefined {
    const entry = this.#entries.get(connectionKey(connection));
    if (!entry || entry.fingerprint === this.#fingerprint(connection)) return entry;
    this.invalidate(connection);
    return undefined;
  }

  #fingerprint(connection: Connection): string {
    const { sandboxAccess, endpointUrls } = this.#options;
    return JSON.stringify(connection.source === "sandbox" ? (sandboxAccess() ?? null) : endpointUrls());
  }

  #start(connection: Connection): Entry {
    const key = connectionKey(connection);
    const generation = ++this.#lastGeneration;
    const pending = this.#openSession(connection, generation);
    const entry: Entry = { generation, fingerprint: this.#fingerprint(connection), pending };
    this.#entries.set(key, entry);
    pending.then(
      (session) => {
        entry.session = session;
      },
      () => {
        // A failure is not remembered: the next open tries again.
        if (this.#isCurrent(connection, entry)) this.#entries.delete(key);
      },
    );
    return entry;
  }

  async #openSession(connection: Connection, generation: number): Promise<Session> {
    const access =
      connection.source === "sandbox" ? this.#sandboxAccess(connection) : await this.#profileAccess(connection);
    const { log, clock } = this.#options;
    const clientWith = (credentials: CredentialSource): AwsClient =>
      createClient({
        region: connection.region,
        credentials,
        endpoints: access.endpoints,
        log,
        ca: access.ca,
        ...(clock && { clock }),
      });
    const accountOf = async (credentials: AwsCredentials) =>
      credentials.accountId ?? (await clientWith(staticCredentials(credentials)).call(getCallerIdentity, {})).Account;

    const first = await access.credentials.get();
    const accountId = await accountOf(first);
    const guarded = this.#guard(connection, generation, access.credentials, { first, accountId, accountOf });
    return { connection, accountId, generation, client: clientWith(guarded), ...describeEndpoint(access.endpoints) };
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
      readonly accountOf: (credentials: AwsCredentials) => Promise<string>;
    },
  ): CredentialSource {
    let verifiedKey = session.first.accessKeyId;
    const requireCurrent = () => {
      if (this.#isCurrent(connection, { generation })) return;
      throw new UserError(`The connection ${connectionLabel(connection)} was replaced while it was in use. Try again.`);
    };
    return {
      get: async (signal) => {
        requireCurrent();
        const credentials = await source.get(signal);
        if (credentials.accessKeyId !== verifiedKey) {
          if ((await session.accountOf(credentials)) !== session.accountId) this.invalidate(connection);
          verifiedKey = credentials.accessKeyId;
        }
        requireCurrent();
        return credentials;
      },
      invalidate: () => {
        source.invalidate();
        if (this.#isCurrent(connection, { generation })) this.invalidate(connection);
      },
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
    return { credentials: staticCredentials(keys), endpoints: { customUrl: () => access.endpoint } };
  }

  async #profileAccess(connection: Connection): Promise<Access> {
    const { env, promptMfa, clock, endpointUrls } = this.#options;
    const config = await loadSharedConfig(env);
    const profile = config.profiles.find(({ name }) => name === connection.profile);
    if (!profile && connection.profile !== "default") {
      const [diagnostic] = config.diagnostics;
      throw new UserError(
        `There is no profile ${connection.profile} in ${config.files.config} or ${config.files.credentials}.` +
          (diagnostic ? ` ${describeDiagnostic(diagnostic)}` : ""),
      );
    }
    return {
      credentials: profileCredentials(connection.profile, {
        config,
        region: connection.region,
        promptMfa,
        ...(clock && { clock }),
      }),
      endpoints: endpointSettings(profile, config, env, { urls: endpointUrls() }),
      ca: await readCaBundle(env.AWS_CA_BUNDLE ?? profile?.values.ca_bundle),
    };
  }
}

async function readCaBundle(file: string | undefined): Promise<string | undefined> {
  if (!file) return undefined;
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(`Could not read the certificates of AWS_CA_BUNDLE: ${messageOf(error)}`, { cause: error });
  }
}

function describeEndpoint(endpoints: EndpointSettings): Pick<Session, "customEndpoint" | "isLoopback"> {
  const urls = services.flatMap(({ id }) => endpoints.customUrl?.(id) ?? []);
  const [customEndpoint] = urls;
  if (customEndpoint === undefined) return { isLoopback: false };
  return { customEndpoint, isLoopback: isLoopback(parseCustomUrl(customEndpoint)) };
}
