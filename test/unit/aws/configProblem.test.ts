import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { configProblem } from "../../../src/aws/configProblem";
import { loadSharedConfig } from "../../../src/aws/sharedConfig";

interface CleansUp {
  after(cleanUp: () => unknown): void;
}

const keys = "[prod]\naws_access_key_id = k\naws_secret_access_key = s\n";

function home(t: CleansUp, config: string | Buffer, credentials: string): string {
  const directory = mkdtempSync(path.join(tmpdir(), "problem-"));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  mkdirSync(path.join(directory, ".aws"));
  writeFileSync(path.join(directory, ".aws", "config"), config);
  writeFileSync(path.join(directory, ".aws", "credentials"), credentials);
  return directory;
}

/** `config:3`, or nothing when the profile may be used. */
async function problemOf(t: CleansUp, config: string | Buffer, credentials = keys, more: Record<string, string> = {}) {
  const problem = configProblem("prod", await loadSharedConfig({ HOME: home(t, config, credentials), ...more }));
  return problem && `${path.basename(problem.file)}:${problem.line ?? ""}`;
}

const role = "[profile prod]\nrole_arn = r\nsource_profile = base\nservices = local\nsso_session = work\n";
const utf16 = Buffer.from("[profile prod]\nendpoint_url = https://a.example\n", "utf16le");

const refused: readonly (readonly [what: string, expected: string, config: string | Buffer, credentials?: string])[] = [
  ["a header without an end", "config:1", "[profile prod\nendpoint_url = https://a.example\n"],
  ["another profile's header without an end", "config:3", "[profile prod]\nregion = x\n[profile other\n"],
  ["a header without a name", "config:1", "[]\nendpoint_url = https://a.example\n"],
  ["binary content", "config:", Buffer.from([0x5b, 0x00, 0x01, 0xff, 0x0a])],
  ["text as Windows may save it", "config:", utf16],
  ["a file that begins in the middle", "config:1", "endpoint_url = https://a.example\n[profile prod]\n"],
  ["a line that is not read", "config:2", "[profile prod]\nendpoint_u\n"],
  ["a line without a name", "config:2", "[profile prod]\n= https://a.example\n"],
  ["a line that is not read, in the credentials", "credentials:2", "", `[prod]\naws_sess\n${keys.slice(7)}`],
  ["a line that is not read, of its source", "config:2", `[profile base]\nendpoint_u\n${role}`],
  ["a line that is not read, of its services", "config:2", `[services local]\nsts\n${role}`],
  ["the same, with quotes", "config:2", `[services "local"]\nsts\n${role}`],
  ["a line that is not read, of its SSO session", "config:2", `[sso-session work]\nsso_r\n${role}[services local]\n`],
  ["services that are gone", "config:2", "[profile prod]\nservices = local\n"],
  ["settings without the word profile", "config:1", "[prod]\nendpoint_url = https://a.example\n"],
  ["settings of a source without the word profile", "config:1", `[base]\nendpoint_url = u\n${role}[services local]\n`],
  ["settings with a wrong word", "config:1", "[profil prod]\nendpoint_url = https://a.example\n"],
  ["a header with a space too many", "config:1", "[profile  prod]\nendpoint_url = https://a.example\n"],
  ["a header with spaces around it", "config:1", "[ profile prod ]\nendpoint_url = https://a.example\n"],
  ["settings of the other file", "credentials:4", "", `${keys}[profile prod]\nendpoint_url = https://a.example\n`],
  ["a name that poisons the file", "config:2", "\n[profile __proto__]\n"],
];
for (const [what, expected, config, credentials] of refused) {
  test(`Row 22: a profile is refused for ${what}`, async (t) => {
    assert.equal(await problemOf(t, config, credentials), expected);
  });
}

const accepted: readonly (readonly [what: string, config: string | Buffer])[] = [
  ["a setting that comes twice", "[profile prod]\nregion = a\nregion = b\n"],
  ["a section that comes twice", "[profile prod]\nregion = a\n[profile prod]\noutput = b\n"],
  ["sections of old tools", "[plugins]\nx = y\nnonsense\n[preview]\nz = true\n[group a]\nendpoint_url = u\n"],
  ["a relic that says what a connection has anyway", "[prod]\nregion = a\noutput = json\ncli_pager =\n"],
  ["another profile's line", "[profile other]\nnonsense\n[profile prod]\nregion = a\n"],
  ["services that it does not use", "[services other]\nnonsense\n[profile prod]\nregion = a\n"],
  ["a comment in another encoding", Buffer.from("# f\u00fcr alle\n[profile prod]\nregion = a\n", "latin1")],
  ["comments, blank lines and tabs", "\ufeff# a\r\n\t\r\n[profile prod] ; b\r\nregion = a # c\r\n"],
];
for (const [what, config] of accepted) {
  test(`Row 22: a profile is not refused for ${what}`, async (t) => {
    assert.equal(await problemOf(t, config), undefined);
  });
}

test("Row 22: a profile is not refused for keys of another one whose name has a space", async (t) => {
  const others = "[old prod]\naws_access_key_id = k\naws_secret_access_key = s\n";
  assert.equal(await problemOf(t, "[profile prod]\nregion = a\n", `${keys}${others}`), undefined);
});

test("Row 22: a file that cannot be read is a reason, and one that the environment names and that is not there is none", async (t) => {
  const directory = home(t, "", keys);
  assert.equal(await problemOf(t, "", keys, { AWS_CONFIG_FILE: directory }), `${path.basename(directory)}:`);
  assert.equal(await problemOf(t, "", keys, { AWS_CONFIG_FILE: path.join(directory, "none") }), undefined);
});
