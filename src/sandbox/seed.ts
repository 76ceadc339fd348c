import type { SandboxService } from "./service";
import type { World } from "./world";

/** Instances to look at: each kind brings its own. */
export function seedDemo(
  world: World,
  services: readonly SandboxService[],
  { region, accountId, nowMs }: { readonly region: string; readonly accountId: string; readonly nowMs: number },
): void {
  for (const { kind } of services) {
    for (const demo of kind?.demo ?? [])
      world.insert({
        kind: kind?.id ?? "",
        accountId,
        region,
        arn: (id) => kind?.arn(region, accountId, id) ?? "",
        name: demo.name,
        members: demo.members ?? {},
        tags: demo.tags ?? {},
        principal: null,
        createdMs: nowMs - demo.ageSeconds * 1000,
        creationMs: demo.creationSeconds * 1000,
        failure: demo.failure ?? null,
        deletion: demo.deletion
          ? {
              requestedMs: nowMs - demo.deletion.ageSeconds * 1000,
              durationMs: demo.deletion.durationSeconds * 1000,
              failure: null,
              lingerMs: 0,
            }
          : null,
      });
  }
}
