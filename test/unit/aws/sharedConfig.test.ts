import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { parseKnownFiles } from "@smithy/shared-ini-file-loader";
import fc from "fast-check";
import { configFiles, loadSharedConfig } from "../../../src/aws/sharedConfig";
import type { SharedConfig } from "../../../src/aws/profile";

interface CleansUp {
  after(cleanUp: () => unknown): void;
}

async function home(t: CleansUp): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "shared-config-"));
  t.after(() => rm(directory, { recursive: true, force: true }));
  await mkdir(path.join(directory, ".aws"));
  return directory;
}

async function load(t: CleansUp, config: string, credentials = ""): Promise<SharedConfig> {
  const HOME = await home(t);
  await write({ HOME }, config, credentials);
  return loadSharedConfig({ HOME });
}

/** As if it were done a minute ago: a file that has just been emptied is waited for. */
async function write(env: { readonly HOME: string }, config: string, credentials = ""): Promise<void> {
  const files = configFiles(env);
  const aMinuteAgo = Date.now() / 1000 - 60;
  for (const [file, text] of [
    [files.config, config],
    [files.credentials, credentials],
  ] as const) {
    await writeFile(file, text);
    await utimes(file, aMinuteAgo, aMinuteAgo);
  }
}

/** `config:3 message` */
const told = ({ diagnostics }: SharedConfig) =>
  diagnostics.map(({ file, line, message }) => `${path.basename(file)}:${line ?? ""} ${message}`);

test("The files are those of the environment, a tilde included", () => {
  assert.deepEqual(configFiles({ HOME: "/h" }), { config: "/h/.aws/config", credentials: "/h/.aws/credentials" });
  assert.deepEqual(configFiles({ HOME: "/h", AWS_CONFIG_FILE: "~/a", AWS_SHARED_CREDENTIALS_FILE: "/b" }), {
    config: "/h/a",
    credentials: "/b",
  });
});

test("Row 22: a file that is being written in place, and is empty for a moment, is read when it is there", async (t) => {
  const HOME = await home(t);
  const { config, credentials } = configFiles({ HOME });
  // From here on nothing has to be loaded first.
  await loadSharedConfig({ HOME });
  await writeFile(credentials, "[prod]\naws_access_key_id = K\naws_secret_access_key = S\n");
  await writeFile(config, "");
  const loading = loadSharedConfig({ HOME });
  for (let turns = 0; turns < 50; turns++) await new Promise((resolve) => setImmediate(resolve));
  await writeFile(config, "[profile prod]\nendpoint_url = https://proxy.example\n", { flag: "r+" });
  const { profiles } = await loading;
  assert.equal(profiles.find(({ name }) => name === "prod")?.values.endpoint_url, "https://proxy.example");
});

test("Profiles come with their kind and region, the default first, both files merged", async (t) => {
  const config = await load(
    t,
    `[profile zebra]
region = eu-west-1
role_arn = arn:aws:iam::1:role/a
source_profile = default
[default]
region = us-east-1
[profile sso]
sso_session = work
sso_account_id = 1
sso_role_name = r
[sso-session work]
sso_region = us-east-1
sso_start_url = https://example.com
[profile old-sso]
sso_start_url = https://example.com
[profile process]
credential_process = /bin/true
[profile login]
login_session = arn:aws:iam::1:user/a
[profile web]
role_arn = arn:aws:iam::1:role/a
web_identity_token_file = /t
[profile container]
role_arn = arn:aws:iam::1:role/a
credential_source = EcsContainer
[profile plain]
region = us-west-2
[services local]
kms =
  endpoint_url = http://localhost:1
`,
    `[default]
aws_access_key_id = a
aws_secret_access_key = b
`,
  );
  assert.deepEqual(
    config.profiles.map(({ name, kind, region }) => [name, kind, region]),
    [
      ["default", "static", "us-east-1"],
      ["container", "role", undefined],
      ["login", "login", undefined],
      ["old-sso", "sso", undefined],
      ["plain", "none", "us-west-2"],
      ["process", "process", undefined],
      ["sso", "sso", undefined],
      ["web", "webIdentity", undefined],
      ["zebra", "role", "eu-west-1"],
    ],
  );
  assert.deepEqual(config.services, { local: { "kms.endpoint_url": "http://localhost:1" } });
  assert.deepEqual(Object.keys(config.ssoSessions), ["work"]);
  assert.deepEqual(told(config), []);
});

test("No files at all are no error", async (t) => {
  const config = await loadSharedConfig({ HOME: await home(t) });
  assert.deepEqual([config.profiles, config.diagnostics], [[], []]);
});

test("A file that the environment names must exist, and must be a file", async (t) => {
  const HOME = await home(t);
  const config = await loadSharedConfig({ HOME, AWS_CONFIG_FILE: `${HOME}/none`, AWS_SHARED_CREDENTIALS_FILE: HOME });
  assert.match(told(config)[0] ?? "", /^none: The file could not be read: ENOENT/);
  assert.match(told(config)[1] ?? "", /: The file could not be read: EISDIR/);
});

