import type { Environment } from "../core/environment";
import type { EndpointSettings } from "./endpoint";
import type { ServiceId } from "./operation";
import type { Profile, SharedConfig } from "./profile";

/** Settings of the extension, or flags of `call`: they win over everything else. */
export interface EndpointOverrides {
  readonly urls?: Readonly<Partial<Record<ServiceId, string>>>;
  readonly useFips?: boolean;
  readonly useDualstack?: boolean;
}

/**
 * Where a profile's requests go, in the SDKs' order: settings, AWS_ENDPOINT_URL_<SERVICE>, AWS_ENDPOINT_URL, the profile's
 * `services` section, its `endpoint_url`. AWS_IGNORE_CONFIGURED_ENDPOINT_URLS silences all but the settings.
 */
export function endpointSettings(
  profile: Profile | undefined,
  config: SharedConfig,
  env: Environment,
  overrides: EndpointOverrides = {},
): EndpointSettings {
  const values = profile?.values ?? {};
  const isIgnored = isTrue(env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? values.ignore_configured_endpoint_urls);
  const section = config.services[values.services ?? ""] ?? {};
  // What is asked for later is what was there now.
  const variables = { ...env };
  return {
    customUrl: ({ id, endpointKey }) =>
      first(
        overrides.urls?.[id],
        ...(isIgnored
          ? []
          : [
              variables[`AWS_ENDPOINT_URL_${endpointKey}`],
              variables.AWS_ENDPOINT_URL,
              section[`${endpointKey.toLowerCase()}.endpoint_url`],
              values.endpoint_url,
            ]),
      ),
    useFips: overrides.useFips ?? isTrue(env.AWS_USE_FIPS_ENDPOINT ?? values.use_fips_endpoint),
    useDualstack: overrides.useDualstack ?? isTrue(env.AWS_USE_DUALSTACK_ENDPOINT ?? values.use_dualstack_endpoint),
  };
}

export function regionOf(profile: Profile | undefined, env: Environment): string | undefined {
  return first(env.AWS_REGION, env.AWS_DEFAULT_REGION, profile?.region);
}

/** An empty variable counts as one that is not set. */
function first(...values: readonly (string | undefined)[]): string | undefined {
  return values.find((value) => value !== undefined && value !== "");
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === "true";
}
