import type { RequestContext, ResourceKind } from "../service";
import type { Place } from "../world";
import { accessDeniedToS3, creationCalls } from "./supplychainCreation";

export const kind: ResourceKind = {
  id: "supplyChain",
  arn: (region, accountId, id) => `arn:aws:scn:${region}:${accountId}:instance/${id}`,
  resourceType: "AWS::SCN::Instance",
  keptBack: "s3:CreateBucket",
  creationCalls,
  demo: [
    {
      name: "demand-planning",
      members: { instanceDescription: "Forecasts for all plants", webAppDnsDomain: "demand-planning" },
      tags: { team: "planning", env: "prod" },
      ageSeconds: 6 * 86_400,
      creationSeconds: 160,
    },
    { name: "inbound-eu", members: { webAppDnsDomain: "inbound-eu" }, ageSeconds: 20, creationSeconds: 170 },
    {
      name: "returns-emea",
      members: { instanceDescription: "Returns of all EMEA shops", webAppDnsDomain: "returns-emea" },
      tags: { team: "logistics", "cost-center": "4711" },
      ageSeconds: 86_400,
      creationSeconds: 95,
      failure: accessDeniedToS3,
    },
    {
      name: "old-pilot",
      tags: { team: "planning" },
      ageSeconds: 90 * 86_400,
      creationSeconds: 140,
      deletion: { ageSeconds: 20, durationSeconds: 240 },
    },
  ],
};

export function placeOf({ accountId, region }: RequestContext): Place {
  return { kind: kind.id, accountId, region };
}

/** The instance's id in its ARN, or in that of something of it. */
export function idIn(arn: string): string {
  return /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(arn)?.[0] ?? "";
}
