import * as api from "../../aws/services/ssoAdmin";
import { route, type SandboxService } from "../service";

/** One Identity Center for each account, in the Regions that a control names. */
export const ssoAdmin: SandboxService = {
  routes: [
    route(api.listInstances, ({ RegionScope }, { accountId, region, identityCenterRegions, timings }) => {
      const [primary] = identityCenterRegions;
      const isSeen = primary !== undefined && (RegionScope === "ALL_REGIONS" || identityCenterRegions.includes(region));
      return {
        output: { Instances: isSeen ? [toWire(accountId, primary, identityCenterRegions, timings.bornMs)] : [] },
      };
    }),
  ],
};

function toWire(accountId: string, primary: string, regions: readonly string[], bornMs: number): object {
  const AddedDate = bornMs / 1000;
  const IdentityStoreId = `d-${accountId.slice(2)}`;
  return {
    InstanceArn: `arn:aws:sso:::instance/ssoins-${accountId.padStart(16, "0")}`,
    IdentityStoreId,
    IdentityStoreArn: `arn:aws:identitystore::${accountId}:identitystore/${IdentityStoreId}`,
    OwnerAccountId: accountId,
    Name: "sandbox",
    CreatedDate: AddedDate,
    Status: "ACTIVE",
    PrimaryRegion: primary,
    Regions: regions.map((RegionName) => ({
      RegionName,
      Status: "ACTIVE",
      AddedDate,
      IsPrimaryRegion: RegionName === primary,
    })),
  };
}
