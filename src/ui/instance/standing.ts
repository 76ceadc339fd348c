import { connectionKey } from "../../instances/connection";
import type { Kinds } from "../../instances/kinds/registry";
import type { InstanceStore } from "../../instances/store";
import type { Rosters } from "./roster";

export interface StandingSource {
  readonly store: Pick<InstanceStore, "connections" | "connectionState">;
  readonly rosters: Rosters;
  readonly kinds: Kinds;
}

/** Ids of instances of one kind in one account and Region, by whichever connections they are known. */
export interface Standing {
  readonly kind: string;
  readonly connectionKeys: readonly string[];
  readonly ids: ReadonlySet<string>;
}

/** What failed or is busy, each instance once: several profiles may lead to the same account. */
export function standingOf(source: StandingSource, which: "failed" | "busy"): readonly Standing[] {
  const { store, rosters, kinds } = source;
  const byPlace = new Map<string, string[]>();
  for (const connection of store.connections) {
    const key = connectionKey(connection);
    const state = store.connectionState(key);
    const place = state?.status === "connected" ? `${state.accountId} ${connection.region}` : key;
    byPlace.set(place, [...(byPlace.get(place) ?? []), key]);
  }
  return [...byPlace.values()].flatMap((connectionKeys) =>
    kinds.all.map(({ id: kind }) => ({
      kind,
      connectionKeys,
      ids: unionOf(connectionKeys.map((key) => rosters.of(key, kind)[which])),
    })),
  );
}

/** Most places have one connection: ten thousand ids need not be copied for it. */
function unionOf(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  const [only, ...others] = sets.filter(({ size }) => size > 0);
  return only && others.length === 0 ? only : new Set(sets.flatMap((set) => [...set]));
}