test(
  "A file that may not be read is told",
  { skip: process.getuid?.() === 0 && "root reads everything" },
  async (t) => {
    const HOME = await home(t);
    await writeFile(path.join(HOME, ".aws", "config"), "[default]\n");
    await chmod(path.join(HOME, ".aws", "config"), 0);
    assert.match(told(await loadSharedConfig({ HOME }))[0] ?? "", /^config: The file could not be read: EACCES/);
  },
);

const malformed: readonly (readonly [what: string, config: string, expected: RegExp])[] = [
  ["a header without an end", "[default]\n[profile a\nregion = x\n", /^config:2 .*\[profile a has no closing \]/],
  ["a header without a name", "[]\n", /^config:1 .*has no name/],
  ["a profile without its word", "[a]\nregion = x\n", /^config:1 .*written \[profile a\]/],
  ["a section of no known type", "[group a]\n", /^config:1 .*no section type group/],
  ["a profile with a space", '[profile "a b"]\n', /^config:1 .*a b is not a valid name/],
  ["a name that would poison objects", "\n[profile __proto__]\n", /^config:2 .*nothing in this file is read/],
  ["a setting before any section", "# c\nregion = x\n[default]\n", /^config:2 .*before the first section/],
  ["a line without =", "[default]\nregion us-east-1\n", /^config:2 .*no =/],
  ["a line without a name", "[default]\n = us-east-1\n", /^config:2 .*no name before its =/],
  ["a section that comes twice", "[profile a]\nx = 1\n[default]\n[profile a]\n", /^config:4 .*already in line 1/],
  ["a setting that comes twice", "[default]\nregion = a\nregion = b\n", /^config:3 region is already set in line 2/],
  ["a missing source", "[profile a]\nrole_arn = r\nsource_profile = b\n", /^config:3 There is no profile b/],
  [
    "a circle of sources",
    "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = a\n",
    /^config:3 .*circle: a → b → a/,
  ],
  ["a missing SSO session", "[profile a]\nsso_session = s\n", /^config:2 There is no section \[sso-session s\]/],
  ["missing services", "[profile a]\nservices = s\n", /^config:2 There is no section \[services s\]/],
  ["an odd source", "[profile a]\nrole_arn = r\ncredential_source = X\n", /^config:3 X is no credential source/],
  ["a role from nowhere", "[profile a]\nrole_arn = r\n", /^config:2 The role has neither/],
  ["half a key", "[profile a]\naws_access_key_id = r\n", /^config:2 .*no aws_secret_access_key/],
];
for (const [what, text, expected] of malformed) {
  test(`${what} is told with file and line`, async (t) => {
    const messages = told(await load(t, text));
    assert.match(messages[0] ?? "", expected);
  });
}

test("A profile written for the other file is told in the credentials file", async (t) => {
  const config = await load(t, "", "[profile a]\naws_access_key_id = a\n[b c]\n");
  assert.match(told(config)[0] ?? "", /^credentials:1 .*written \[a\]/);
  assert.match(told(config)[1] ?? "", /^credentials:3 .*\[b c\] is not read, though the AWS CLI.*name without spaces/);
});

test("The names that the SDK reads in the credentials file are no problem: of several words, and in any script", async (t) => {
  const config = await load(
    t,
    "",
    ["my old prod", "old café", "café", "o'neil x"].map((n) => `[${n}]\nx = ${n}\n`).join(""),
  );
  assert.deepEqual(told(config), []);
  assert.deepEqual(
    config.profiles.map(({ name, values }) => [name, values.x]),
    ["café", "my old prod", "o'neil x", "old café"].map((n) => [n, n]),
  );
});

test("What the SDK does not read in the config file is told with what to write, and for the profile that it was meant for", async (t) => {
  for (const [header, profile, expected] of [
    ["profile café", "café", /café is not a valid name here, though the AWS CLI may take it: rename the profile/],
    ['profile "my old prod"', "my old prod", /my old prod is not a valid name here/],
    ["café", "café", /café is not a valid name here/],
    ["my old prod", "my old prod", /no section type my.*written \[profile NAME\]/],
    ["profil prod", "prod", /no section type profil.*written \[profile NAME\]/],
    ["profile  prod", "prod", /\[profile {2}prod\] is not read: write \[profile prod\]/],
    [" profile prod ", "prod", /is not read: write \[profile prod\]/],
    ["profile 'prod\"", "prod", /is not read: write \[profile prod\]/],
    ["sso-session  work", "work", /is not read: write \[sso-session work\]/],
    ["profile ", "profile", /has no name/],
  ] as const) {
    const config = await load(t, `[${header}]\nendpoint_url = u\n`);
    assert.deepEqual(config.profiles, [], header);
    const [problem] = config.diagnostics;
    assert.deepEqual([problem?.severity, problem?.profile], ["error", profile], header);
    assert.match(problem?.message ?? "", expected);
  }
});

