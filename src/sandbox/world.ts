import { createHash, randomUUID } from "node:crypto";
import { lifeOf, type StoredResource } from "./resource";

export interface NewResource {
  readonly kind: string;
  readonly region: string;
  readonly arn: (id: string) => string;
  readonly name: string | null;
  readonly members?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly token?: string | undefined;
  readonly fingerprint?: string;
  readonly principal: string | null;
  readonly createdMs: number;
  readonly creationMs: number;
  readonly failure?: string | null;
  readonly deletion?: StoredResource["deletion"];
}

/** Every resource of the sandbox's one account, by kind and region, in order of creation. */
export class World {
  readonly #resources: StoredResource[];
  readonly #byId = new Map<string, StoredResource>();
  readonly #byToken = new Map<string, StoredResource>();
  readonly #byPlace = new Map<string, StoredResource[]>();

  /** `resources` stays the caller's: it is what gets stored. */
  constructor(resources: StoredResource[]) {
    this.#resources = resources;
    for (const resource of resources) this.#index(resource);
  }

  get all(): readonly StoredResource[] {
    return this.#resources;
  }

  insert(resource: NewResource): StoredResource {
    const id = randomUUID();
    const stored: StoredResource = {
      kind: resource.kind,
      id,
      arn: resource.arn(id),
      region: resource.region,
      sequence: this.#resources.length + 1,
      name: resource.name,
      members: { ...resource.members },
      tags: { ...resource.tags },
      token: resource.token ?? null,
      fingerprint: resource.fingerprint ?? null,
      principal: resource.principal,
      createdMs: resource.createdMs,
      changedMs: resource.createdMs,
      creationMs: resource.creationMs,
      failure: resource.failure ?? null,
      deletion: resource.deletion ?? null,
    };
    this.#resources.push(stored);
    this.#index(stored);
    return stored;
  }

  /** Those that the service still shows, in order of creation, which does not change: pages stay stable. */
  live(kind: string, region: string, nowMs: number): StoredResource[] {
    return (this.#byPlace.get(place(kind, region)) ?? []).filter(
      (resource) => lifeOf(resource, nowMs).state !== "gone",
    );
  }

  find(kind: string, region: string, id: string, nowMs: number): StoredResource | undefined {
    const resource = this.#byId.get(id);
    if (resource?.kind !== kind || resource.region !== region) return undefined;
    return lifeOf(resource, nowMs).state === "gone" ? undefined : resource;
  }

  /** Remembered for ever, also when the resource is gone: a late retry must not create a second one. */
  byToken(kind: string, region: string, token: string): StoredResource | undefined {
    return this.#byToken.get(`${place(kind, region)}|${token}`);
  }

  #index(resource: StoredResource): void {
    const key = place(resource.kind, resource.region);
    this.#byId.set(resource.id, resource);
    if (resource.token !== null) this.#byToken.set(`${key}|${resource.token}`, resource);
    const list = this.#byPlace.get(key);
    if (list) list.push(resource);
    else this.#byPlace.set(key, [resource]);
  }
}

function place(kind: string, region: string): string {
  return `${kind}|${region}`;
}

/** The same for inputs that mean the same: the order of members does not count. */
export function fingerprintOf(input: object, tokenMember: string): string {
  const rest = Object.fromEntries(Object.entries(input).filter(([member]) => member !== tokenMember));
  return createHash("sha256").update(canonicalJson(rest)).digest("hex");
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(",")}}`;
}
