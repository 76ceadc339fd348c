import { DisposableStore, type Disposable } from "../../core/disposable";
import type { Event } from "../../core/event";
import { connectionKey, type Connection, type Sessions } from "../../instances/connection";
import type { Sync } from "../../instances/sync";
import type { ContextKey } from "../../ui/contextKeys";
import type { Settings } from "../../ui/settings";

export interface PinnedConnectionsDeps {
  readonly settings: Settings;
  readonly sandbox: {
    readonly isRunning: boolean;
    connections(): readonly Connection[];
    restore(): Promise<void>;
    readonly onDidChange: Event<void>;
  };
  readonly sessions: Sessions;
  readonly sync: Sync;
  readonly setContext: (key: ContextKey, value: boolean) => void;
}

export interface PinnedConnections extends Disposable {
  /** Shows what is pinned, and brings a pinned sandbox back. Rejects when that fails; it is shown all the same. */
  start(): Promise<void>;
}

/** Keeps the tree's connections what the settings and the sandbox say. */
export function createPinnedConnections(deps: PinnedConnectionsDeps): PinnedConnections {
  const { settings, sandbox, sessions, sync, setContext } = deps;
  const parts = new DisposableStore();
  let isRestoring = true;

  const pinned = (): readonly Connection[] => {
    const profiles = settings.connections.get().map((one): Connection => ({ source: "profile", ...one }));
    const all = [...sandbox.connections(), ...profiles];
    const keys = all.map(connectionKey);
    return all.filter((connection, index) => keys.indexOf(connectionKey(connection)) === index);
  };
  const apply = () => {
    const connections = pinned();
    setContext("hasConnections", connections.length > 0);
    setContext("hasProfileConnection", connections.some(isProfile));
    setContext("sandboxRunning", sandbox.isRunning);
    // A sandbox that is about to start is not yet one that fails.
    sync.setConnections(isRestoring ? connections.filter(isProfile) : connections);
  };
  const reopen = (connections: readonly Connection[]) => {
    for (const connection of connections) {
      sessions.invalidate(connection);
      void sync.refresh(connectionKey(connection));
    }
  };

  parts.add(settings.connections.onDidChange(apply));
  parts.add(settings.endpointUrls.onDidChange(() => reopen(pinned().filter(isProfile))));
  parts.add(settings.chimeApi.onDidChange(() => void sync.refresh()));
  parts.add(settings.refreshIntervalSeconds.onDidChange(() => sync.rearm()));
  parts.add(
    sandbox.onDidChange(() => {
      apply();
      if (!isRestoring) reopen(sandbox.connections());
    }),
  );
  return {
    async start() {
      apply();
      try {
        await sandbox.restore();
      } finally {
        isRestoring = false;
        apply();
      }
    },
    dispose: () => parts.dispose(),
  };
}

function isProfile(connection: Connection): boolean {
  return connection.source === "profile";
}
