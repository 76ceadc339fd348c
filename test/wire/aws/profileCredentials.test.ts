import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { profileCredentials, type ProfileOptions } from "../../../src/aws/profileCredentials";
import { SignInRequiredError } from "../../../src/aws/errors";
import { loadSharedConfig } from "../../../src/aws/sharedConfig";
import { CancelledError, UserError } from "../../../src/core/errors";
import { FakeClock } from "../../fakes/clock";
import { startLoopback, type Loopback, type ReceivedRequest } from "./loopback";

/*
 * Every provider meets something real: files, a process, and servers that speak STS, SSO, sign-in, container and instance
 * metadata on loopback. The SDK's clients find these servers by the environment, as they would find any custom endpoint;
 * this file runs in a process of its own, so its environment is its own too.
 */

const home = mkdtempSync(path.join(tmpdir(), "credentials-"));
const cleanUps: (() => unknown)[] = [];
const t = { after: (cleanUp: () => unknown) => void cleanUps.push(cleanUp) };
let server: Loopback;
/** What the server answers to a request for credentials, by key of what was asked. */
const seen: string[] = [];
let assumeCount = 0;
let ssoStatus = 200;

before(async () => {
  server = await startLoopback(t, [serve]);
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, {
    HOME: home,
    AWS_ENDPOINT_URL_STS: `${server.url}/sts`,
    AWS_ENDPOINT_URL_SSO: `${server.url}/sso`,
    AWS_ENDPOINT_URL_SSO_OIDC: `${server.url}/oidc`,
    AWS_ENDPOINT_URL_SIGNIN: `${server.url}/signin`,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: server.url,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
});
after(async () => {
  for (const cleanUp of cleanUps) await cleanUp();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  seen.length = 0;
  assumeCount = 0;
  ssoStatus = 200;
  rmSync(path.join(home, ".aws"), { recursive: true, force: true });
  mkdirSync(path.join(home, ".aws"));
});

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

function serve({ method, url, headers, body }: ReceivedRequest, response: ServerResponse): void {
  const send = (status: number, type: string, text: string) => {
    response.writeHead(status, { "content-type": type, connection: "close" }).end(text);
  };
  const json = (value: object, status = 200) => send(status, "application/json", JSON.stringify(value));
  if (url.startsWith("/sts")) {
    const form = new URLSearchParams(body);
    const action = form.get("Action") ?? "";
    const key = /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1] ?? "unsigned";
    const details = ["RoleArn", "ExternalId", "DurationSeconds", "SerialNumber", "TokenCode", "WebIdentityToken"];
    seen.push([action, key, ...details.map((name) => form.get(name) ?? "")].join("|"));
    assumeCount++;
    const role = form.get("RoleArn")?.split("/").at(-1) ?? "";
    if (role === "forbidden") {
      const error = "<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not you</Message></Error>";
      send(403, "text/xml", `<ErrorResponse>${error}<RequestId>r</RequestId></ErrorResponse>`);
      return;
    }
    send(
      200,
      "text/xml",
      `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>
        <AccessKeyId>KEY-${role}-${assumeCount}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
        <SessionToken>t</SessionToken><Expiration>${inAnHour()}</Expiration></Credentials>
        <AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/${role}/x</Arn><AssumedRoleId>i</AssumedRoleId>
        </AssumedRoleUser></${action}Result></${action}Response>`,
    );
  } else if (url.startsWith("/sso")) {
    seen.push(`sso|${url.split("?")[1] ?? ""}|${String(headers["x-amz-sso_bearer_token"])}`);
    if (ssoStatus !== 200) {
      response.setHeader("x-amzn-errortype", "UnauthorizedException");
      json({ message: "Session token not found or invalid" }, ssoStatus);
      return;
    }
    const expiration = Date.now() + 3_600_000;
    json({ roleCredentials: { accessKeyId: "KEY-sso", secretAccessKey: "s", sessionToken: "t", expiration } });
  } else if (url.startsWith("/oidc")) {
    seen.push(`oidc|${body}`);
    json({ accessToken: "renewed-token", expiresIn: 3600, refreshToken: "next", tokenType: "Bearer" });
  } else if (url.startsWith("/signin")) {
    seen.push(`signin|${headers.dpop === undefined ? "no proof" : "proof"}`);
    json({
      accessToken: { accessKeyId: "KEY-login-2", secretAccessKey: "s", sessionToken: "t" },
      tokenType: "aws_sigv4",
      expiresIn: 900,
      refreshToken: "next",
    });
  } else if (url === "/container") {
    seen.push(`container|${headers.authorization ?? ""}`);
    json({ AccessKeyId: "KEY-container", SecretAccessKey: "s", Token: "t", Expiration: inAnHour(), AccountId: "1" });
  } else if (url === "/latest/api/token") {
    seen.push(`imds|${method}`);
    send(200, "text/plain", "imds-token");
  } else if (url.startsWith("/latest/meta-data/iam/security-credentials")) {
    if (url.endsWith("/")) send(200, "text/plain", "the-role");
    else json({ Code: "Success", AccessKeyId: "KEY-imds", SecretAccessKey: "s", Token: "t", Expiration: inAnHour() });
  } else {
    send(404, "text/plain", "");
  }
}

