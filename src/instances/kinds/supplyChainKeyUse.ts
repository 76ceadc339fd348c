import { kmsKeyArnPattern, supplychain } from "../../aws/services/supplychain";
import type { KeyUse } from "../keyUse";

export const keyUse: KeyUse = {
  serviceName: "AWS Supply Chain",
  principal: supplychain.signingName,
  keyArnPattern: kmsKeyArnPattern,
  actions: ["kms:DescribeKey", "kms:CreateGrant", "kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"],
  newInstanceArn: ({ accountId, region }) =>
    `arn:aws:scn:${region}:${accountId}:instance/00000000-0000-4000-8000-000000000000`,
  policyStatements: async (place) => (await import("./supplyChainKeyPolicy")).keyPolicyStatements(place),
};
