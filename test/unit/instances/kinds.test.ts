import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../src/instances/connection";
import { withTags, withValue, emptyDraft, diffTags } from "../../../src/instances/draft";
import { validateDraft } from "../../../src/instances/draftValidation";
import type { Instance } from "../../../src/instances/instance";
import type { Kind } from "../../../src/instances/kind";
import { createKinds } from "../../../src/instances/kinds/registry";

const kinds = createKinds({ chimeApi: () => "identity" });
const supplyChain = kinds.get("supplyChain")!;
const chime = kinds.get("chime")!;
const connection: Connection = { source: "profile", profile: "prod", region: "eu-west-1" };

function messageFor(kind: Kind, field: string, value: string): string | undefined {
  const named = withValue(emptyDraft(kind.id), kind.nameField, "fine");
  return validateDraft(kind, withValue(named, field, value)).find((problem) => problem.field === field)?.message;
}

const instance: Instance = {
  kind: "supplyChain",
  id: "a1b2c3d4-0000-4000-8000-000000000000",
  arn: "arn:aws:scn:eu-west-1:123456789012:instance/a1b2c3d4-0000-4000-8000-000000000000",
  name: "returns-emea",
  state: "Active",
  phase: "ready",
  values: { instanceName: "returns-emea", webAppDnsDomain: "returns-emea" },
  raw: {},
};

test("A Supply Chain name follows the service's pattern, with both apostrophes", () => {
  for (const name of ["a", "a_b-c%d e", "x'y", "x\u02bcy", "a".repeat(63)])
    assert.equal(messageFor(supplyChain, "instanceName", name), undefined, name);
  assert.match(messageFor(supplyChain, "instanceName", "a".repeat(64))!, /^Shorten the name/);
  assert.match(messageFor(supplyChain, "instanceName", "Prod.1")!, /^Use only letters/);
  assert.match(messageFor(supplyChain, "instanceName", "Größe")!, /^Use only letters/);
  assert.match(messageFor(supplyChain, "instanceName", "a\u2019b")!, /^Use only letters/);
  for (const name of ["a'", " a", "-a", "a "])
    assert.match(messageFor(supplyChain, "instanceName", name)!, /^Begin and end the name/, name);
});

test("A description has no line breaks and at most 500 characters", () => {
  assert.equal(messageFor(supplyChain, "instanceDescription", "Plan 7, EMEA. ".repeat(35)), undefined);
  assert.match(messageFor(supplyChain, "instanceDescription", "a".repeat(501))!, /^Shorten the description to 500/);
  assert.match(messageFor(supplyChain, "instanceDescription", "two\nlines")!, /^Use only letters/);
});

test("An encryption key is named by its own ARN", () => {
  assert.equal(messageFor(supplyChain, "kmsKeyArn", "arn:aws:kms:eu-west-1:123456789012:key/mrk-1"), undefined);
  assert.match(
    messageFor(supplyChain, "kmsKeyArn", "arn:aws:kms:eu-west-1:123456789012:alias/data")!,
    /not of an alias/,
  );
  assert.match(messageFor(supplyChain, "kmsKeyArn", "11111111-2222-4333-8444-555555555555")!, /^Enter a key ARN/);
});

test("A web app domain is one label", () => {
  assert.equal(messageFor(supplyChain, "webAppDnsDomain", "a1"), undefined);
  assert.match(messageFor(supplyChain, "webAppDnsDomain", "a")!, /at least 2/);
  assert.match(messageFor(supplyChain, "webAppDnsDomain", "x.scn.global.on.aws")!, /^Enter only the part before/);
  assert.match(messageFor(supplyChain, "webAppDnsDomain", "-ab")!, /^Begin and end/);
  assert.match(messageFor(supplyChain, "webAppDnsDomain", "a".repeat(64))!, /^Shorten/);
});

test("A Chime name is required and may hold any character but controls", () => {
  assert.equal(messageFor(chime, "name", "Größe 😀"), undefined);
  assert.equal(messageFor(chime, "name", "😀".repeat(256)), undefined);
  assert.match(messageFor(chime, "name", "😀".repeat(257))!, /^Shorten the name/);
  assert.match(messageFor(chime, "name", "")!, /^Enter a name/);
  assert.match(messageFor(chime, "name", "bell\u0007")!, /control characters/);
  assert.match(messageFor(chime, "name", "half \ud83d")!, /control characters/);
});

test("Chime metadata is measured in bytes", () => {
  assert.equal(messageFor(chime, "metadata", "é".repeat(512)), undefined);
  assert.match(messageFor(chime, "metadata", "é".repeat(513))!, /1,024 bytes/);
  assert.equal(messageFor(chime, "metadata", '{\n  "a": 1\n}'), undefined);
});

