import fc from "fast-check";
import type { Draft } from "../../../src/instances/draft";
import type { Kind } from "../../../src/instances/kind";

/** Text that is often, but not always, what the field wants: from its own alphabet, with strangers mixed in. */
function almost(alphabet: string, max: number): fc.Arbitrary<string> {
  const strangers = [".", "\n", "é", "\u02bc", "'", "😀", "/", " ", "-", "%", "_", "\u0000", "~"];
  const character = fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...Array.from(alphabet)) },
    { weight: 1, arbitrary: fc.constantFrom(...strangers) },
  );
  return fc.oneof(
    fc.string({ unit: character, maxLength: max + 2 }),
    fc.string({ unit: fc.constantFrom(...Array.from(alphabet)), minLength: max - 1, maxLength: max + 1 }),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
}

const letters = "abcXYZ019";

const fields: Readonly<Record<string, fc.Arbitrary<string>>> = {
  instanceName: almost(`${letters} _'%-\u02bc`, 63),
  instanceDescription: almost(`${letters}., _'%-\u02bc`, 500),
  kmsKeyArn: fc.oneof(
    fc.constantFrom(
      "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555",
      "arn:aws:kms:us-east-1:123456789012:alias/data",
      "arn:aws-cn:kms:::key/",
      "arn:aws:kms:us-east-1:123456789012:key/a\nb",
    ),
    fc.string({ maxLength: 1100 }).map((id) => `arn:aws:kms:us-east-1:123456789012:key/${id}`),
    almost(letters, 30),
  ),
  webAppDnsDomain: almost(`${letters}-`, 63),
  name: fc.oneof(almost(`${letters} é😀`, 256), fc.string({ unit: "binary", maxLength: 300 })),
  metadata: fc.oneof(almost(`${letters}{}":`, 1024), fc.string({ unit: "binary", maxLength: 1100 })),
};

const tagText = (max: number) =>
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 6 }),
    fc.constantFrom("team", "sandbox:x", "a=b c", "$HOME", "it's"),
    almost(letters, max),
  );

function manyTags(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, "value"]));
}

/** Drafts of a kind, good and bad. Tags whose prefix is AWS's are left out: the models do not speak of them. */
export function draftOf(kind: Kind): fc.Arbitrary<Draft> {
  const values = fc.record(
    Object.fromEntries(kind.fields.map(({ id }) => [id, fc.oneof(fc.constant(""), fields[id]!)])),
  );
  const tags = fc.oneof(
    { weight: 20, arbitrary: fc.dictionary(tagText(128), tagText(256), { maxKeys: 4 }) },
    { weight: 1, arbitrary: fc.integer({ min: kind.tagRules.max - 1, max: kind.tagRules.max + 1 }).map(manyTags) },
  );
  return fc.record({ values, tags }).map((draft) => ({
    kind: kind.id,
    values: Object.fromEntries(Object.entries(draft.values).filter(([, value]) => value !== "")),
    tags: Object.fromEntries(Object.entries(draft.tags).filter(([key]) => !key.toLowerCase().startsWith("aws:"))),
  }));
}
