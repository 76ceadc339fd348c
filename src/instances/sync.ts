import type { Disposable } from "../core/disposable";
import { connectionKey, type Connection } from "./connection";
import { ConnectionSync, type ConnectionSyncDeps } from "./connectionSync";

/** Keeps the store true while somebody looks. No method rejects: what goes wrong is in the store. */
export interface Sync extends Disposable {
  setConnections(connections: readonly Connection[]): void;
  /** Hidden, it holds no timer and sends nothing. */
  setVisible(isVisible: boolean): void;
  /** Resolves when the listings are there. Without a key: every connection. */
  refresh(connectionKey?: string): Promise<void>;
  loadMore(connectionKey: string, kindId: string): Promise<void>;
  /** Resolves when there is no more, or it was stopped: what was listed by then stays, and more can be loaded later. */
  loadAll(connectionKey: string, kindId: string, stop: AbortSignal): Promise<void>;
  /** To be called when the refresh interval was changed. */
  rearm(): void;
}

export type SyncDeps = Omit<ConnectionSyncDeps, Tuning> & Partial<Pick<ConnectionSyncDeps, Tuning>>;
type Tuning = "pageBudget" | "maxFollowed" | "random";

export function createSync(deps: SyncDeps): Sync {
  const full: ConnectionSyncDeps = { pageBudget: 1_000, maxFollowed: 25, random: Math.random, ...deps };
  const { sessions, store, kinds } = deps;
  const connections = new Map<string, ConnectionSync>();
  let isVisible = false;

  const subscriptions = [
    sessions.onDidChange((key) => connections.get(key)?.onSessionChanged()),
    store.onDidChange((change) => {
      if (change.type === "instance") connections.get(change.connectionKey)?.onInstanceChanged(change.kind, change.id);
    }),
  ];

  return {
    setConnections(wanted) {
      const keys = new Set(wanted.map(connectionKey));
      for (const [key, connection] of connections) {
        if (keys.has(key)) continue;
        connection.dispose();
        connections.delete(key);
      }
      store.setConnections(wanted);
      for (const connection of wanted) {
        const key = connectionKey(connection);
        if (connections.has(key)) continue;
        const sync = new ConnectionSync(connection, full);
        connections.set(key, sync);
        sync.setVisible(isVisible);
      }
    },
    setVisible(value) {
      isVisible = value;
      for (const connection of connections.values()) connection.setVisible(value);
    },
    async refresh(key) {
      const chosen = [...connections].filter(([candidate]) => key === undefined || candidate === key);
      await Promise.all(chosen.map(([, connection]) => connection.refresh()));
    },
    async loadMore(key, kindId) {
      const kind = kinds.get(kindId);
      if (kind) await connections.get(key)?.loadMore(kind);
    },
    async loadAll(key, kindId, stop) {
      const kind = kinds.get(kindId);
      if (kind) await connections.get(key)?.loadAll(kind, stop);
    },
    rearm() {
      for (const connection of connections.values()) connection.rearm();
    },
    dispose() {
      for (const subscription of subscriptions) subscription.dispose();
      for (const connection of connections.values()) connection.dispose();
      connections.clear();
    },
  };
}
