import assert from "node:assert/strict";
import { test } from "node:test";
import { CancelledError, UserError } from "../../../../src/core/errors";
import { checkPrerequisites } from "../../../../src/features/prerequisites/checkPrerequisites";
import { createKinds } from "../../../../src/instances/kinds/registry";
import type { Sessions } from "../../../../src/instances/connection";
import { FakeClock } from "../../../fakes/clock";
import { ScriptedPrompts, type Reply } from "../../../fakes/scriptedPrompts";
import { hostileTexts } from "../../../fixtures/hostileText";
import {
  accountId,
  connection,
  refusal,
  sessionWith,
  simulated,
  user,
  type Answers,
} from "../../instances/prerequisites/prerequisitesWorld";

const fine: Answers = {
  GetCallerIdentity: user,
  SimulatePrincipalPolicy: simulated(),
  ListInstances: () => ({ Instances: [{ Status: "ACTIVE" }] }),
};
const node = { type: "connection", connection };

function setUp(answers: Answers, ...replies: readonly Reply[]) {
  const prompts = new ScriptedPrompts(...replies);
  const session = sessionWith(answers);
  const copied: string[] = [];
  const deps = {
    prompts,
    clipboard: { writeText: (text: string) => Promise.resolve(void copied.push(text)) },
    clock: new FakeClock(),
    kinds: createKinds({ chimeApi: () => "identity" }),
    sessions: { open: () => Promise.resolve(session) } as unknown as Sessions,
    store: { connections: [connection], listing: () => undefined },
  };
  return { deps, prompts, copied, session };
}

test("A connection and a kind are checked: what is missing can be copied, and checked again", async () => {
  const answers = { ...fine, SimulatePrincipalPolicy: simulated({ "s3:CreateBucket": {} }) };
  const list = "Supply Chain instance in prod · eu-west-1 (123456789012)";
  const { deps, prompts, copied, session } = setUp(
    answers,
    { to: "Choose what is to be created", pick: "Supply Chain instance" },
    { to: list, pick: "Copy missing policy" },
    { to: list, pick: "Show all actions" },
    { to: "What IAM's simulation says", pick: "s3:CreateBucket" },
    { to: list, pick: "actions is not allowed: s3:CreateBucket" },
    {
      to: "$(error) s3:CreateBucket\nno policy allows it · Connect Decisions guide · CloudFormation\n$(pass) scn:CreateInstance\nallowed · ",
      pick: "$(pass) s3:PutObject",
    },
    { to: list, pick: "Check again" },
    { to: list, cancel: true },
  );
  await assert.rejects(checkPrerequisites(deps, node), CancelledError);
  prompts.assertDone();
  assert.match(copied[0] ?? "", /"s3:CreateBucket"/);
  assert.deepEqual(prompts.informed, ["Copied. Attach it to the user mia. Then check again."]);
  const [, first] = prompts.shown;
  assert.match(first?.text ?? "", /\$\(pass\) You are user\/teams\/mia\n\$\(error\) 1 of \d+/);
  assert.match(first?.text ?? "", /\$\(circle-slash\) Quota: not checked/);
  assert.equal(session.requests.filter(({ operation }) => operation === "GetCallerIdentity").length, 2);
});

test("A row of a kind is not asked what is to be created, and findings are there before the last check is", async () => {
  let askedNow = () => {};
  const asked = new Promise<void>((resolve) => (askedNow = resolve));
  const { deps, prompts, session } = setUp(
    {
      ...fine,
      SimulatePrincipalPolicy: () => {
        askedNow();
        return new Promise(() => {});
      },
    },
    { to: "Chime app instance in", pick: "You are user/teams/mia", early: true },
    { to: "Chime app instance in", pick: "You are user/teams/mia", early: true },
    { to: "Chime app instance in", cancel: true },
  );
  const checking = checkPrerequisites(deps, { type: "kind", connection, kind: "chime" });
  const ended = assert.rejects(checking, CancelledError);
  await asked;
  // The last question waits for the run, which gives up the check that hangs.
  await deps.clock.advance(1);
  while (prompts.shown.length < 2) await deps.clock.advance(0);
  await deps.clock.advance(15_000);
  await ended;
  prompts.assertDone();
  assert.match(prompts.shown[0]?.text ?? "", /Checking… \d of 7/);
  assert.match(prompts.shown[2]?.text ?? "", /Rights: not checked, because there was no answer for 15 s/);
  assert.deepEqual(session.requests.map(({ operation }) => operation).sort(), [
    "GetCallerIdentity",
    "SimulatePrincipalPolicy",
  ]);
});

test("What a service says is text: no icon, no second line, nothing hidden", async () => {
  for (const text of Object.values(hostileTexts)) {
    const answers: Answers = {
      GetCallerIdentity: () => ({ Account: accountId, Arn: `arn:aws:iam::${accountId}:user/${text}` }),
      SimulatePrincipalPolicy: () => {
        throw refusal("ServiceFailure", text);
      },
      ListInstances: () => ({ Instances: [{ Status: text }] }),
    };
    const { deps, prompts } = setUp(
      answers,
      { to: "Choose what", pick: "Supply Chain instance" },
      { to: "Supply Chain instance in", cancel: true },
    );
    await assert.rejects(checkPrerequisites(deps, node), CancelledError);
    prompts.assertDone();
    assert.doesNotMatch(prompts.shown[1]?.text ?? "", /(?<!\\)\$\(trash\)/);
  }
});

test("Without a connection there is nothing to check", async () => {
  const { deps } = setUp(fine);
  await assert.rejects(checkPrerequisites({ ...deps, store: { ...deps.store, connections: [] } }), UserError);
});