function writeConfig(config: string, credentials = ""): void {
  writeFileSync(path.join(home, ".aws", "config"), config);
  writeFileSync(path.join(home, ".aws", "credentials"), credentials);
}

async function source(profile: string, options: Partial<ProfileOptions> = {}) {
  const config = await loadSharedConfig(process.env);
  return profileCredentials(profile, { config, region: "eu-west-1", ...options });
}

const keyOf = async (profile: string, options: Partial<ProfileOptions> = {}) =>
  (await (await source(profile, options)).get()).accessKeyId;

/** Sets variables for one test. */
async function withEnvironment(values: Readonly<Record<string, string>>, run: () => Promise<void>): Promise<void> {
  Object.assign(process.env, values);
  try {
    await run();
  } finally {
    for (const name of Object.keys(values)) Reflect.deleteProperty(process.env, name);
  }
}

const base = "[base]\naws_access_key_id = KEY-base\naws_secret_access_key = s\n";

test("Static keys, with a session token and the account", async () => {
  writeConfig(
    "[default]\naws_account_id = 444455556666\n",
    `${base}[default]\naws_access_key_id = K\naws_secret_access_key = S\naws_session_token = T\n`,
  );
  const credentials = await (await source("default")).get();
  assert.deepEqual(
    { ...credentials, $source: undefined },
    { accessKeyId: "K", secretAccessKey: "S", sessionToken: "T", accountId: "444455556666", $source: undefined },
  );
  assert.equal(await keyOf("base"), "KEY-base");
});

test("The files may be elsewhere", async () => {
  const elsewhere = path.join(home, "elsewhere");
  writeFileSync(elsewhere, "[here]\naws_access_key_id = KEY-here\naws_secret_access_key = s\n");
  await withEnvironment({ AWS_SHARED_CREDENTIALS_FILE: elsewhere }, async () => {
    assert.equal(await keyOf("here"), "KEY-here");
  });
});

test("A role is assumed with the keys of its source, its external id and duration, in its Region", async () => {
  writeConfig(
    "[profile role]\nrole_arn = arn:aws:iam::1:role/one\nsource_profile = base\nexternal_id = ext\nduration_seconds = 900\n",
    base,
  );
  const credentials = await (await source("role")).get();
  assert.equal(credentials.accessKeyId, "KEY-one-1");
  assert.equal(credentials.accountId, "111122223333");
  assert.deepEqual(seen, ["AssumeRole|KEY-base|arn:aws:iam::1:role/one|ext|900|||"]);
  const { authorization } = server.requests.at(-1)?.headers ?? {};
  assert.match(authorization ?? "", /\/eu-west-1\/sts\/aws4_request/);
});

test("A chain of roles is assumed one after the other", async () => {
  writeConfig(
    "[profile two]\nrole_arn = arn:aws:iam::1:role/two\nsource_profile = one\n[profile one]\nrole_arn = arn:aws:iam::1:role/one\nsource_profile = base\n",
    base,
  );
  assert.equal(await keyOf("two"), "KEY-two-2");
  assert.deepEqual(
    seen.map((line) => line.split("|").slice(1, 3)),
    [
      ["KEY-base", "arn:aws:iam::1:role/one"],
      ["KEY-one-1", "arn:aws:iam::1:role/two"],
    ],
  );
});

test("A circle of roles is an error that names it, with file and line", async () => {
  writeConfig("[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a\n");
  await assert.rejects(keyOf("a"), (error: unknown) => {
    assert.ok(error instanceof UserError);
    assert.match(error.message, /profile a: .*cycle.*config:3: .*circle: a → b → a/);
    return true;
  });
});

test("A role that may not be assumed says why", async () => {
  writeConfig("[profile f]\nrole_arn = arn:aws:iam::1:role/forbidden\nsource_profile = base\n", base);
  await assert.rejects(
    keyOf("f"),
    (error: unknown) => error instanceof UserError && error.message.includes("profile f: not you"),
  );
});

