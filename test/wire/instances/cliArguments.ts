import assert from "node:assert/strict";
import type { Draft } from "../../../src/instances/draft";
import type { Kind } from "../../../src/instances/kind";

/** Options as the AWS CLI reads them: the word after, unless joined with `=`; a word with `-` in front is another option. */
export function optionsOf(args: readonly string[]): Map<string, string> {
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

/** The draft that a command would create, as the CLI understands its arguments. */
export function draftFrom(kind: Kind, args: readonly string[]): Draft {
  const options = optionsOf(args);
  const input = options.get("--cli-input-json");
  const members = input === undefined ? undefined : (JSON.parse(input) as Record<string, unknown>);
  const values: Record<string, string> = {};
  for (const field of kind.fields) {
    const value = members ? members[field.apiName] : options.get(optionNames[field.id]!);
    if (value !== undefined) values[field.id] = value as string;
  }
  const text = options.get("--tags");
  const tags = (members ? (members.tags ?? members.Tags) : text === undefined ? undefined : JSON.parse(text)) as
    Record<string, string> | { Key: string; Value: string }[] | undefined;
  const entries = Array.isArray(tags) ? tags.map((tag) => [tag.Key, tag.Value] as const) : Object.entries(tags ?? {});
  return { kind: kind.id, values, tags: Object.fromEntries(entries) };
}
