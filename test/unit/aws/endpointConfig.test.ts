import assert from "node:assert/strict";
import { test } from "node:test";
import { endpointSettings, regionOf, type EndpointOverrides } from "../../../src/aws/endpointConfig";
import type { Environment } from "../../../src/core/environment";
import type { ServiceId } from "../../../src/aws/operation";
import { serviceNames } from "../../../src/aws/services/names";
import { findService, services } from "../../../src/aws/services/registry";
import type { Profile, SharedConfig } from "../../../src/aws/profile";

const profileWith = (values: Readonly<Record<string, string>>): Profile => ({ name: "p", kind: "static", values });
const config: SharedConfig = {
  files: { config: "", credentials: "" },
  profiles: [],
  services: {
    mine: { "supplychain.endpoint_url": "https://section", "chime_sdk_identity.endpoint_url": "https://identity" },
  },
  ssoSessions: {},
  diagnostics: [],
};
const urlOf = (
  service: ServiceId,
  values: Readonly<Record<string, string>>,
  env: Environment = {},
  overrides: EndpointOverrides = {},
) => {
  const known = findService(service);
  assert.ok(known, service);
  return endpointSettings(profileWith(values), config, env, overrides).customUrl?.(known);
};

test("A custom endpoint is taken from settings, then the environment, then the profile, the service's own first", () => {
  const values = { services: "mine", endpoint_url: "https://profile" };
  const env = { AWS_ENDPOINT_URL_SUPPLYCHAIN: "https://service-variable", AWS_ENDPOINT_URL: "https://variable" };
  const { AWS_ENDPOINT_URL } = env;
  assert.equal(urlOf("supplychain", values, env, { urls: { supplychain: "https://setting" } }), "https://setting");
  assert.equal(urlOf("supplychain", values, env), "https://service-variable");
  assert.equal(urlOf("supplychain", values, { AWS_ENDPOINT_URL }), "https://variable");
  assert.equal(urlOf("supplychain", values), "https://section");
  assert.equal(urlOf("kms", values), "https://profile");
  assert.equal(urlOf("kms", {}), undefined);
});

test("Each service has its own variable and section key", () => {
  const names: Readonly<Record<ServiceId, string>> = {
    supplychain: "SUPPLYCHAIN",
    "chime-sdk-identity": "CHIME_SDK_IDENTITY",
    chime: "CHIME",
    kms: "KMS",
    sts: "STS",
  };
  for (const [service, name] of Object.entries(names)) {
    assert.equal(urlOf(service, {}, { [`AWS_ENDPOINT_URL_${name}`]: "https://x" }), "https://x", name);
  }
  assert.equal(urlOf("chime-sdk-identity", { services: "mine" }), "https://identity");
  assert.equal(urlOf("chime", { services: "mine" }), undefined);
});

test("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS silences all but the settings", () => {
  const values = { services: "mine", endpoint_url: "https://profile" };
  const env = { AWS_ENDPOINT_URL: "https://variable", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "TRUE" };
  assert.equal(urlOf("supplychain", values, env), undefined);
  assert.equal(urlOf("supplychain", values, env, { urls: { supplychain: "https://setting" } }), "https://setting");
  assert.equal(urlOf("supplychain", { ...values, ignore_configured_endpoint_urls: "true" }), undefined);
  const allowed = { ...env, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" };
  assert.equal(
    urlOf("supplychain", { ...values, ignore_configured_endpoint_urls: "true" }, allowed),
    "https://variable",
  );
});

test("An empty variable is one that is not set", () => {
  assert.equal(urlOf("kms", { endpoint_url: "https://profile" }, { AWS_ENDPOINT_URL: "" }), "https://profile");
});

test("FIPS and dual stack come from flags, the environment, or the profile", () => {
  const both = (env: Environment, values: Readonly<Record<string, string>>, overrides: EndpointOverrides = {}) => {
    const { useFips, useDualstack } = endpointSettings(profileWith(values), config, env, overrides);
    return [useFips, useDualstack];
  };
  assert.deepEqual(both({}, {}), [false, false]);
  assert.deepEqual(both({}, { use_fips_endpoint: "true", use_dualstack_endpoint: "true" }), [true, true]);
  assert.deepEqual(both({ AWS_USE_FIPS_ENDPOINT: "false" }, { use_fips_endpoint: "true" }), [false, false]);
  assert.deepEqual(both({ AWS_USE_DUALSTACK_ENDPOINT: "true" }, {}, { useFips: true }), [true, true]);
});

test("The Region is the environment's, else the profile's", () => {
  const profile: Profile = { ...profileWith({}), region: "eu-west-1" };
  assert.equal(regionOf(profile, { AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "x" }), "us-west-2");
  assert.equal(regionOf(profile, { AWS_DEFAULT_REGION: "us-west-1" }), "us-west-1");
  assert.equal(regionOf(profile, {}), "eu-west-1");
  assert.equal(regionOf(undefined, {}), undefined);
});

test("Every service that is spoken is named where all are asked for their endpoints, by the AWS CLI's name and the SDKs' key", () => {
  const named = Object.values(serviceNames).map(({ id, endpointKey }) => ({ id, endpointKey }));
  assert.deepEqual(new Set(named), new Set(services.map(({ id, endpointKey }) => ({ id, endpointKey }))));
  assert.equal(named.length, services.length);
});