test("Tags follow the rules of their kind", () => {
  const problems = (kind: Kind, tags: Record<string, string>) =>
    validateDraft(kind, withTags(withValue(emptyDraft(kind.id), kind.nameField, "fine"), tags)).map(
      ({ tagKey, message }) => `${tagKey ?? "-"}: ${message}`,
    );
  assert.deepEqual(problems(supplyChain, { empty: "" }), []);
  assert.deepEqual(problems(chime, { empty: "" }), ["empty: Enter a tag value."]);
  assert.match(problems(supplyChain, { "AWS:owner": "me" })[0]!, /which AWS reserves/);
  assert.match(problems(supplyChain, { "": "x" })[0]!, /Enter a tag key/);
  assert.match(problems(supplyChain, { ["k".repeat(129)]: "x" })[0]!, /128 characters/);
  assert.match(problems(supplyChain, { k: "x".repeat(257) })[0]!, /256 characters/);
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));
  assert.deepEqual(problems(supplyChain, many(200)), []);
  assert.match(problems(supplyChain, many(201))[0]!, /at most 200/);
  assert.match(problems(chime, many(51))[0]!, /at most 50/);
});

test("Messages are one short sentence", () => {
  const bad = "\u0007".repeat(3000);
  for (const kind of kinds.all) {
    for (const field of kind.fields) {
      const message = field.validate(bad);
      assert.match(message ?? "", /^[A-Z].{5,90}\.$/, field.id);
    }
  }
});

test("Capture takes everything a create can set, and turns a full domain into its label", () => {
  const captured = supplyChain.capture(
    {
      ...instance,
      values: { ...instance.values, webAppDnsDomain: "returns-emea.scn.global.on.aws", kmsKeyArn: "arn:k" },
    },
    { team: "logistics", "aws:cloudformation:stack-name": "x" },
  );
  assert.deepEqual(captured, {
    kind: "supplyChain",
    values: { instanceName: "returns-emea", kmsKeyArn: "arn:k", webAppDnsDomain: "returns-emea" },
    tags: { team: "logistics" },
  });
});

const webAppUrl = (of: Instance) => supplyChain.webAppUrl?.(of);

test("The web app opens only for an active instance, and only on the service's own domain", () => {
  assert.equal(webAppUrl(instance), "https://returns-emea.scn.global.on.aws");
  assert.equal(webAppUrl({ ...instance, phase: "creating" }), undefined);
  assert.equal(webAppUrl({ ...instance, values: { webAppDnsDomain: "evil.example/?" } }), undefined);
  assert.equal(webAppUrl({ ...instance, values: {} }), undefined);
});

test("Console links follow the partition of the region", () => {
  const url = (region: string) => supplyChain.consoleUrl(instance, { ...connection, region });
  assert.equal(url("eu-west-1"), "https://console.aws.amazon.com/scn/home?region=eu-west-1");
  assert.equal(url("cn-north-1"), "https://console.amazonaws.cn/scn/home?region=cn-north-1");
  assert.equal(url("us-gov-west-1"), "https://console.amazonaws-us-gov.com/scn/home?region=us-gov-west-1");
  assert.match(chime.consoleUrl(instance, connection), /\/chime-sdk\/home\?region=eu-west-1$/);
});

test("Deletion warns of the bucket that stays, and of a Supply Chain instance that owns an app instance", () => {
  assert.match(
    supplyChain.deletionWarnings(instance, {}).join(" "),
    new RegExp(`aws-supply-chain-data-${instance.id} is kept`),
  );
  for (const phase of ["creating", "createFailed"] as const)
    assert.deepEqual(
      supplyChain.deletionWarnings({ ...instance, phase }, {}),
      [
        `If its S3 bucket aws-supply-chain-data-${instance.id} was made, it is kept. Delete it yourself if you do not need it.`,
      ],
      `nobody has data in what is ${phase}`,
    );
  assert.equal(chime.deletionWarnings(instance, {}).length, 1);
  const owned = chime.deletionWarnings(instance, { SCNInstanceId: instance.id });
  assert.match(owned[1]!, new RegExp(`belongs to the Supply Chain instance ${instance.id}`));
});

test("The smallest tag change knows keys that every object has", () => {
  assert.deepEqual(diffTags({ constructor: "a", b: "1", c: "2" }, { toString: "x", b: "1", c: "3" }), {
    set: { toString: "x", c: "3" },
    remove: ["constructor"],
  });
});
