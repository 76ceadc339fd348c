import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { quoteForShell } from "../../../src/instances/cliCommand";
import type { Connection } from "../../../src/instances/connection";
import { emptyDraft, type Draft } from "../../../src/instances/draft";
import { validateDraft } from "../../../src/instances/draftValidation";
import { createKinds } from "../../../src/instances/kinds/registry";
import { draftOf } from "./arbitraries";

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

/** Options as the AWS CLI reads them: the word after, unless joined with `=`; a word with `-` in front is another option. */
function optionsOf(args: readonly string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (let index = 2; index < args.length; index++) {
    const word = args[index]!;
    const joined = /^(--[a-z-]+)=(.*)$/s.exec(word);
    if (joined) options.set(joined[1]!, joined[2]!);
    else {
      const value = args[++index]!;
      assert.ok(!value.startsWith("-"), `${value} would be taken for an option`);
      options.set(word, value);
    }
  }
  for (const [option, value] of options)
    assert.ok(!/^(?:file|fileb|https?):\/\//i.test(value), `the CLI would read ${value} for ${option}`);
  return options;
}

const optionNames: Readonly<Record<string, string>> = {
  instanceName: "--instance-name",
  instanceDescription: "--instance-description",
  kmsKeyArn: "--kms-key-arn",
  webAppDnsDomain: "--web-app-dns-domain",
  name: "--name",
  metadata: "--metadata",
};

function draftFrom(kind: string, args: readonly string[]): Draft {
  const options = optionsOf(args);
  const input = options.get("--cli-input-json");
  const members = input === undefined ? undefined : (JSON.parse(input) as Record<string, unknown>);
  const values: Record<string, string> = {};
  for (const field of kinds.get(kind)!.fields) {
    const value = members ? members[field.apiName] : options.get(optionNames[field.id]!);
    if (value !== undefined) values[field.id] = value as string;
  }
  const text = options.get("--tags");
  const tags = (members ? (members.tags ?? members.Tags) : text === undefined ? undefined : JSON.parse(text)) as
    Record<string, string> | { Key: string; Value: string }[] | undefined;
  const entries = Array.isArray(tags) ? tags.map((tag) => [tag.Key, tag.Value] as const) : Object.entries(tags ?? {});
  return { kind, values, tags: Object.fromEntries(entries) };
}

void test("a plain draft makes the command that one would type", () => {
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

void test("the legacy setting makes the legacy command", () => {
  const legacy = createKinds({ chimeApi: () => "legacy" }).get("chime")!;
  assert.match(
    legacy.createCommand({ ...emptyDraft("chime"), values: { name: "a" } }, { connection }),
    /^aws chime create-app-instance --name a /,
  );
});

void test("a shell hands on exactly what was quoted", () => {
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

void test("values that the CLI would take for an option or a file arrive as themselves", () => {
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
    assert.deepEqual(draftFrom("chime", argumentsOf(chime.createCommand(draft, { connection }))), draft, metadata);
  }
});

for (const kind of kinds.all) {
  void test(`every valid draft survives the shell and the CLI's own parsing (${kind.id})`, () => {
    fc.assert(
      fc.property(draftOf(kind), (draft) => {
        fc.pre(validateDraft(kind, draft).length === 0);
        // A program cannot be given a NUL.
        fc.pre(!JSON.stringify(draft).includes("\\u0000"));
        const args = argumentsOf(kind.createCommand(draft, { connection }));
        assert.deepEqual(draftFrom(kind.id, args), draft);
        assert.equal(optionsOf(args).get("--profile"), "my profile");
      }),
      { numRuns: 60 },
    );
  });
}
