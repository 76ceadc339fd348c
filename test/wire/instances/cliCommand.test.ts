import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import type { Service } from "../../../src/aws/operation";
import type { Connection } from "../../../src/instances/connection";
import { emptyDraft, type Draft } from "../../../src/instances/draft";
import { validateDraft } from "../../../src/instances/draftValidation";
import { createKinds } from "../../../src/instances/kinds/registry";
import {
  posixQuoting,
  powerShellQuoting,
  quoteForPowerShell,
  quoteForShell,
  shellQuoting,
} from "../../../src/instances/shellQuoting";
import { draftOf } from "../../fixtures/arbitraries";
import { draftFrom, optionsOf } from "./cliArguments";
import { argumentsFromPowerShell } from "./powerShell";

const bin = mkdtempSync(join(tmpdir(), "cli-"));
after(() => rmSync(bin, { recursive: true, force: true }));
// An `aws` that says what it was given, each argument ended by a NUL.
writeFileSync(join(bin, "aws"), `#!/bin/sh\nprintf '%s\\0' "$@"\n`);
chmodSync(join(bin, "aws"), 0o755);

const kinds = createKinds({ chimeApi: () => "identity" });
const supplyChain = kinds.get("supplyChain")!;
const chime = kinds.get("chime")!;
const connection: Connection = { source: "profile", profile: "my profile", region: "eu-west-1" };

/** The arguments that a real shell hands to the program. */
function argumentsOf(command: string): string[] {
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ""}`, HOME: "/home/nobody" };
  return execFileSync("sh", ["-c", command], { env, encoding: "utf8" }).split("\0").slice(0, -1);
}

test("A plain draft makes the command that one would type", () => {
  const draft: Draft = {
    kind: "supplyChain",
    values: { instanceName: "demand-planning", webAppDnsDomain: "demand" },
    tags: { team: "ops" },
  };
  assert.equal(
    supplyChain.createCommand(draft, { connection }),
    `aws supplychain create-instance --instance-name demand-planning --web-app-dns-domain demand --tags '{"team":"ops"}' --region eu-west-1 --profile 'my profile'`,
  );
  assert.equal(
    chime.createCommand(
      { kind: "chime", values: { name: "support chat" }, tags: { team: "ops" } },
      { connection: { ...connection, source: "sandbox", profile: "sandbox" }, customEndpoint: "http://127.0.0.1:1" },
    ),
    `aws chime-sdk-identity create-app-instance --name 'support chat' --tags '[{"Key":"team","Value":"ops"}]' --region eu-west-1 --profile sandbox --endpoint-url http://127.0.0.1:1`,
    "a sandbox's command must not reach an account",
  );
});

test("The legacy setting makes the legacy command", () => {
  const legacy = createKinds({ chimeApi: () => "legacy" }).get("chime")!;
  assert.match(
    legacy.createCommand({ ...emptyDraft("chime"), values: { name: "a" } }, { connection }),
    /^aws chime create-app-instance --name a /,
  );
});

test("A shell hands on exactly what was quoted", () => {
  const nasty = [
    "",
    "it's",
    `"$HOME" \`id\` $(id)`,
    "a\nb\n",
    "~",
    "*",
    "!x",
    "\\",
    "100%",
    "é😀",
    "-",
    "#",
    "a b",
    "\t",
    "'\\''",
  ];
  assert.deepEqual(argumentsOf(`aws ${nasty.map(quoteForShell).join(" ")}`), nasty);
});

test("Values that the CLI would take for an option or a file arrive as themselves", () => {
  for (const metadata of [
    "--help",
    "-x",
    "file:///etc/passwd",
    "fileb://x",
    "https://example.com/",
    "FILE://x",
    "@file",
    "{}",
  ]) {
    const draft: Draft = { kind: "chime", values: { name: "n", metadata }, tags: { k: "file://v" } };
    assert.deepEqual(draftFrom(chime, argumentsOf(chime.createCommand(draft, { connection }))), draft, metadata);
  }
});

for (const kind of kinds.all) {
  test(`Every valid draft survives the shell and the CLI's own parsing (${kind.id})`, () => {
    fc.assert(
      fc.property(draftOf(kind), (draft) => {
        fc.pre(validateDraft(kind, draft).length === 0);
        const args = argumentsOf(kind.createCommand(draft, { connection }));
        assert.deepEqual(draftFrom(kind, args), draft);
        assert.equal(optionsOf(args).get("--profile"), "my profile");
      }),
      { numRuns: 60 },
    );
  });
}

const controls = "a\u001b[201~\u0003\r\u007f\u009b\u202e\u{e0041}'\"\\ b";

test("Security 2: a profile with control characters is written without any, and arrives as it is", () => {
  const place = { connection: { ...connection, profile: controls } };
  const draft: Draft = { kind: "chime", values: { name: "n" }, tags: {} };
  const command = chime.createCommand(draft, { ...place, quoting: posixQuoting });
  assert.match(command, /^[ -~]+$/);
  assert.equal(optionsOf(argumentsOf(command)).get("--profile"), controls);
  const windows = chime.createCommand(draft, { ...place, quoting: powerShellQuoting });
  assert.match(windows, /^[ -~]+$/);
  assert.equal(optionsOf(argumentsFromPowerShell(windows)).get("--profile"), controls);
});