test("A profile that is written for the config file, under a name that it cannot have there, is told in the credentials file", async (t) => {
  for (const [header, name] of [
    ["profile my old prod", "my old prod"],
    ["profile café", "café"],
    ["profile  a", "a"],
    [" a ", "a"],
    ["a ", "a"],
  ] as const) {
    const [problem] = (await load(t, "", `[${header}]\nx = y\n`)).diagnostics;
    assert.equal(problem?.profile, name);
    assert.ok(problem.message.endsWith(`in this file a profile is written [${name}]`), problem.message);
  }
});

test("A role that names itself as the source of its own keys is fine", async (t) => {
  const config = await load(
    t,
    "[profile a]\nrole_arn = r\nsource_profile = a\naws_access_key_id = k\naws_secret_access_key = s\n",
  );
  assert.deepEqual(told(config), []);
});

// The SDK's loader loses profiles that are called like a member of every object (`valueOf`); ours keeps them.
const name = fc.stringMatching(/^[A-Za-z0-9_\-@+.%:/]{1,8}$/).filter((text) => !(text in Object.prototype));
const value = fc.stringMatching(/^[!-:<-~]([ -:<-~]{0,12}[!-:<-~])?$/).filter((text) => !/(^|\s)[;#]/.test(text));
const key = fc.stringMatching(/^[a-z_]{1,10}$/).filter((text) => text !== "__proto__");
const blank = fc.constantFrom("", "", "\n", "# note\n", "; note\n", "   \n", "\r\n");
const setting = fc
  .tuple(key, value, fc.constantFrom("=", " = ", "\t="), fc.constantFrom("", " # note", "\t; note"), blank)
  .map(([k, v, equals, comment, gap]) => ({ key: k, text: `${k}${equals}${v}${comment}\n${gap}` }));
const nested = fc
  .tuple(key, fc.uniqueArray(fc.tuple(key, value), { selector: ([k]) => k, minLength: 1, maxLength: 3 }))
  .map(([k, children]) => ({
    key: k,
    text: `${k} =\n${children.map(([child, v]) => `  ${child} = ${v}\n`).join("")}`,
  }));
const settings = fc
  .uniqueArray(fc.oneof({ weight: 4, arbitrary: setting }, nested), { selector: ({ key: k }) => k, maxLength: 5 })
  .map((list) => list.map(({ text }) => text).join(""));
const sections = (header: (name: string) => string) =>
  fc
    .uniqueArray(fc.tuple(name, settings), { selector: ([n]) => n, maxLength: 4 })
    .map((list) => list.map(([n, body]) => `${header(n)}\n${body}`).join(""));
const configText = fc
  .tuple(
    blank,
    sections((n) => `[profile ${n}]`),
    sections((n) => `[sso-session ${n}]`),
    settings,
  )
  .map(([gap, profiles, sessions, rest]) => `${gap}${profiles}${sessions}[default]\n${rest}`);
const credentialsText = sections((n) => `[${n}]`);

test("A profile called like a member of every object is a profile", async (t) => {
  const { profiles } = await load(t, "[profile valueOf]\nregion = eu-west-1\n");
  assert.deepEqual(
    profiles.map(({ name: n, region }) => [n, region]),
    [["valueOf", "eu-west-1"]],
  );
});

test("On generated files, profiles are those of the SDK's loader, and nothing well-formed is complained about", async (t) => {
  const HOME = await home(t);
  const env = { HOME };
  const files = configFiles(env);
  await fc.assert(
    fc.asyncProperty(configText, credentialsText, async (config, credentials) => {
      await write(env, config, credentials);
      const ours = await loadSharedConfig(env);
      const theirs = await parseKnownFiles({
        filepath: files.credentials,
        configFilepath: files.config,
        ignoreCache: true,
      });
      const expected = Object.entries(theirs).filter(([section]) => !section.startsWith("sso-session."));
      assert.deepEqual(
        Object.fromEntries(ours.profiles.map(({ name: n, values }) => [n, values])),
        Object.fromEntries(expected.map(([n, values]) => [n, { ...values }])),
      );
      // Of the generated keys some mean something; only what concerns whole lines is looked at.
      assert.deepEqual(
        ours.diagnostics.filter(({ message }) => /not read|closing|already|could not/.test(message)),
        [],
      );
    }),
    { numRuns: 150 },
  );
});

const damage: readonly (readonly [text: string, message: RegExp])[] = [
  ["[profile broken\n", /closing/],
  ["[nothing-known-here]\n", /written \[profile/],
  ["[default]\nno equals sign here\n", /no =/],
  ["[default]\n=x\n", /no name/],
];
test("On generated files, damage is found in the very line where it was done", async (t) => {
  const HOME = await home(t);
  await fc.assert(
    fc.asyncProperty(configText, fc.constantFrom(...damage), async (config, [text, message]) => {
      await write({ HOME }, `${config}${text}`);
      const line = `${config}${text}`.split("\n").length - 1;
      const { diagnostics } = await loadSharedConfig({ HOME });
      assert.ok(
        diagnostics.some((diagnostic) => diagnostic.line === line && message.test(diagnostic.message)),
        JSON.stringify(diagnostics),
      );
    }),
    { numRuns: 100 },
  );
});
