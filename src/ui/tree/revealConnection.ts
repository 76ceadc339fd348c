import type { Disposable } from "../../core/disposable";
import { connectionKey, type Connection } from "../../instances/connection";
import type { InstanceStore } from "../../instances/store";
import type { TreeNode } from "./nodes";

export interface RevealConnectionDeps {
  readonly store: Pick<InstanceStore, "connections" | "onDidChange">;
  readonly reveal: (node: TreeNode) => PromiseLike<unknown>;
}

export interface ConnectionReveal extends Disposable {
  /** Not waited for. */
  reveal(connection: Connection): void;
}

/** Shows the row of a connection that was just pinned as soon as there is one; the last that was asked for counts. */
export function createConnectionReveal({ store, reveal }: RevealConnectionDeps): ConnectionReveal {
  let awaited: Connection | undefined;
  const look = () => {
    const key = awaited && connectionKey(awaited);
    const connection = store.connections.find((candidate) => connectionKey(candidate) === key);
    if (!connection) return;
    awaited = undefined;
    void reveal({ type: "connection", connection });
  };
  const listening = store.onDidChange(({ type }) => type === "connections" && look());
  return {
    reveal(connection) {
      awaited = connection;
      look();
    },
    dispose: () => listening.dispose(),
  };
}
