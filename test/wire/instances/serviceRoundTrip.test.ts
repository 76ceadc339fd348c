import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { UserError } from "../../../src/core/errors";
import { validateDraft } from "../../../src/instances/draftValidation";
import type { Instance } from "../../../src/instances/instance";
import type { Kind } from "../../../src/instances/kind";
import { createKinds } from "../../../src/instances/kinds/registry";
import { draftOf } from "../../fixtures/arbitraries";
import { createWorld, type World } from "./world";

const identity = createKinds({ chimeApi: () => "identity" });
const legacy = createKinds({ chimeApi: () => "legacy" });
const supplyChain = identity.get("supplyChain")!;
const subjects: readonly (readonly [string, Kind])[] = [
  ["Supply Chain", supplyChain],
  ["Chime identity", identity.get("chime")!],
  ["legacy Chime", legacy.get("chime")!],
];

async function listAll(kind: Kind, world: World): Promise<Instance[]> {
  const found: Instance[] = [];
  for await (const page of kind.list(await world.open())) found.push(...page);
  return found;
}

for (const [title, kind] of subjects) {
  test(`What is created with a valid draft can be captured as that draft (${title})`, async (t) => {
    const world = await createWorld(t);
    const session = await world.open();
    await fc.assert(
      fc.asyncProperty(draftOf(kind), async (draft) => {
        fc.pre(validateDraft(kind, draft).length === 0);
        // Keys are looked at by the service, and its tags for rehearsals have a meaning.
        fc.pre(
          draft.values.kmsKeyArn === undefined && !Object.keys(draft.tags).some((key) => key.startsWith("sandbox:")),
        );
        const created = await kind.create(session, draft, randomUUID());
        const instance = await kind.get(session, created.id);
        assert.ok(instance);
        const tags = await kind.listTags(session, instance);
        assert.deepEqual(kind.capture(instance, tags), draft);
        await kind.delete(session, created.id);
        assert.equal(await kind.get(session, created.id), undefined);
      }),
      { numRuns: 40 },
    );
  });

  test(`An instance is created, found, changed, tagged and deleted (${title})`, async (t) => {
    const world = await createWorld(t);
    const session = await world.open();
    const requestIds: string[] = [];
    const options = { onAttempt: ({ requestId }: { requestId?: string }) => void requestIds.push(requestId ?? "") };
    const draft = { kind: kind.id, values: { [kind.nameField]: "first" }, tags: { team: "ops" } };
    const token = randomUUID();
    const { id } = await kind.create(session, draft, token, options);
    assert.equal((await kind.create(session, draft, token)).id, id, "the same token makes the same instance");
    const [found, ...others] = await kind.findByName(session, "first");
    assert.ok(found);
    assert.deepEqual([found.id, others, await kind.findByName(session, "fir")], [id, [], []]);
    assert.deepEqual(
      (await listAll(kind, world)).map((instance) => instance.id),
      [id],
    );

    const second = kind.fields[1]!.id;
    await kind.update(session, found, { [second]: "about it" });
    await kind.update(session, (await kind.get(session, id))!, { [kind.nameField]: "second" });
    const changed = await kind.get(session, id);
    assert.deepEqual(
      [changed?.name, changed?.values[second]],
      ["second", "about it"],
      "the other field stays as it was",
    );
    await kind.update(session, changed!, { [second]: "" });
    assert.equal((await kind.get(session, id))?.values[second], undefined, "an empty value clears the field");

    await kind.setTags(session, found, { team: "it", "a key": "a value" });
    await kind.setTags(session, found, {});
    await kind.removeTags(session, found, ["team"]);
    await kind.removeTags(session, found, []);
    assert.deepEqual(await kind.listTags(session, found), { "a key": "a value" });

    await kind.delete(session, id);
    await kind.delete(session, id);
    assert.equal(await kind.get(session, id), undefined);
    assert.ok(requestIds.length === 1 && requestIds[0] !== "");
  });
}

test("The legacy setting speaks to the legacy service, and may change while the extension runs", async (t) => {
  const world = await createWorld(t);
  const session = await world.open();
  const setting = { api: "legacy" as "legacy" | "identity" };
  const chime = createKinds({ chimeApi: () => setting.api }).get("chime")!;
  assert.equal(chime.service.id, "chime");
  await chime.create(session, { kind: "chime", values: { name: "a" }, tags: {} }, randomUUID());
  setting.api = "identity";
  assert.equal(chime.service.id, "chime-sdk-identity");
  await chime.create(session, { kind: "chime", values: { name: "b" }, tags: {} }, randomUUID());
  const { requests } = await world.sandbox.control.ledger();
  assert.deepEqual(
    requests.filter(({ operation }) => operation === "CreateAppInstance").map(({ service }) => service),
    ["chime", "chime-sdk-identity"],
  );
});

test("An unnamed Supply Chain instance is found among the unnamed ones", async (t) => {
  const world = await createWorld(t);
  const session = await world.open();
  await supplyChain.create(session, { kind: "supplyChain", values: { instanceName: "named" }, tags: {} }, randomUUID());
  const { id } = await supplyChain.create(session, { kind: "supplyChain", values: {}, tags: {} }, randomUUID());
  assert.deepEqual(
    (await supplyChain.findByName(session, "")).map((instance) => instance.id),
    [id],
  );
});

test("A failed creation carries the service's own text, and its ARN is made of what the service says", async (t) => {
  const world = await createWorld(t);
  const session = await world.open();
  const draft = { kind: "supplyChain", values: { webAppDnsDomain: "returns" }, tags: { "sandbox:fail-create": "" } };
  const { id } = await supplyChain.create(session, draft, randomUUID());
  const failed = await supplyChain.get(session, id);
  assert.ok(failed);
  assert.deepEqual(
    [failed.state, failed.phase, failed.values.webAppDnsDomain],
    ["CreateFailed", "createFailed", "returns"],
  );
  assert.match(failed.errorMessage ?? "", /^Access denied when attempting to create an S3 bucket/);
  assert.equal(failed.arn, `arn:aws:scn:us-east-1:${world.sandbox.accountId}:instance/${id}`);
  assert.ok(failed.createdAt !== undefined && Math.abs(failed.createdAt - Date.now()) < 60_000);
});

test("Removing the name of a Supply Chain instance is refused before anything is sent", async (t) => {
  const world = await createWorld(t);
  const session = await world.open();
  const { id } = await supplyChain.create(
    session,
    { kind: "supplyChain", values: { instanceName: "n" }, tags: {} },
    randomUUID(),
  );
  const instance = (await supplyChain.get(session, id))!;
  await assert.rejects(supplyChain.update(session, instance, { instanceName: "" }), UserError);
  assert.equal(await world.count("UpdateInstance"), 0);
});