test("The code of an MFA device is asked for once, however many wait, and sent", async () => {
  writeConfig(
    "[profile m]\nrole_arn = arn:aws:iam::1:role/m\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n",
    base,
  );
  const prompts: string[] = [];
  const promptMfa = (serial: string, profile: string) => {
    prompts.push(`${profile} ${serial}`);
    return Promise.resolve("123456");
  };
  const credentials = await source("m", { promptMfa });
  await Promise.all([credentials.get(), credentials.get(), credentials.get()]);
  assert.deepEqual(prompts, ["m arn:aws:iam::1:mfa/me"]);
  assert.deepEqual(seen, ["AssumeRole|KEY-base|arn:aws:iam::1:role/m||3600|arn:aws:iam::1:mfa/me|123456|"]);
});

test("Declining the MFA prompt cancels, and the next call asks again", async () => {
  writeConfig(
    "[profile m]\nrole_arn = arn:aws:iam::1:role/m\nsource_profile = base\nmfa_serial = arn:aws:iam::1:mfa/me\n",
    base,
  );
  let prompts = 0;
  const promptMfa = () => (prompts++ === 0 ? Promise.reject(new CancelledError()) : Promise.resolve("1"));
  const credentials = await source("m", { promptMfa });
  await assert.rejects(credentials.get(), CancelledError);
  assert.equal((await credentials.get()).accessKeyId, "KEY-m-1");
});

test("credential_process is run once, its output memoised until five minutes before it expires", async () => {
  const log = path.join(home, "runs");
  const script = path.join(home, "process.cjs");
  writeFileSync(
    script,
    `const fs = require("node:fs"); fs.appendFileSync(${JSON.stringify(log)}, "x");
     const n = fs.readFileSync(${JSON.stringify(log)}, "utf8").length;
     console.log(JSON.stringify({ Version: 1, AccessKeyId: "KEY-" + n, SecretAccessKey: "s", SessionToken: "t",
       Expiration: new Date(Date.now() + 3600000).toISOString(), AccountId: "777788889999" }));`,
  );
  writeConfig(`[profile p]\ncredential_process = "${process.execPath}" "${script}"\n`);
  const clock = new FakeClock(Date.now());
  const credentials = await source("p", { clock });
  const [first] = await Promise.all([credentials.get(), credentials.get()]);
  assert.deepEqual([first.accessKeyId, first.accountId], ["KEY-1", "777788889999"]);
  await clock.advance(54 * 60_000);
  assert.equal((await credentials.get()).accessKeyId, "KEY-1");
  await clock.advance(2 * 60_000);
  assert.equal((await credentials.get()).accessKeyId, "KEY-2", "renewed within the last five minutes");
  credentials.invalidate();
  assert.equal((await credentials.get()).accessKeyId, "KEY-3", "renewed when the service refused them");
  assert.equal(readFileSync(log, "utf8"), "xxx");
});

test("Security 1: a credential_process starts in the home folder, not in one that a workspace may be", async () => {
  const keys = `{ Version: 1, AccessKeyId: process.cwd(), SecretAccessKey: "s" }`;
  const script = path.join(home, "where.cjs");
  writeFileSync(script, `console.log(JSON.stringify(${keys}))`);
  writeConfig(`[profile p]\ncredential_process = "${process.execPath}" "${script}"\n`);
  const credentials = await source("p");
  assert.equal((await credentials.get()).accessKeyId, realpathSync(homedir()));
});

test("A process that fails says so, and its failure is not memoised", async () => {
  const flag = path.join(home, "mended");
  const keys = JSON.stringify({ Version: 1, AccessKeyId: "KEY-mended", SecretAccessKey: "s" });
  const script = path.join(home, "failing.sh");
  writeFileSync(script, `[ -e '${flag}' ] || { echo broken >&2; exit 3; }\necho '${keys}'\n`);
  writeConfig(`[profile p]\ncredential_process = sh "${script}"\n`);
  const credentials = await source("p");
  await assert.rejects(
    credentials.get(),
    (error: unknown) => error instanceof UserError && error.message.includes("broken"),
  );
  writeFileSync(flag, "");
  assert.equal((await credentials.get()).accessKeyId, "KEY-mended");
});

