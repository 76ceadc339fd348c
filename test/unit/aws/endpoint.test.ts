import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import {
  isLoopback,
  parseCustomUrl,
  resolveEndpoint,
  withHostPrefix,
  type EndpointSettings,
} from "../../../src/aws/endpoint";
import type { Service } from "../../../src/aws/operation";
import { chimeIdentity } from "../../../src/aws/services/chimeIdentity";
import { chimeLegacy } from "../../../src/aws/services/chimeLegacy";
import { cloudtrail } from "../../../src/aws/services/cloudtrail";
import { iam } from "../../../src/aws/services/iam";
import { kms } from "../../../src/aws/services/kms";
import { ssoAdmin } from "../../../src/aws/services/ssoAdmin";
import { sts } from "../../../src/aws/services/sts";
import { supplychain } from "../../../src/aws/services/supplychain";
import { UserError } from "../../../src/core/errors";
import { evaluate, partitionsSchema, ruleSetSchema, type Parameters, type Resolution } from "./ruleSet";

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./endpointRuleSets/${name}.data.json`, import.meta.url), "utf8"));

const { partitions } = partitionsSchema.parse(read("partitions"));
const ruleSets: readonly (readonly [Service, string])[] = [
  [supplychain, "supplychain"],
  [chimeIdentity, "chime-sdk-identity"],
  [chimeLegacy, "chime-legacy"],
  [kms, "kms"],
  [iam, "iam"],
  [ssoAdmin, "sso-admin"],
  [cloudtrail, "cloudtrail"],
];

/** Every Region that is known, one of each partition that is not, and one of no partition at all. */
const regions = [
  ...partitions.flatMap((partition) => Object.keys(partition.regions)),
  ...["us-new-9", "cn-new-9", "eusc-de-new-9", "us-iso-new-9", "us-isob-new-9", "eu-isoe-new-9", "us-isof-new-9"],
  ...["us-gov-new-9", "moon-base-1"],
];

function resolveOurs(service: Service, parameters: Parameters): Resolution {
  const settings: EndpointSettings = {
    useFips: parameters.UseFIPS,
    useDualstack: parameters.UseDualStack,
    customUrl: () => parameters.Endpoint,
  };
  try {
    const { url, signingRegion } = resolveEndpoint(service, parameters.Region, settings);
    return { url: url.href.replace(/\/$/, ""), signingRegion };
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return { error: error.message };
  }
}

for (const [service, file] of ruleSets) {
  test(`${service.id} resolves as its rule set does, in every Region with every flag`, () => {
    const { rules } = ruleSetSchema.parse(read(file));
    let compared = 0;
    for (const Region of [...regions, undefined]) {
      for (const UseFIPS of [false, true]) {
        for (const UseDualStack of [false, true]) {
          for (const Endpoint of [undefined, "https://example.com", "https://example.com:8443/base"]) {
            // A custom endpoint without a Region has a URL, but nothing to sign with.
            if (Endpoint && !Region) continue;
            const parameters = { Region, UseFIPS, UseDualStack, Endpoint };
            const expected = evaluate(rules, partitions, parameters);
            assert.ok(expected, "a rule set decides");
            const withRegion =
              "url" in expected ? { ...expected, signingRegion: expected.signingRegion ?? Region } : expected;
            assert.deepEqual(resolveOurs(service, parameters), withRegion, JSON.stringify(parameters));
            compared++;
          }
        }
      }
    }
    assert.ok(compared > 500, `${compared} combinations`);
  });
}

/** STS has no copy of its rule set here; these are its published test cases. */
const stsCases: readonly (readonly [region: string, fips: boolean, dualstack: boolean, host: string])[] = [
  ["us-east-1", false, false, "sts.us-east-1.amazonaws.com"],
  ["eu-west-1", true, false, "sts-fips.eu-west-1.amazonaws.com"],
  ["us-east-1", false, true, "sts.us-east-1.api.aws"],
  ["us-east-1", true, true, "sts-fips.us-east-1.api.aws"],
  ["cn-north-1", false, false, "sts.cn-north-1.amazonaws.com.cn"],
  ["us-gov-west-1", true, false, "sts.us-gov-west-1.amazonaws.com"],
  ["us-gov-west-1", true, true, "sts-fips.us-gov-west-1.api.aws"],
  ["us-iso-east-1", false, false, "sts.us-iso-east-1.c2s.ic.gov"],
  ["aws-global", false, false, "sts.amazonaws.com"],
];

for (const [region, useFips, useDualstack, host] of stsCases) {
  test(`Sts in ${region}, FIPS ${useFips}, dual stack ${useDualstack}, is ${host}`, () => {
    const endpoint = resolveEndpoint(sts, region, { useFips, useDualstack });
    assert.equal(endpoint.url.host, host);
    assert.equal(endpoint.signingRegion, region === "aws-global" ? "us-east-1" : region);
  });
}

test("A legacy app-instance operation goes to the identity- host, whatever the Region", () => {
  const { url, signingRegion } = resolveEndpoint(chimeLegacy, "eu-west-1", {});
  assert.equal(withHostPrefix(url, "identity-").host, "identity-chime.us-east-1.amazonaws.com");
  assert.equal(withHostPrefix(url, undefined).host, "chime.us-east-1.amazonaws.com");
  assert.equal(signingRegion, "us-east-1");
});

test("A host prefix goes before custom host names, but not before IP addresses and localhost", () => {
  const prefixed = (text: string) => withHostPrefix(new URL(text), "identity-").href;
  assert.equal(prefixed("https://chime.example.com:8443/base"), "https://identity-chime.example.com:8443/base");
  assert.equal(prefixed("http://127.0.0.1:4566/"), "http://127.0.0.1:4566/");
  assert.equal(prefixed("http://[::1]:4566/"), "http://[::1]:4566/");
  assert.equal(prefixed("http://localhost:4566/"), "http://localhost:4566/");
});

for (const url of ["http://localhost:1", "http://127.0.0.1:1", "http://127.1", "http://[::1]:1", "http://LOCALHOST"]) {
  test(`Plain http is accepted to ${url}`, () => {
    assert.equal(parseCustomUrl(url).protocol, "http:");
  });
}

// VS Code's proxy bypass knows none of these: a proxy would read the session token.
for (const url of ["http://a.localhost", "http://localhost.", "http://127.9.9.9", "http://[::ffff:127.0.0.1]"]) {
  test(`Security 5: ${url} must use https`, () => {
    assert.throws(
      () => parseCustomUrl(url),
      /must use https: plain http is accepted for localhost, 127.0.0.1 and \[::1\]/,
    );
    assert.equal(isLoopback(new URL(url)), false);
  });
}

for (const url of [
  "http://example.com",
  "http://10.0.0.1",
  "http://localhost.example.com",
  "http://127.0.0.1.example.com",
  "http://0.0.0.0",
  "http://[::ffff:10.0.0.1]",
  "ftp://localhost",
  "localhost:4566",
  "https://user:password@example.com",
  "https://example.com/?a=b",
  "https://example.com/#a",
  "nonsense",
]) {
  test(`${url} is refused as a custom endpoint`, () => {
    assert.throws(() => parseCustomUrl(url), UserError);
  });
}

for (const region of ["evil.com/", "us-east-1.evil.com", "a b", "us-east-1#", "@evil.com", "-us-east-1"]) {
  test(`"${region}" is no Region: it would change the host`, () => {
    assert.throws(() => resolveEndpoint(supplychain, region, {}), UserError);
  });
}
