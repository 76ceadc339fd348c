import type { Disposable } from "../../core/disposable";
import { connectionKey } from "../../instances/connection";
import type { InstanceStore } from "../../instances/store";
import { nameText } from "../../ui/text/instanceText";

export interface AccountNoticeDeps {
  readonly store: Pick<InstanceStore, "connections" | "connectionState" | "onDidChange">;
  readonly warn: (message: string) => void;
}

/** Says once that a profile belongs to another account than before, in however many Regions it is connected. */
export function announceChangedAccounts({ store, warn }: AccountNoticeDeps): Disposable {
  /** The last change that was said, by profile. */
  const said = new Map<string, string>();
  return store.onDidChange((change) => {
    if (change.type !== "connection") return;
    const connection = store.connections.find((candidate) => connectionKey(candidate) === change.connectionKey);
    if (!connection) return;
    const state = store.connectionState(change.connectionKey);
    if (state?.status !== "connected" || state.formerAccountId === undefined) return;
    const profile = `${connection.source}:${connection.profile}`;
    const changed = `${state.formerAccountId} ${state.accountId}`;
    if (said.get(profile) === changed) return;
    said.set(profile, changed);
    warn(
      `Profile ${nameText(connection.profile)} now belongs to account ${state.accountId}. ` +
        `Before, it belonged to ${state.formerAccountId}, whose instances are no longer shown.`,
    );
  });
}
