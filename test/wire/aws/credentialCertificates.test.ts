import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, test } from "node:test";
import { profileCredentials } from "../../../src/aws/profileCredentials";
import { loadSharedConfig } from "../../../src/aws/sharedConfig";
import { UserError } from "../../../src/core/errors";
import { startLoopback, type ReceivedRequest } from "./loopback";
import certificate from "./loopbackCertificate.data.json";

/*
 * Every service that gives credentials, behind TLS of an authority that the system does not know. The environment is this
 * file's own: it runs in a process of its own.
 */

const home = mkdtempSync(path.join(tmpdir(), "certificates-"));
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const keys = { accessKeyId: "KEY", secretAccessKey: "s", sessionToken: "t" };
const cleanUps: (() => unknown)[] = [];
const seen: string[] = [];

function serve({ url, body, headers }: ReceivedRequest, response: ServerResponse): void {
  const service = url.split(/[/?]/)[1] ?? "";
  seen.push(service);
  response.setHeader("content-type", service === "sts" ? "text/xml" : "application/json");
  const replies: Readonly<Record<string, () => string>> = {
    sts: () => {
      const action = new URLSearchParams(body).get("Action") ?? "";
      return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>
        <AccessKeyId>KEY-${action}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
        <Expiration>${inAnHour()}</Expiration></Credentials></${action}Result></${action}Response>`;
    },
    sso: () => {
      const { searchParams } = new URL(url, "https://sso");
      const accessKeyId = `KEY-${searchParams.get("role_name")}-${String(headers["x-amz-sso_bearer_token"])}`;
      return JSON.stringify({ roleCredentials: { ...keys, accessKeyId, expiration: Date.now() + 3_600_000 } });
    },
    oidc: () => JSON.stringify({ accessToken: "renewed", expiresIn: 3600, refreshToken: "r", tokenType: "Bearer" }),
    signin: () => JSON.stringify({ accessToken: keys, tokenType: "aws_sigv4", expiresIn: 900, refreshToken: "r" }),
  };
  response.end(replies[service]?.());
}

before(async () => {
  const { url } = await startLoopback({ after: (cleanUp) => void cleanUps.push(cleanUp) }, [serve], true);
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, {
    HOME: home,
    AWS_ENDPOINT_URL_STS: `${url}/sts`,
    AWS_ENDPOINT_URL_SSO: `${url}/sso`,
    AWS_ENDPOINT_URL_SSO_OIDC: `${url}/oidc`,
    AWS_ENDPOINT_URL_SIGNIN: `${url}/signin`,
    // One attempt: a refused certificate is worth no second.
    AWS_MAX_ATTEMPTS: "1",
  });
});
after(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
  rmSync(home, { recursive: true, force: true });
});

function write(file: string, text: string): string {
  const full = path.join(home, ".aws", file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

const hashOf = (algorithm: string, text: string) => createHash(algorithm).update(text).digest("hex");
const arn = "arn:aws:iam::123456789012:user/me";

function prepare(): void {
  write("credentials", "[base]\naws_access_key_id = KEY-base\naws_secret_access_key = s\n");
  const token = write("web-token", "the token");
  const sso = (session: string) => `sso_session = ${session}\nsso_account_id = 1\nsso_role_name = admin & co\n`;
  const ssoSession = (name: string) =>
    `[sso-session ${name}]\nsso_region = us-east-1\nsso_start_url = https://a.example\n`;
  write(
    "config",
    `[profile role]\nrole_arn = arn:aws:iam::1:role/one\nsource_profile = base\n` +
      `[profile web]\nrole_arn = arn:aws:iam::1:role/one\nweb_identity_token_file = ${token}\n` +
      `[profile sso]\n${sso("work")}[profile renewing]\n${sso("old")}${ssoSession("work")}${ssoSession("old")}` +
      `[profile behind-sso]\nrole_arn = arn:aws:iam::1:role/one\nsource_profile = sso\n` +
      `[profile login]\nlogin_session = ${arn}\nregion = us-east-1\n`,
  );
  const client = { clientId: "c", clientSecret: "s", refreshToken: "r", region: "us-east-1" };
  const soon = new Date(Date.now() + 60_000).toISOString();
  const ssoToken = (name: string, value: object) =>
    write(`sso/cache/${hashOf("sha1", name)}.json`, JSON.stringify({ ...client, ...value }));
  ssoToken("work", { accessToken: "good", expiresAt: inAnHour() });
  ssoToken("old", { accessToken: "ending", expiresAt: soon });
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  write(
    `login/cache/${hashOf("sha256", arn)}.json`,
    JSON.stringify({
      accessToken: { ...keys, accessKeyId: "KEY-old", accountId: "123456789012", expiresAt: soon },
      clientId: "c",
      refreshToken: "r",
      dpopKey: privateKey.export({ format: "pem", type: "sec1" }),
    }),
  );
}

async function keyOf(profile: string, ca: string | undefined): Promise<string> {
  const config = await loadSharedConfig(process.env);
  return (await profileCredentials(profile, { config, region: "eu-west-1", ca }).get()).accessKeyId;
}

const cases: readonly (readonly [profile: string, key: string, services: readonly string[]])[] = [
  ["role", "KEY-AssumeRole", ["sts"]],
  ["web", "KEY-AssumeRoleWithWebIdentity", ["sts"]],
  ["sso", "KEY-admin & co-good", ["sso"]],
  ["renewing", "KEY-admin & co-renewed", ["oidc", "sso"]],
  ["behind-sso", "KEY-AssumeRole", ["sso", "sts"]],
  ["login", "KEY", ["signin"]],
];
for (const [profile, key, services] of cases) {
  test(`Security 8: the certificates of AWS_CA_BUNDLE are trusted for the credentials of profile ${profile} too`, async () => {
    prepare();
    seen.length = 0;
    assert.equal(await keyOf(profile, certificate.cert), key);
    assert.deepEqual(seen, services);
  });
}

test("Security 8: without them, a certificate of an unknown authority is refused", async () => {
  prepare();
  await assert.rejects(
    keyOf("role", undefined),
    (error: unknown) => error instanceof UserError && error.message.includes("self-signed certificate"),
  );
});
