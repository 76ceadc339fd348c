import { connectionKey, type Connection, type Session, type Sessions } from "./connection";
import type { Instance } from "./instance";
import type { Kind } from "./kind";
import type { InstanceWriter } from "./store";

export interface ReadOneDeps {
  readonly sessions: Pick<Sessions, "current" | "open">;
  readonly store: InstanceWriter;
}

export interface ReadOne {
  readonly session: Session;
  readonly instance: Instance | undefined;
  /** False: somebody has asked later, and knows already. Then nothing was written. */
  readonly isLatest: boolean;
}

export interface ReadOneOptions {
  readonly signal?: AbortSignal;
  /** Throws where the session is not to be asked. */
  readonly check?: (session: Session) => void;
  /** Writes it only where it is known already. */
  readonly isUpdate?: boolean;
}

/**
 * Reads one instance and writes what the service says, also that it is gone. Undefined when the answer belongs to
 * credentials that are no longer the present ones: then nothing is written.
 */
export async function readOne(
  { sessions, store }: ReadOneDeps,
  connection: Connection,
  kind: Kind,
  id: string,
  { signal, check, isUpdate = false }: ReadOneOptions = {},
): Promise<ReadOne | undefined> {
  const session = sessions.current(connection) ?? (await sessions.open(connection, signal));
  check?.(session);
  const isCurrent = () => sessions.current(connection)?.generation === session.generation;
  const asked = store.moment();
  let instance: Instance | undefined;
  try {
    instance = await kind.get(session, id, signal ? { signal } : {});
  } catch (error) {
    if (isCurrent()) throw error;
    return undefined;
  }
  if (!isCurrent()) return undefined;
  const scope = { connectionKey: connectionKey(connection), generation: session.generation };
  const isLatest = instance ? store.put(scope, instance, { asked, isUpdate }) : store.remove(scope, kind.id, id, asked);
  return { session, instance, isLatest };
}
