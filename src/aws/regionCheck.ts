import { UserError } from "../core/errors";
import type { AwsClient } from "./awsClient";
import type { AwsCredentials } from "./credentials";
import type { EndpointSettings } from "./endpoint";
import { ServiceError } from "./errors";
import type { Service } from "./operation";
import { partitionOf } from "./partitions";
import { getCallerIdentity, sts } from "./services/sts";

/** How services of a region answer keys that they have never heard of: mistyped ones, or good ones of an account without the region. */
const unknownKey = new Set(["UnrecognizedClientException", "InvalidClientTokenId"]);

/** A region that every account of a partition has. */
const homeRegions: Readonly<Record<string, string>> = {
  aws: "us-east-1",
  "aws-cn": "cn-north-1",
  "aws-us-gov": "us-gov-west-1",
};

/** Where else the credentials are known, or undefined: nowhere, or it cannot be told. Never rejects. */
export type RegionCheck = (
  service: Service,
  credentials: AwsCredentials,
  signal?: AbortSignal,
) => Promise<string | undefined>;

export function isUnknownKey(error: unknown): error is ServiceError {
  return error instanceof ServiceError && unknownKey.has(error.name);
}

/** Asks STS of the partition's first region, which costs no permission. At custom endpoints there is nothing to compare. */
export function regionCheck(
  region: string,
  { customUrl }: EndpointSettings,
  clientIn: (region: string, credentials: AwsCredentials) => AwsClient,
): RegionCheck {
  return async (service, credentials, signal) => {
    const home = homeRegions[partitionOf(region).id];
    if (home === undefined || home === region || customUrl?.(service) || customUrl?.(sts)) return undefined;
    try {
      await clientIn(home, credentials).call(getCallerIdentity, {}, signal ? { signal } : {});
      return home;
    } catch {
      return undefined;
    }
  };
}

/** No sign-in helps: the credentials are good. */
export function regionNotEnabled(region: string, home: string, cause: ServiceError): UserError {
  return new UserError(
    `The credentials are good in ${home}, but ${region} does not know them (${cause.name}): perhaps this region is not enabled ` +
      "for the account. Enable it under AWS Regions in the account's settings, or use another region. A session token of STS's " +
      "global endpoint is refused there too.",
    { cause, isLoggable: true },
  );
}
