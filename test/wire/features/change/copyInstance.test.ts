import assert from "node:assert/strict";
import { test } from "node:test";
import { copyCreateCommand, createLikeThis } from "../../../../src/features/change/copyInstance";
import type { CreateWizard } from "../../../../src/ui/prompts/wizard";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";
import { connection, instanceNode, openWorld } from "../flowWorld";

const values = { instanceName: "demand", instanceDescription: "It's 50% done", webAppDnsDomain: "demand-web" };

test("The create command carries everything, tags included, quoted for the shell", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values, tags: { "cost center": "4 2" } });
  const prompts = new ScriptedPrompts();
  await copyCreateCommand({ ...world, prompts, deleteConfirmation: () => "button" }, instanceNode(instance));
  assert.deepEqual(world.copied, [
    String.raw`aws supplychain create-instance --instance-name demand --instance-description 'It'\''s 50% done' --web-app-dns-domain demand-web --tags '{"cost center":"4 2"}' --region us-east-1 --profile ${connection.profile} --endpoint-url ${world.sandbox.endpoint}`,
  ]);
  assert.deepEqual(prompts.informed, ["Copied the create command of demand."]);
});

test("A copy has everything but the domain, and says why that is missing", async (t) => {
  const world = await openWorld(t);
  const instance = await world.create("supplyChain", { values, tags: { team: "a" } });
  const requests: Parameters<CreateWizard["run"]>[0][] = [];
  const wizard: CreateWizard = {
    run: (request) => {
      requests.push(request);
      return Promise.resolve();
    },
  };
  const prompts = new ScriptedPrompts();
  await createLikeThis({ ...world, prompts, wizard, deleteConfirmation: () => "button" }, instanceNode(instance));
  assert.deepEqual(requests, [
    {
      kind: "supplyChain",
      connection,
      draft: {
        kind: "supplyChain",
        values: { instanceName: "demand", instanceDescription: "It's 50% done" },
        tags: { team: "a" },
      },
      notes: { webAppDnsDomain: "Not copied: a domain belongs to one instance only" },
    },
  ]);
});
