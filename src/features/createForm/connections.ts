import { connectionKey, type Connection } from "../../instances/connection";
import type { InstanceStore } from "../../instances/store";
import type { Choice } from "../../ui/page/protocol/pieces";
import type { FormAccount } from "./account";
import { connectionChoice } from "./model";

/** The window's connections as a form has them: what it offers, and what it does by itself when they change. */
export class FormConnections {
  readonly #store: Pick<InstanceStore, "connections" | "connectionState">;
  readonly #account: FormAccount;

  constructor(store: Pick<InstanceStore, "connections" | "connectionState">, account: FormAccount) {
    this.#store = store;
    this.#account = account;
  }

  /** Undefined for one that is there no more. */
  of(key: string): Connection | undefined {
    return this.#store.connections.find((connection) => connectionKey(connection) === key);
  }

  /** Where a form begins: in the first connection where nothing else was asked for. */
  begin(requested: Connection | undefined): void {
    const connection = requested ?? this.#store.connections[0];
    this.#account.choose(connection, connection === undefined || this.#isThere(connection));
  }

  /** Whoever has chosen nothing gets the first connection. One that is gone stays chosen, and is used again when it is back. */
  look(): void {
    const { connection, isGone } = this.#account;
    const [first] = this.#store.connections;
    if (connection) {
      if (this.#isThere(connection) === isGone) this.#account.choose(connection, isGone);
    } else if (first) this.#account.choose(first);
  }

  /** Signed in, or the sandbox started, by other hands than ours. */
  lookAtState(): void {
    const isConnected = this.#store.connectionState(this.#account.key)?.status === "connected";
    if (isConnected && this.#account.hasFailed) this.#account.choose(this.#account.connection);
  }

  /** `isFixed`: the chosen one stands. */
  choices(isFixed: boolean): Choice[] {
    const { connection } = this.#account;
    const { connections } = this.#store;
    if (!connection) return connections.map(connectionChoice);
    if (isFixed) return [connectionChoice(connection)];
    const gone = this.#isThere(connection) ? [] : [connection];
    return [...gone, ...connections].map(connectionChoice);
  }

  #isThere(connection: Connection): boolean {
    return this.of(connectionKey(connection)) !== undefined;
  }
}
