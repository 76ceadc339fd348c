import { connectionKey, type Sessions } from "../../instances/connection";
import type { Instance } from "../../instances/instance";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore } from "../../instances/store";
import type { InstanceNode } from "../../ui/tree/nodes";

export interface ReadTagsDeps {
  readonly sessions: Pick<Sessions, "current">;
  readonly store: Pick<InstanceStore, "instance">;
  readonly kinds: Kinds;
}

/** A tooltip that comes later than this comes too late. */
const patienceMs = 1_500;

/**
 * The tags of an instance that somebody points at: neither service lists them. Opens no connection and never rejects;
 * undefined when they cannot be had soon.
 */
export async function readTags(
  { sessions, store, kinds }: ReadTagsDeps,
  { connection, kind: kindId, id }: InstanceNode,
): Promise<Instance["tags"]> {
  const session = sessions.current(connection);
  const kind = kinds.get(kindId);
  const instance = store.instance(connectionKey(connection), kindId, id);
  if (!session || !kind || !instance || instance.tags) return instance?.tags;
  try {
    const tags = await kind.listTags(session, instance, { signal: AbortSignal.timeout(patienceMs) });
    return sessions.current(connection)?.generation === session.generation ? tags : undefined;
  } catch {
    return undefined;
  }
}
