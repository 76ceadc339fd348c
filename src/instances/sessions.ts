import { untilAborted } from "../core/abort";
import type { Disposable } from "../core/disposable";
import { CancelledError, UserError } from "../core/errors";
import { Emitter } from "../core/event";
import { once } from "../core/once";
import type { Log } from "../core/log";
import { configProblem } from "../aws/configProblem";
import type { AwsCredentials, CredentialSource } from "../aws/credentials";
import { describeDiagnostic } from "../aws/profile";
import type { ConfigDiagnostic, SharedConfig } from "../aws/profile";
import { connectionKey, connectionLabel, type Connection, type Session, type Sessions } from "./connection";
import type { Access, AccessOptions, SessionAccess } from "./sessionAccess";

export function createSessions(options: AccessOptions): Sessions & Disposable {
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
  digest?: string | undefined;
  session?: Session;
  /** How many wait for it to be opened. */
  waiting: number;
  /** Aborted when it is forgotten: whatever comes of it is no longer wanted. */
  readonly end: AbortController;
}

class ConnectionSessions implements Sessions, Disposable {
  readonly #options: AccessOptions;
  readonly #log: Log;
  readonly #entries = new Map<string, Entry>();
  /** Connections whose last open failed: they are told when there is reason to try again. */
  readonly #failed = new Map<string, Connection>();
  readonly #changed = new Emitter<string>();
  /** How they get in, with all that reads config files and sends requests: loaded with the first that is opened. */
  #access: SessionAccess | undefined;
  readonly #loadAccess = once(async () => {
    const { SessionAccess } = await import("./sessionAccess");
    this.#access = new SessionAccess(this.#options, () => void this.#onFilesChanged());
    return this.#access;
  });
  #lastGeneration = 0;
  #isDisposed = false;

  readonly onDidChange = this.#changed.event;

  constructor(options: AccessOptions) {
    this.#options = options;
    this.#log = options.log;
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
        if (!isOver(entry)) return entry.session ?? session;
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
    if (connection.source === "profile") this.#access?.credentialsOf(connection.profile)?.invalidate();
    this.#forget(connection);
  }

  async reread(connection: Connection): Promise<void> {
    if (connection.source === "sandbox") return;
    const access = await this.#loadAccess();
    access.renewWatch();
    const entry = this.#entries.get(connectionKey(connection));
    if (!entry || entry.session) {
      this.#heed(access, await access.loadConfig());
      return;
    }
    const credentials = access.credentialsOf(connection.profile);
    if (credentials?.isAsking) return;
    credentials?.beginAnew();
    this.#forget(connection);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#access?.dispose();
    for (const entry of [...this.#entries.values()]) this.#drop(entry);
    this.#failed.clear();
    this.#changed.dispose();
  }

  /** Endpoint settings, or the sandbox's address and keys: a session that was opened with others is outdated. */
  #fingerprint(connection: Connection): string {
    const { sandboxAccess, endpointUrls } = this.#options;
    return JSON.stringify(connection.source === "sandbox" ? (sandboxAccess() ?? null) : endpointUrls());
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
    const ways = await this.#loadAccess();
    if (this.#isDisposed) throw new CancelledError();
    const access = await ways.get(connection);
    const entry = this.#entries.get(connectionKey(connection));
    if (entry?.generation === generation) entry.digest = access.digest;
    const first = await access.credentials.get(signal);
    const accountId = await access.accountOf(first, signal);
    const guarded = this.#guard(connection, generation, access, { first, accountId });
    return {
      connection,
      accountId,
      generation,
      client: access.clientWith(guarded, accountId),
      ...access.place(),
    };
  }

  /**
   * The credentials of one session: they may be renewed, but never become another account's, and nothing is signed
   * any more once the session was replaced, not even a retry or the next page of what it had begun.
   */
  #guard(
    connection: Connection,
    generation: number,
    access: Access,
    session: { readonly first: AwsCredentials; readonly accountId: string },
  ): CredentialSource {
    let verifiedKey = session.first.accessKeyId;
    const requireCurrent = () => {
      if (this.#isCurrent(connection, generation)) return;
      throw new UserError(
        `The connection ${connectionLabel(connection)} was replaced while it was in use. Try again.`,
        { isLoggable: true },
      );
    };
    return {
      get: async (signal) => {
        requireCurrent();
        const credentials = await access.credentials.get(signal);
        if (credentials.accessKeyId !== verifiedKey) {
          if ((await access.accountOf(credentials, signal)) !== session.accountId) this.#forget(connection);
          verifiedKey = credentials.accessKeyId;
        }
        requireCurrent();
        return credentials;
      },
      // The session stays: renewed credentials of the same account serve it as well.
      invalidate: (accessKeyId) => access.credentials.invalidate(accessKeyId),
    };
  }

  /** Files that may be incomplete replace nothing: what runs keeps what it was opened with. */
  #heed(access: SessionAccess, config: SharedConfig): void {
    for (const entry of [...this.#entries.values()]) {
      const { connection, digest } = entry;
      if (connection.source === "sandbox") continue;
      const problem = configProblem(connection.profile, config);
      if (problem || digest === access.digestOf(connection.profile, config)) this.#note(entry, problem);
      else this.#forget(connection);
    }
  }

  #note(entry: Entry, problem: ConfigDiagnostic | undefined): void {
    const text = problem && describeDiagnostic(problem);
    if (!entry.session || entry.session.configProblem === text) return;
    const { configProblem: old, ...session } = entry.session;
    entry.session = text === undefined ? session : { ...session, configProblem: text };
    const label = connectionLabel(entry.connection);
    if (text === undefined) this.#log.info(`${label}: the config files are as they were (${old ?? ""})`);
    else this.#log.warn(`${label} stays as it was opened, until the config files are mended: ${text}`);
    this.#changed.fire(connectionKey(entry.connection));
  }

  /** Never rejects. Replaces what the change concerns, and lets those that failed try again. */
  async #onFilesChanged(): Promise<void> {
    const access = await this.#loadAccess();
    this.#heed(access, await access.loadConfig());
    const failed = [...this.#failed];
    this.#failed.clear();
    for (const [key, { profile }] of failed) {
      access.credentialsOf(profile)?.invalidate();
      this.#changed.fire(key);
    }
  }
}

/** Asked through a function, because the type checker believes that an await changes nothing. */
function isOver({ end }: Entry): boolean {
  return end.signal.aborted;
}
