import type { ServiceName } from "../operation";

/** What every service that is spoken here is called: whoever has only to name them need not load what they can do. */
export const serviceNames = {
  supplychain: { id: "supplychain", endpointKey: "SUPPLYCHAIN" },
  chimeIdentity: { id: "chime-sdk-identity", endpointKey: "CHIME_SDK_IDENTITY" },
  chimeLegacy: { id: "chime", endpointKey: "CHIME" },
  kms: { id: "kms", endpointKey: "KMS" },
  sts: { id: "sts", endpointKey: "STS" },
  iam: { id: "iam", endpointKey: "IAM" },
  ssoAdmin: { id: "sso-admin", endpointKey: "SSO_ADMIN" },
  cloudtrail: { id: "cloudtrail", endpointKey: "CLOUDTRAIL" },
} as const satisfies Readonly<Record<string, ServiceName>>;
