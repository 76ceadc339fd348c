import type { Event } from "../core/event";
import type { Connection } from "./connection";
import type { Instance } from "./instance";

/** What is known about one kind in one connection. */
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
}

/** What is known about one connection. */
export type ConnectionState =
  | { readonly status: "connecting" }
  | {
      readonly status: "connected";
      readonly accountId: string;
      readonly customEndpoint?: string;
      readonly isLoopback: boolean;
    }
  | { readonly status: "signedOut"; readonly error: unknown }
  | { readonly status: "error"; readonly error: unknown };

export type StoreChange =
  | { readonly type: "connections" }
  | { readonly type: "connection"; readonly connectionKey: string }
  | { readonly type: "listing"; readonly connectionKey: string; readonly kind: string }
  | { readonly type: "instance"; readonly connectionKey: string; readonly kind: string; readonly id: string };

/** The one truth about instances; the sync writes it, views render it. */
export interface InstanceStore {
  readonly connections: readonly Connection[];
  connectionState(connectionKey: string): ConnectionState | undefined;
  listing(connectionKey: string, kind: string): KindListing | undefined;
  instance(connectionKey: string, kind: string, id: string): Instance | undefined;
  /** When this window first saw the instance in its present state, in milliseconds since the epoch; states seen, oldest first. */
  seen(connectionKey: string, kind: string, id: string): readonly { readonly state: string; readonly at: number }[];
  readonly onDidChange: Event<StoreChange>;
}
