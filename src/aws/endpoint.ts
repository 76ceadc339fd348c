import { isIPv4, isIPv6 } from "node:net";
import { UserError } from "../core/errors";
import type { GlobalEndpoint, Service, ServiceName } from "./operation";
import { partitionOf, type Partition } from "./partitions";

/** Where requests go, beyond the Region. */
export interface EndpointSettings {
  /** A custom endpoint of a service; undefined means the official one. */
  readonly customUrl?: (service: ServiceName) => string | undefined;
  readonly useFips?: boolean;
  readonly useDualstack?: boolean;
}

export interface Endpoint {
  readonly url: URL;
  readonly signingRegion: string;
  readonly isCustom: boolean;
}

/**
 * The rules of the services' endpoint rule sets, with their own error texts.
 * @throws UserError when the combination is not possible.
 */
export function resolveEndpoint(service: Service, region: string | undefined, settings: EndpointSettings): Endpoint {
  const customUrl = settings.customUrl?.(service);
  const useFips = settings.useFips ?? false;
  const useDualstack = settings.useDualstack ?? false;
  if (customUrl) {
    if (useFips)
      throw new UserError("Invalid Configuration: FIPS and custom endpoint are not supported", { isLoggable: true });
    if (useDualstack)
      throw new UserError("Invalid Configuration: Dualstack and custom endpoint are not supported", {
        isLoggable: true,
      });
    return { url: parseCustomUrl(customUrl), signingRegion: requireRegion(region), isCustom: true };
  }
  const known = requireRegion(region);
  const partition = partitionOf(known);
  checkVariants(partition, useFips, useDualstack);
  const special = globalEndpointOf(service, known, partition);
  const globalHost = special?.[hostNames[useFips ? 1 : 0][useDualstack ? 1 : 0]];
  if (special && globalHost !== undefined)
    return { url: new URL(`https://${globalHost}`), signingRegion: special.signingRegion, isCustom: false };
  const isOrdinary = [partition.id, known].some((name) => service.fipsUnderOrdinaryName?.includes(name));
  const isLabelled = useFips && (useDualstack || !isOrdinary);
  const suffix = useDualstack ? partition.dualStackDnsSuffix : partition.dnsSuffix;
  return {
    url: new URL(`https://${service.hostLabel}${isLabelled ? "-fips" : ""}.${known}.${suffix}`),
    signingRegion: known,
    isCustom: false,
  };
}

/**
 * The URL of one operation's host. As in the SDKs, a host prefix goes before custom host names too, but not before an IP
 * address or `localhost`: there is no name to put it on, and a local server is the same server under any name.
 */
export function withHostPrefix(url: URL, prefix: string | undefined): URL {
  if (!prefix || isIpLiteral(url.hostname) || url.hostname === "localhost") return url;
  const prefixed = new URL(url);
  prefixed.hostname = `${prefix}${url.hostname}`;
  return prefixed;
}

/** The names that VS Code sends to no proxy. Other names of this machine would reach `http.proxy`, session tokens and all. */
const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

export function isLoopback(url: URL): boolean {
  return loopbackNames.has(url.hostname);
}

/**
 * A custom endpoint as a URL that requests may be sent to.
 * @throws UserError that says what is wrong with it.
 */
export function parseCustomUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !(url.protocol === "http:" || url.protocol === "https:") || !url.hostname) {
    throw new UserError(`The custom endpoint "${text}" is not an http or https URL`, { isLoggable: true });
  }
  if (url.username || url.password)
    throw new UserError("A custom endpoint must not contain a user name or password", { isLoggable: true });
  if (url.search || url.hash)
    throw new UserError(`The custom endpoint "${text}" must not have a query or a fragment`, { isLoggable: true });
  if (url.protocol === "http:" && !isLoopback(url)) {
    throw new UserError(
      `The custom endpoint "${text}" must use https: plain http is accepted for localhost, 127.0.0.1 and [::1] only`,
      { isLoggable: true },
    );
  }
  return url;
}

function requireRegion(region: string | undefined): string {
  if (!region) throw new UserError("Invalid Configuration: Missing Region", { isLoggable: true });
  // A Region becomes part of a host name: anything else than a label would send the request elsewhere.
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(region)) {
    throw new UserError(`Invalid Configuration: "${region}" is not a valid Region`, { isLoggable: true });
  }
  return region;
}

function checkVariants(partition: Partition, useFips: boolean, useDualstack: boolean): void {
  const isFipsMissing = useFips && !partition.supportsFips;
  const isDualstackMissing = useDualstack && !partition.supportsDualStack;
  if (useFips && useDualstack && (isFipsMissing || isDualstackMissing)) {
    throw new UserError("FIPS and DualStack are enabled, but this partition does not support one or both", {
      isLoggable: true,
    });
  }
  if (isFipsMissing)
    throw new UserError("FIPS is enabled but this partition does not support FIPS", { isLoggable: true });
  if (isDualstackMissing)
    throw new UserError("DualStack is enabled but this partition does not support DualStack", { isLoggable: true });
}

/** By FIPS, then by dual stack. */
const hostNames = [
  ["host", "dualstackHost"],
  ["fipsHost", "fipsDualstackHost"],
] as const;

function globalEndpointOf(
  { globalEndpoints }: Service,
  region: string,
  partition: Partition,
): GlobalEndpoint | undefined {
  return globalEndpoints?.find(
    (global) => global.partition === partition.id && (global.region === undefined || global.region === region),
  );
}

function isIpLiteral(hostname: string): boolean {
  return isIPv4(hostname) || isIPv6(hostname.replace(/^\[|\]$/g, ""));
}
