import { resourceTagValues, tagValues, type Need } from "../access";
import type { RequestContext } from "../service";
import { idIn, kind, placeOf } from "./supplychainKind";

type Tags = Readonly<Record<string, string>>;

export function needsOf({ instanceId }: { readonly instanceId: string }, context: RequestContext): readonly Need[] {
  const { tags } = context.world.find(placeOf(context), instanceId, context.nowMs) ?? {};
  return [{ resource: kind.arn(context.region, context.accountId, instanceId), context: resourceTagValues(tags) }];
}

/** Tags are a right of their own. */
export function needsOfCreation(
  { tags = {} }: { readonly tags?: Tags | undefined },
  { region, accountId }: RequestContext,
): readonly Need[] {
  const need = { resource: kind.arn(region, accountId, "*"), context: tagValues(tags) };
  return Object.keys(tags).length > 0 ? [need, { ...need, action: "scn:TagResource" }] : [need];
}

export function needsOfTags(
  { resourceArn, tags = {} }: { readonly resourceArn: string; readonly tags?: Tags | undefined },
  context: RequestContext,
): readonly Need[] {
  const found = context.world.find(placeOf(context), idIn(resourceArn), context.nowMs);
  return [{ resource: resourceArn, context: { ...resourceTagValues(found?.tags), ...tagValues(tags) } }];
}
