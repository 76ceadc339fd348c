import { needsSignIn, ServiceError, TransportError } from "../aws/errors";
import { isCancelled, logTextOf, UserError } from "../core/errors";
import type { Log } from "../core/log";
import { connectionKey, connectionLabel, type Session } from "./connection";
import type { Instance } from "./instance";
import type { Kind } from "./kind";
import type { ListingWriter, WritableStore } from "./store";

export interface ListingRunDeps {
  readonly store: Pick<WritableStore, "beginListing">;
  readonly log: Log;
  /** Keeps listings of all connections together from crowding the network. */
  readonly limit: <T>(task: () => Promise<T>) => Promise<T>;
  /** Ends with the session's credentials. */
  readonly signal: AbortSignal;
  /** Whether the session still is its connection's. */
  isCurrent(): boolean;
  /** Asked between two pages: a run that nobody wants any more stops there. */
  isWanted(): boolean;
  onPage(kind: Kind, instances: readonly Instance[]): void;
  /** The service rejects the credentials. */
  onRejected(error: unknown): void;
  /** The service refuses to list this kind: asking again changes nothing until somebody grants it. */
  onDenied(kind: Kind): void;
}

/** A kind's listing that stopped at its budget: the rest is fetched when somebody asks. */
interface Suspended {
  readonly pages: AsyncIterator<readonly Instance[], unknown>;
  readonly writer: ListingWriter;
}

/** One listing of one connection, with one session. None of its methods rejects: what goes wrong is in the store. */
export class ListingRun {
  readonly #session: Session;
  readonly #deps: ListingRunDeps;
  readonly #suspended = new Map<string, Suspended>();
  #wasStopped = false;

  constructor(session: Session, deps: ListingRunDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  /** It did not come to its end, although nothing went wrong. */
  get wasStopped(): boolean {
    return this.#wasStopped;
  }

  /** A budget is how many instances are listed before somebody has to ask for more. */
  async list(kind: Kind, budget: number): Promise<void> {
    const { connection, generation } = this.#session;
    const writer = this.#deps.store.beginListing({ connectionKey: connectionKey(connection), generation }, kind.id);
    const pages = kind.list(this.#session, { signal: this.#deps.signal })[Symbol.asyncIterator]();
    await this.#fetch(kind, { pages, writer }, budget);
  }

  /** Whether more of this kind can be fetched. */
  hasMore(kind: Kind): boolean {
    return this.#suspended.has(kind.id);
  }

  async loadMore(kind: Kind, budget: number): Promise<void> {
    const suspended = this.#suspended.get(kind.id);
    this.#suspended.delete(kind.id);
    if (suspended) await this.#fetch(kind, suspended, budget);
  }

  async #fetch(kind: Kind, { pages, writer }: Suspended, budget: number): Promise<void> {
    const deps = this.#deps;
    let count = 0;
    try {
      for (;;) {
        const page = await deps.limit(() => pages.next());
        // The world may have moved on while the page was under way.
        const isStillCurrent = deps.isCurrent();
        if (deps.signal.aborted) return;
        if (!isStillCurrent) {
          this.#wasStopped = true;
          return;
        }
        if (page.done) {
          writer.finish(false);
          return;
        }
        writer.addPage(page.value);
        deps.onPage(kind, page.value);
        count += page.value.length;
        if (count >= budget) {
          writer.finish(true);
          this.#suspended.set(kind.id, { pages, writer });
          return;
        }
        if (!deps.isWanted()) {
          this.#wasStopped = true;
          await pages.return?.();
          return;
        }
      }
    } catch (error) {
      this.#fail(kind, writer, error);
    }
  }

  #fail(kind: Kind, writer: ListingWriter, error: unknown): void {
    if (isCancelled(error)) return;
    const deps = this.#deps;
    const { connection } = this.#session;
    deps.log.debug(`Could not list ${kind.title}s of ${connectionLabel(connection)}: ${logTextOf(error)}`);
    if (needsSignIn(error)) deps.onRejected(error);
    else if (!deps.signal.aborted) {
      if (error instanceof ServiceError && (error.status === 401 || error.status === 403)) deps.onDenied(kind);
      writer.fail(explain(error, kind, connection.region));
    }
  }
}

/** A service that is not in the region has no host there, or a host that does not know the operation. */
function explain(error: unknown, kind: Kind, region: string): unknown {
  const isUnresolved = error instanceof TransportError && (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN");
  const isUnknown = error instanceof ServiceError && error.name === "UnknownOperationException";
  if (!isUnresolved && !isUnknown) return error;
  const reason = isUnresolved
    ? "the service is not available in this region, or the network cannot resolve its host."
    : "the service is not available in this region.";
  return new UserError(`Could not list ${kind.title}s in ${region}: ${reason}`, { cause: error });
}
