import { untilAborted } from "../core/abort";
import { needsSignIn, ServiceError, TransportError } from "../aws/errors";
import { isCancelled, logTextOf, UserError } from "../core/errors";
import type { Log } from "../core/log";
import { connectionKey, connectionLabel, type Session } from "./connection";
import type { Instance } from "./instance";
import type { Kind } from "./kind";
import type { ListingWriter, WritableStore } from "./store";

export interface ListingRunDeps {
  readonly store: Pick<WritableStore, "beginListing" | "moment">;
  readonly log: Log;
  /** Ends with the session's credentials. */
  readonly signal: AbortSignal;
  /** Whether the session still is its connection's. */
  isCurrent(): boolean;
  /** Asked between two pages: a run that nobody wants any more stops there. */
  isWanted(): boolean;
  onPage(kind: Kind, instances: readonly Instance[]): void;
  /** The service rejects the credentials. */
  onRejected(error: unknown): void;
  /** The user would not sign in: no code was given for the MFA device. */
  onDeclined(): void;
  /** A kind could not be listed, after so many requests. Says in how many milliseconds it is tried again, if it is. */
  onFailed(kind: Kind, error: unknown, requests: number): number | undefined;
}

/** How it went: what was stopped did not come to its end, although nothing went wrong. */
export type ListingOutcome =
  { readonly type: "listed"; readonly requests: number } | { readonly type: "failed" | "stopped" };

/** A kind's listing that stopped at its budget: the rest is fetched when somebody asks. */
interface Suspended {
  readonly pages: AsyncIterator<readonly Instance[], unknown>;
  readonly writer: ListingWriter;
  readonly requests: number;
  /** The page that was under way when somebody said stop. */
  readonly next?: NextPage;
}

interface NextPage {
  readonly asked: number;
  readonly page: Promise<IteratorResult<readonly Instance[], unknown>>;
}

/** Lists the kinds of one connection, with one session. None of its methods rejects: what goes wrong is in the store. */
export class ListingRun {
  readonly #session: Session;
  readonly #deps: ListingRunDeps;
  readonly #suspended = new Map<string, Suspended>();

  constructor(session: Session, deps: ListingRunDeps) {
    this.#session = session;
    this.#deps = deps;
  }

  /** A budget is how many instances are listed before somebody has to ask for more. */
  async list(kind: Kind, budget: number): Promise<ListingOutcome> {
    const { connection, generation } = this.#session;
    this.#suspended.delete(kind.id);
    const writer = this.#deps.store.beginListing({ connectionKey: connectionKey(connection), generation }, kind.id);
    const options = { signal: this.#deps.signal, waitsItsTurn: true };
    const pages = kind.list(this.#session, options)[Symbol.asyncIterator]();
    return this.#fetch(kind, { pages, writer, requests: 0 }, budget);
  }

  /** Whether more of this kind can be fetched. */
  hasMore(kind: Kind): boolean {
    return this.#suspended.has(kind.id);
  }

  /** `stop` ends it where it is: what is there stays, and the rest can be fetched later. */
  async loadMore(kind: Kind, budget: number, stop?: AbortSignal): Promise<ListingOutcome> {
    const suspended = this.#suspended.get(kind.id);
    this.#suspended.delete(kind.id);
    return suspended ? this.#fetch(kind, suspended, budget, stop) : { type: "stopped" };
  }

  async #fetch(
    kind: Kind,
    { pages, writer, requests, next }: Suspended,
    budget: number,
    stop?: AbortSignal,
  ): Promise<ListingOutcome> {
    const deps = this.#deps;
    let count = 0;
    const suspend = (rest: Pick<Suspended, "next"> = {}): ListingOutcome => {
      writer.finish(true);
      this.#suspended.set(kind.id, { pages, writer, requests, ...rest });
      return { type: "listed", requests };
    };
    try {
      for (;;) {
        next ??= { asked: deps.store.moment(), page: pages.next() };
        const { asked } = next;
        const page = await unlessStopped(next.page, stop);
        // The world may have moved on while the page was under way.
        const isStillCurrent = deps.isCurrent();
        if (deps.signal.aborted || !isStillCurrent) return { type: "stopped" };
        if (!page) return suspend({ next });
        next = undefined;
        if (page.done) {
          writer.finish(false);
          return { type: "listed", requests };
        }
        requests++;
        writer.addPage(page.value, asked);
        deps.onPage(kind, page.value);
        count += page.value.length;
        if (count >= budget) return suspend();
        if (!deps.isWanted()) {
          await pages.return?.();
          return { type: "stopped" };
        }
      }
    } catch (error) {
      return this.#fail(kind, writer, requests + 1, error);
    }
  }

  #fail(kind: Kind, writer: ListingWriter, requests: number, error: unknown): ListingOutcome {
    const deps = this.#deps;
    if (deps.signal.aborted) return { type: "stopped" };
    if (isCancelled(error)) {
      deps.onDeclined();
      return { type: "stopped" };
    }
    const { connection } = this.#session;
    deps.log.debug(`Could not list ${kind.title}s of ${connectionLabel(connection)}: ${logTextOf(error)}`);
    if (needsSignIn(error)) {
      deps.onRejected(error);
      return { type: "stopped" };
    }
    const retryInMs = deps.onFailed(kind, error, requests);
    writer.fail(explain(error, kind, connection.region), retryInMs);
    return { type: "failed" };
  }
}

/** Undefined when it was stopped first. */
async function unlessStopped<T>(next: Promise<T>, stop: AbortSignal | undefined): Promise<T | undefined> {
  try {
    return await untilAborted(next, stop);
  } catch (error) {
    if (stop?.aborted && isCancelled(error)) return undefined;
    throw error;
  }
}

/** A service that is not in the region has no host there, or a host that does not know the operation. */
function explain(error: unknown, kind: Kind, region: string): unknown {
  const isUnresolved = error instanceof TransportError && (error.code === "ENOTFOUND" || error.code === "EAI_AGAIN");
  const isUnknown = error instanceof ServiceError && error.name === "UnknownOperationException";
  if (!isUnresolved && !isUnknown) return error;
  const orNetwork = isUnresolved ? ", or the network cannot resolve its host" : "";
  return new UserError(`The service of ${kind.title}s is not available in ${region}${orNetwork}.`, { cause: error });
}