test("Web identity sends the token of its file, unsigned", async () => {
  const token = path.join(home, "token");
  writeFileSync(token, "the-token");
  writeConfig(`[profile w]\nrole_arn = arn:aws:iam::1:role/w\nweb_identity_token_file = ${token}\n`);
  assert.equal(await keyOf("w"), "KEY-w-1");
  assert.deepEqual(seen, ["AssumeRoleWithWebIdentity|unsigned|arn:aws:iam::1:role/w|||||the-token"]);
});

test("A role from the environment, from the container, and from the instance", async () => {
  const role = (name: string, from: string) =>
    `[profile ${name}]\nrole_arn = arn:aws:iam::1:role/${name}\ncredential_source = ${from}\n`;
  writeConfig(role("e", "Environment") + role("c", "EcsContainer") + role("i", "Ec2InstanceMetadata"));
  await withEnvironment({ AWS_ACCESS_KEY_ID: "KEY-env", AWS_SECRET_ACCESS_KEY: "s" }, async () => {
    assert.equal(await keyOf("e"), "KEY-e-1");
  });
  await withEnvironment(
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/container`, AWS_CONTAINER_AUTHORIZATION_TOKEN: "auth" },
    async () => {
      assert.equal(await keyOf("c"), "KEY-c-2");
    },
  );
  assert.equal(await keyOf("i"), "KEY-i-3");
  assert.deepEqual(
    seen.map((line) => line.split("|").slice(0, 2).join("|")),
    ["AssumeRole|KEY-env", "container|auth", "AssumeRole|KEY-container", "imds|PUT", "AssumeRole|KEY-imds"],
  );
});

test("Without any file, the default profile is the environment, then the container, then the instance", async () => {
  rmSync(path.join(home, ".aws"), { recursive: true });
  await withEnvironment({ AWS_ACCESS_KEY_ID: "KEY-env", AWS_SECRET_ACCESS_KEY: "s" }, async () => {
    assert.equal(await keyOf("default"), "KEY-env");
  });
  await withEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/container` }, async () => {
    assert.equal(await keyOf("default"), "KEY-container");
  });
  assert.equal(await keyOf("default"), "KEY-imds");
});

