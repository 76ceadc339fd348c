import type { Kind } from "../kind";
import { chime, type ChimeApi } from "./chime";
import { supplyChain } from "./supplyChain";

/** Every kind of instance that the extension manages, in the order in which views show them. */
export interface Kinds {
  readonly all: readonly Kind[];
  get(id: string): Kind | undefined;
}

export function createKinds(options: { readonly chimeApi: () => ChimeApi }): Kinds {
  return kindsOf([supplyChain, chime(options.chimeApi)]);
}

export function kindsOf(all: readonly Kind[]): Kinds {
  const byId = new Map(all.map((kind) => [kind.id, kind]));
  return { all, get: (id) => byId.get(id) };
}
