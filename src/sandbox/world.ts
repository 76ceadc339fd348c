import { createHash, randomUUID } from "node:crypto";
import { lifeOf, type StoredResource } from "./resource";

/** Where a resource is: each account has its own in each region. */
export interface Place {
  readonly kind: string;
  readonly accountId: string;
  readonly region: string;
}

export interface NewResource extends Place {
  /** Absent: one is made up. */
  readonly id?: string;
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
  readonly isBeyondQuota?: boolean;
}

/** What of a resource can change. */
type Past = Pick<StoredResource, "name" | "members" | "tags" | "changedMs" | "deletion">;

/** Every resource, by kind, account and region, in order of creation. */
export class World {
  readonly #resources: StoredResource[];
  readonly #byId = new Map<string, StoredResource>();
  readonly #byToken = new Map<string, StoredResource>();
  readonly #byPlace = new Map<string, StoredResource[]>();
  /** Those of them that count towards the quota. */
  readonly #counted = new Map<string, StoredResource[]>();
  /** What changed resources were until then, oldest first. Not stored: after a restart nothing lags. */
  readonly #pasts = new Map<string, (Past & { readonly untilMs: number })[]>();

  readonly #onChange: (resource: StoredResource) => void;

  /** `resources` stays the caller's: it is what gets stored. `onChange` hears of each that is new or about to be changed. */
  constructor(resources: StoredResource[], onChange: (resource: StoredResource) => void = () => undefined) {
    this.#resources = resources;
    this.#onChange = onChange;
    for (const resource of resources) this.#index(resource);
  }

  get all(): readonly StoredResource[] {
    return this.#resources;
  }

  insert(resource: NewResource): StoredResource {
    const { id = randomUUID() } = resource;
    const stored: StoredResource = {
      kind: resource.kind,
      accountId: resource.accountId,
      id,
      arn: resource.arn(id),
      region: resource.region,
      sequence: (this.#resources.at(-1)?.sequence ?? 0) + 1,
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
      ...(resource.isBeyondQuota && { isBeyondQuota: true }),
    };
    this.#resources.push(stored);
    this.#index(stored);
    this.#onChange(stored);
    return stored;
  }

  /**
   * Those that the service still shows, in order of creation, which does not change: pages stay stable. A page that
   * begins `after` another does not go over what came before.
   */
  *live(place: Place, nowMs: number, after = 0): Generator<StoredResource, void> {
    const resources = this.#byPlace.get(keyOf(place)) ?? [];
    for (let index = firstAfter(resources, after); index < resources.length; index++) {
      const resource = resources[index];
      if (resource && lifeOf(resource, nowMs).state !== "gone") yield resource;
    }
  }

  /** How much of the quota is used: by what is there or on the way, not by what failed or is being deleted. */
  usage(place: Place, nowMs: number): number {
    const counted = this.#counted.get(keyOf(place)) ?? [];
    return counted.filter((resource) => ["creating", "created"].includes(lifeOf(resource, nowMs).state)).length;
  }

  find(place: Place, id: string, nowMs: number): StoredResource | undefined {
    const resource = this.#byId.get(id);
    if (!resource || keyOf(resource) !== keyOf(place)) return undefined;
    return lifeOf(resource, nowMs).state === "gone" ? undefined : resource;
  }

  /** Remembered until `forgetTokens`, also when the resource is gone: a late retry must not create a second one. */
  byToken(place: Place, token: string): StoredResource | undefined {
    return this.#byToken.get(`${keyOf(place)}|${token}`);
  }

  /** From now on every token that was seen is a new one. */
  forgetTokens(): void {
    this.#byToken.clear();
    for (const resource of this.#resources) {
      resource.isTokenForgotten = true;
      this.#onChange(resource);
    }
  }

  /** To be called before a resource is changed, so that `asOf` knows what it was. */
  remember(resource: StoredResource, nowMs: number): void {
    const { name, members, tags, changedMs, deletion } = resource;
    const past = { untilMs: nowMs, ...structuredClone({ name, members, tags, changedMs, deletion }) };
    const pasts = this.#pasts.get(resource.id);
    if (pasts) pasts.push(past);
    else this.#pasts.set(resource.id, [past]);
    this.#onChange(resource);
  }

  /** The world as it was then, to read from. */
  asOf(thenMs: number): World {
    const then = this.#resources.filter(({ createdMs }) => createdMs <= thenMs);
    return new World(
      then.map((resource) => {
        const past = this.#pasts.get(resource.id)?.find(({ untilMs }) => untilMs > thenMs);
        return past ? { ...resource, ...past } : resource;
      }),
    );
  }

  #index(resource: StoredResource): void {
    const key = keyOf(resource);
    this.#byId.set(resource.id, resource);
    if (resource.token !== null && !resource.isTokenForgotten) this.#byToken.set(`${key}|${resource.token}`, resource);
    for (const lists of resource.isBeyondQuota ? [this.#byPlace] : [this.#byPlace, this.#counted]) {
      const list = lists.get(key);
      if (list) list.push(resource);
      else lists.set(key, [resource]);
    }
  }
}

/** The index of the first that came after that one: they are in order, so that half of them are out at each look. */
function firstAfter(resources: readonly StoredResource[], sequence: number): number {
  let low = 0;
  let high = resources.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((resources[middle]?.sequence ?? Infinity) <= sequence) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keyOf({ kind, accountId, region }: Place): string {
  return `${kind}|${accountId}|${region}`;
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