test("A default profile with nothing but a Region leaves the credentials to the machine", async () => {
  writeConfig(`[default]\nregion = us-east-1\n`, base);
  await withEnvironment({ AWS_ACCESS_KEY_ID: "KEY-env", AWS_SECRET_ACCESS_KEY: "s" }, async () => {
    assert.equal(await keyOf("default"), "KEY-env");
  });
  await withEnvironment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${server.url}/container` }, async () => {
    assert.equal(await keyOf("default"), "KEY-container");
  });
  assert.equal(await keyOf("default"), "KEY-imds");
  await withEnvironment({ AWS_PROFILE: "base" }, async () => {
    await assert.rejects(keyOf("default"), UserError, "never the credentials of another profile");
  });
});

const ssoSession = `[profile s]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = admin\n[sso-session work]\nsso_region = us-west-2\nsso_start_url = https://example.awsapps.com/start\n`;
const ssoLegacy = `[profile s]\nsso_account_id = 123456789012\nsso_role_name = admin\nsso_region = us-west-2\nsso_start_url = https://example.awsapps.com/start\n`;

function writeToken(id: string, token: object): string {
  const cache = path.join(home, ".aws", "sso", "cache");
  mkdirSync(cache, { recursive: true });
  const file = path.join(cache, `${createHash("sha1").update(id).digest("hex")}.json`);
  writeFileSync(file, JSON.stringify(token));
  return file;
}

for (const [form, config, id] of [
  ["sso-session", ssoSession, "work"],
  ["legacy", ssoLegacy, "https://example.awsapps.com/start"],
] as const) {
  test(`SSO in its ${form} form asks the portal with the cached token`, async () => {
    writeConfig(config);
    writeToken(id, { accessToken: `token-${form}`, expiresAt: inAnHour(), region: "us-west-2" });
    assert.equal(await keyOf("s"), "KEY-sso");
    assert.deepEqual(seen, [`sso|account_id=123456789012&role_name=admin|token-${form}`]);
  });

  test(`SSO in its ${form} form asks to sign in without a token, with an old one, and with one that the portal refuses`, async () => {
    writeConfig(config);
    const mustSignIn = (error: unknown) => {
      assert.ok(error instanceof SignInRequiredError, String(error));
      assert.deepEqual([error.profile, error.method], ["s", "sso"]);
      return true;
    };
    await assert.rejects(keyOf("s"), mustSignIn);
    writeToken(id, { accessToken: "old", expiresAt: new Date(Date.now() - 1000).toISOString(), region: "us-west-2" });
    await assert.rejects(keyOf("s"), mustSignIn);
    writeToken(id, { accessToken: "revoked", expiresAt: inAnHour(), region: "us-west-2" });
    ssoStatus = 401;
    await assert.rejects(keyOf("s"), mustSignIn);
    ssoStatus = 200;
    assert.equal(await keyOf("s"), "KEY-sso");
  });
}

test("An SSO token about to expire is renewed, and the renewed one written back", async () => {
  writeConfig(ssoSession.replaceAll("work", "renewing"));
  const file = writeToken("renewing", {
    accessToken: "ending",
    expiresAt: new Date(Date.now() + 60_000).toISOString(),
    clientId: "c",
    clientSecret: "cs",
    refreshToken: "rt",
    region: "us-west-2",
  });
  assert.equal(await keyOf("s"), "KEY-sso");
  assert.match(seen[0] ?? "", /^oidc\|.*"grantType":"refresh_token"/);
  assert.equal(seen[1], "sso|account_id=123456789012&role_name=admin|renewed-token");
  assert.match(readFileSync(file, "utf8"), /renewed-token/);
});

test("A role behind SSO asks to sign in to the profile at the end of the chain", async () => {
  writeConfig(`${ssoSession}[profile r]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = s\n`);
  await assert.rejects(keyOf("r"), (error: unknown) => error instanceof SignInRequiredError && error.profile === "s");
  writeToken("work", { accessToken: "token", expiresAt: inAnHour(), region: "us-west-2" });
  assert.equal(await keyOf("r"), "KEY-r-1");
});

const loginArn = "arn:aws:iam::123456789012:user/me";
/** Returns the token's file. */
function writeLogin(expiresAt: string): string {
  const cache = path.join(home, ".aws", "login", "cache");
  mkdirSync(cache, { recursive: true });
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const token = {
    accessToken: {
      accessKeyId: "KEY-login",
      secretAccessKey: "s",
      sessionToken: "t",
      accountId: "123456789012",
      expiresAt,
    },
    clientId: "arn:aws:signin:::devtools/same-device",
    refreshToken: "r",
    dpopKey: privateKey.export({ format: "pem", type: "sec1" }),
  };
  const file = path.join(cache, `${createHash("sha256").update(loginArn).digest("hex")}.json`);
  writeFileSync(file, JSON.stringify(token));
  return file;
}

test("A console login is used while it lasts, renewed with a proof of its key, and asked for when there is none", async () => {
  writeConfig(`[profile l]\nlogin_session = ${loginArn}\nregion = us-east-1\n`);
  await assert.rejects(keyOf("l"), (error: unknown) => {
    assert.ok(error instanceof SignInRequiredError, String(error));
    assert.deepEqual([error.profile, error.method], ["l", "login"]);
    return true;
  });
  writeLogin(inAnHour());
  assert.equal(await keyOf("l"), "KEY-login");
  writeLogin(new Date(Date.now() + 60_000).toISOString());
  assert.equal(await keyOf("l"), "KEY-login-2");
  assert.deepEqual(seen, ["signin|proof"]);
});

test("A profile that says nothing about credentials is an error that names it", async () => {
  writeConfig("[profile empty]\nregion = us-east-1\n");
  await assert.rejects(
    keyOf("empty"),
    (error: unknown) => error instanceof UserError && error.message.includes("empty"),
  );
});

test("A file that changed is read anew", async () => {
  writeConfig("", base);
  assert.equal(await keyOf("base"), "KEY-base");
  writeConfig("", base.replace("KEY-base", "KEY-other"));
  assert.equal(await keyOf("base"), "KEY-other");
});

test("The environment of the process is left as it was", async () => {
  writeConfig("[profile role]\nrole_arn = arn:aws:iam::1:role/one\nsource_profile = base\n", base);
  const before = JSON.stringify(process.env);
  await keyOf("role");
  assert.equal(JSON.stringify(process.env), before);
});

test("Security 10: a damaged token file of a console login is named, and nothing of it is quoted", async () => {
  writeConfig(`[profile l]\nlogin_session = ${loginArn}\nregion = us-east-1\n`);
  const file = writeLogin(inAnHour());
  writeFileSync(file, '{"refreshToken":zzrefresh,"clientId":"c"}');
  await assert.rejects(keyOf("l"), (error: unknown) => {
    assert.ok(error instanceof SignInRequiredError);
    assert.match(error.message, /login\/cache\/\w+\.json.* is not valid JSON/);
    assert.doesNotMatch(error.message, /zz/);
    return true;
  });
});
