import { setImmediate } from "node:timers/promises";
import { Access } from "./access";
import { toPrincipal } from "./principals";
import { recordForwarded } from "./recording";
import type { Rights } from "./rights";
import { kindsOf, type ResourceKind, type SandboxService } from "./service";
import type { Trail } from "./trail";
import type { World } from "./world";

interface Home {
  readonly region: string;
  readonly accountId: string;
  readonly nowMs: number;
}

export interface Many {
  readonly count: number;
  readonly namePrefix?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly creationSeconds?: number;
  readonly failure?: string | undefined;
  readonly beyondQuota?: boolean;
}

/** The most that is put there at once. */
export const maxSeed = 100_000;

const perTurn = 200;

/** Where the demo's past is told: what failed then was denied to whoever looks at it now. */
export interface Past {
  readonly trail: Trail;
  readonly rights: Rights;
  readonly accessKeyId: string;
}

/** Instances to look at: each kind brings its own. */
export function seedDemo(world: World, services: readonly SandboxService[], home: Home, past: Past): void {
  const kinds = kindsOf(services);
  const principal = toPrincipal("sandbox", home.accountId);
  const who = { principal, accessKeyId: past.accessKeyId, region: home.region };
  // Rights that it lacked and has now, so that there is a way out to be shown.
  const access = new Access(principal, past.rights.of("sandbox-restricted"), {});
  for (const kind of kinds) {
    for (const demo of kind.demo) {
      const resource = world.insert({
        kind: kind.id,
        accountId: home.accountId,
        region: home.region,
        arn: (id) => kind.arn(home.region, home.accountId, id),
        name: demo.name,
        members: demo.members ?? {},
        tags: demo.tags ?? {},
        principal: null,
        createdMs: home.nowMs - demo.ageSeconds * 1000,
        creationMs: demo.creationSeconds * 1000,
        failure: demo.failure ?? null,
        deletion: demo.deletion
          ? {
              requestedMs: home.nowMs - demo.deletion.ageSeconds * 1000,
              durationMs: demo.deletion.durationSeconds * 1000,
              failure: null,
              lingerMs: 0,
            }
          : null,
      });
      if (demo.failure !== undefined)
        recordForwarded(past.trail, kinds, who, kind.creationCalls?.(resource, access) ?? []);
    }
  }
}

/** That many of each kind, which leave room for what clients create. */
export async function seedMany(
  world: World,
  services: readonly SandboxService[],
  home: Home,
  count: number,
): Promise<void> {
  for (const { kind } of services) if (kind) await insertMany(world, kind, home, { count, beyondQuota: true });
}

/** In turns: what else this process does goes on meanwhile. */
export async function insertMany(world: World, kind: ResourceKind, home: Home, many: Many): Promise<void> {
  const { count, namePrefix = "bulk", tags = {}, creationSeconds = 0, failure = null, beyondQuota } = many;
  for (let number = 1; number <= count; number++) {
    world.insert({
      kind: kind.id,
      accountId: home.accountId,
      region: home.region,
      arn: (id) => kind.arn(home.region, home.accountId, id),
      name: `${namePrefix}-${String(number).padStart(String(count).length, "0")}`,
      tags,
      principal: null,
      createdMs: home.nowMs,
      creationMs: creationSeconds * 1000,
      failure,
      ...(beyondQuota && { isBeyondQuota: true }),
    });
    if (number % perTurn === 0) await setImmediate();
  }
}
