import type { ServiceId } from "../aws/operation";
import type { Disposable } from "../core/disposable";
import type { Event } from "../core/event";
import { connectionKey, type Connection, type Session } from "./connection";
import type { Instance } from "./instance";

/** What is known about one kind in one connection. A snapshot: it does not change once it was handed out. */
export interface KindListing {
  readonly kind: string;
  readonly instances: readonly Instance[];
  /** The service has more pages than were fetched so far. */
  readonly hasMore: boolean;
  /** Milliseconds since the epoch of the last complete or partial listing. */
  readonly updatedAt?: number;
  readonly status: "idle" | "loading" | "ready" | "error";
  /** With status `error`: the instances are those of the last success. */
  readonly error?: unknown;
  /** With status `error`: when it is listed again by itself, in milliseconds since the epoch. */
  readonly retryAt?: number;
}

/** What is known about one connection. */
export type ConnectionState =
  | { readonly status: "connecting" }
  | {
      readonly status: "connected";
      readonly accountId: string;
      readonly customEndpoint?: string;
      readonly isLoopback: boolean;
      /** Ids of the services that are on this machine, where not all are. */
      readonly localServices?: readonly ServiceId[];
      /** Why the config files, as they now are, are not heeded. */
      readonly configProblem?: string;
      /** The account that the connection belonged to before, in this window: its profile was given other keys. */
      readonly formerAccountId?: string;
    }
  | { readonly status: "signedOut"; readonly error: unknown; readonly isTryingAgain?: true }
  | {
      readonly status: "error";
      readonly error: unknown;
      /** When it is tried again by itself, in milliseconds since the epoch. */
      readonly retryAt?: number;
      readonly isTryingAgain?: true;
    };

/** What a session tells of its connection; which account was there before is the store's to know. */
export type Connected = Omit<Extract<ConnectionState, { status: "connected" }>, "status" | "formerAccountId">;

/** Whose instances they are: another endpoint may have an account of the same number. */
export function ownerOf({ accountId, customEndpoint = "" }: Pick<Session, "accountId" | "customEndpoint">): string {
  return `${accountId} ${customEndpoint}`;
}

/** Listed to the end: there is nothing beyond it. */
export function isWhole(listing: KindListing | undefined): listing is KindListing {
  return listing?.status === "ready" && !listing.hasMore;
}

/** What is shown of a session. */
export function connectedState(session: Session): Connected {
  const { accountId, isLoopback, customEndpoint, localServices, configProblem } = session;
  return {
    accountId,
    isLoopback,
    ...(customEndpoint === undefined ? {} : { customEndpoint }),
    ...(localServices === undefined ? {} : { localServices }),
    ...(configProblem === undefined ? {} : { configProblem }),
  };
}

/** Whether a sandbox is there to be used, as far as this window knows: one that was stopped has no connection, or an error. */
export function sandboxRuns(store: Pick<InstanceStore, "connections" | "connectionState">): boolean {
  return store.connections.some((connection) => {
    const status = store.connectionState(connectionKey(connection))?.status;
    return connection.source === "sandbox" && status !== "error" && status !== "signedOut";
  });
}

export type StoreChange =
  | { readonly type: "connections" }
  | { readonly type: "connection"; readonly connectionKey: string }
  | {
      readonly type: "listing";
      readonly connectionKey: string;
      readonly kind: string;
      /** Those that came or went, where no others did. */
      readonly ids?: readonly string[];
    }
  /** It was listed to its end, and there was nothing new. */
  | { readonly type: "listed"; readonly connectionKey: string; readonly kind: string }
  | { readonly type: "instance"; readonly connectionKey: string; readonly kind: string; readonly id: string };

/** A state of an instance, or its phase where the service has no states, and when this window first saw it. */
export interface SeenState {
  readonly state: string;
  readonly at: number;
}

/**
 * The one truth about instances; the sync writes it, views render it. Listings and instances are known only while their
 * connection is connected: what another account, endpoint or credential generation said is never shown.
 */
export interface InstanceStore {
  readonly connections: readonly Connection[];
  connectionState(connectionKey: string): ConnectionState | undefined;
  listing(connectionKey: string, kind: string): KindListing | undefined;
  instance(connectionKey: string, kind: string, id: string): Instance | undefined;
  /** When this window first saw the instance in its present state, in milliseconds since the epoch; states seen, oldest first. */
  seen(connectionKey: string, kind: string, id: string): readonly SeenState[];
  readonly onDidChange: Event<StoreChange>;
}

/** Whose reply is written: a write of another generation than the connection's present one is dropped. */
export interface WriteScope {
  readonly connectionKey: string;
  readonly generation: number;
}

/**
 * The part of the store that whoever reads one instance may write. An answer to what was `asked` before that which is known
 * is dropped: then both say false.
 */
export interface InstanceWriter {
  /** Now, in the store's own count. Two of them are never the same. */
  moment(): number;
  /** An update of what is not known is none: a list says which instances there are. */
  put(scope: WriteScope, instance: Instance, how?: { readonly asked?: number; readonly isUpdate?: boolean }): boolean;
  remove(scope: WriteScope, kind: string, id: string, asked?: number): boolean;
}

/** One run through the pages of a List operation. A newer run of the same listing silences it. */
export interface ListingWriter {
  /** Shows a page as soon as it is there: it was `asked` for at that moment or, without one, when the run began. */
  addPage(instances: readonly Instance[], asked?: number): void;
  /** Drops what no page had. With `hasMore` further pages may follow, then `finish` again. */
  finish(hasMore: boolean): void;
  /** `retryInMs`: when it is tried again, if it is. */
  fail(error: unknown, retryInMs?: number): void;
}

export interface WritableStore extends InstanceStore, InstanceWriter, Disposable {
  /** Forgets connections that are gone; new ones begin as `connecting`. */
  setConnections(connections: readonly Connection[]): void;
  /** An error stays, marked, while its connection is `connecting` again: it is true until something else is known. */
  setConnectionState(connectionKey: string, state: Exclude<ConnectionState, { status: "connected" }>): void;
  /** Keeps what is known when account and endpoint are those of before, else forgets it. */
  setConnected(scope: WriteScope, state: Connected): void;
  beginListing(scope: WriteScope, kind: string): ListingWriter;
}