test("Security 2: PowerShell's words are quoted by its own rules", () => {
  const words = {
    "eu-west-1": "eu-west-1",
    "http://127.0.0.1:1": "http://127.0.0.1:1",
    "": `'""'`,
    "my profile": "'my profile'",
    "it's": "'it''s'",
    "it\u2019s \u2018so\u201a\u201b": "'it\u2019\u2019s \u2018\u2018so\u201a\u201a\u201b\u201b'",
    "a,b": "'a,b'",
    "@x": "'@x'",
    "1kb": "'1kb'",
    "$env:X $(id)": "'$env:X $(id)'",
    "a`n;b|c&d": "'a`n;b|c&d'",
    'say "hi"\\': String.raw`'say \"hi\"\'`,
    [String.raw`\"`]: String.raw`'\\\"'`,
    "a\nb": "(''+'a'+[char]10+'b')",
  };
  for (const [value, word] of Object.entries(words)) assert.equal(quoteForPowerShell(value), word);
  assert.equal(shellQuoting("win32"), powerShellQuoting);
  assert.equal(shellQuoting("linux"), posixQuoting);
  assert.equal(
    chime.createCommand(
      { kind: "chime", values: { name: 'a "b" c' }, tags: {} },
      { connection, quoting: powerShellQuoting },
    ),
    String.raw`& { $PSNativeCommandArgumentPassing = 'Legacy'; aws chime-sdk-identity create-app-instance --cli-input-json '{\"Name\":\"a\u0020\u0022b\u0022\u0020c\"}' --region eu-west-1 --profile 'my profile' }`,
  );
});

for (const kind of kinds.all) {
  test(`Security 2: every valid draft survives PowerShell and the CLI's own parsing (${kind.id})`, () => {
    fc.assert(
      fc.property(draftOf(kind), (draft) => {
        fc.pre(validateDraft(kind, draft).length === 0);
        const command = kind.createCommand(draft, { connection, quoting: powerShellQuoting });
        assert.doesNotMatch(command, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        const args = argumentsFromPowerShell(command);
        assert.deepEqual(draftFrom(kind, args), draft);
        assert.equal(optionsOf(args).get("--profile"), "my profile");
      }),
      { numRuns: 200 },
    );
  });
}

test("Security 12: the command goes to the endpoint of its service, which a setting may have given, and to no other's", () => {
  const draft: Draft = { kind: "supplyChain", values: { instanceName: "n" }, tags: {} };
  const place = (custom: string) => ({
    connection,
    endpointOf: (service: Service) => ({
      isCustom: service.id === custom,
      url: new URL("http://127.0.0.1:4566"),
      signingRegion: "eu-west-1",
    }),
  });
  assert.match(supplyChain.createCommand(draft, place("supplychain")), /--endpoint-url '?http:\/\/127\.0\.0\.1:4566\b/);
  assert.doesNotMatch(supplyChain.createCommand(draft, place("kms")), /endpoint/);
});

test("The command of a recreate deletes, waits until that is done, and creates; what could not be deleted creates nothing", () => {
  const own = mkdtempSync(join(tmpdir(), "cli-recreate-"));
  after(() => rmSync(own, { recursive: true, force: true }));
  const log = join(own, "log");
  const program = (name: string, text: string) => {
    writeFileSync(join(own, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(own, name), 0o755);
  };
  program("sleep", `echo "sleep $1" >> ${log}`);
  const draft: Draft = { kind: "supplyChain", values: { instanceName: "it's" }, tags: {} };
  const command = supplyChain.recreateCommand!("i-1", draft, { connection, quoting: posixQuoting });
  const runWith = (deleteStatus: number, states: readonly string[]) => {
    writeFileSync(log, "");
    writeFileSync(join(own, "states"), states.join("\n"));
    // Each read takes the next state.
    program(
      "aws",
      `echo "$2 $4" >> ${log}
case $2 in
  delete-instance) exit ${deleteStatus} ;;
  get-instance) head -1 ${own}/states; tail -n +2 ${own}/states > ${own}/rest; mv ${own}/rest ${own}/states ;;
esac`,
    );
    const env = { ...process.env, PATH: `${own}:${process.env.PATH ?? ""}` };
    spawnSync("sh", ["-c", command], { env });
    return readFileSync(log, "utf8").trim().split("\n");
  };
  const gone = ["delete-instance i-1", "get-instance i-1", "sleep 10", "get-instance i-1", "create-instance it's"];
  assert.deepEqual(runWith(0, ["Deleting", "Deleted"]), gone);
  const error = "An error occurred (ResourceNotFoundException) when calling the GetInstance operation";
  assert.deepEqual(runWith(0, ["Could not connect to the endpoint", error]), gone, "no answer is not an absence");
  assert.deepEqual(runWith(1, []), ["delete-instance i-1"]);
});

test("PowerShell waits as well", () => {
  const draft: Draft = { kind: "supplyChain", values: { instanceName: "x" }, tags: {} };
  assert.equal(
    supplyChain.recreateCommand!("i-1", draft, {
      connection: { ...connection, profile: "p" },
      quoting: powerShellQuoting,
    }),
    "aws supplychain delete-instance --instance-id i-1 --region eu-west-1 --profile p; if ($LASTEXITCODE -eq 0) { " +
      "while (-not (aws supplychain get-instance --instance-id i-1 --region eu-west-1 --profile p --query instance.state --output text 2>&1 " +
      "| Select-String 'Deleted|ResourceNotFoundException')) { Start-Sleep 10 }; " +
      "aws supplychain create-instance --instance-name x --region eu-west-1 --profile p }",
  );
});
