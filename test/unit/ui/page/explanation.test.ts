import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { createKinds } from "../../../../src/instances/kinds/registry";
import { FailureExplanation } from "../../../../src/ui/page/explanation";
import {
  accountId,
  denied,
  sessionWith,
  simulated,
  user,
  type Answers,
} from "../../instances/prerequisites/prerequisitesWorld";

const kind = createKinds({ chimeApi: () => "identity" }).get("supplyChain")!;
const at = Date.UTC(2026, 10, 28, 14, 3, 20);

/** What the page says after a look, for user/teams/mia. */
async function lookedUp(LookupEvents: Answers[string], refused: Parameters<typeof simulated>[0] = {}) {
  const answers = { GetCallerIdentity: user, LookupEvents, SimulatePrincipalPolicy: simulated(refused) };
  const failed = {
    kind,
    session: sessionWith(answers),
    draft: { kind: kind.id, values: {}, tags: {} },
    from: at,
    to: at,
    instanceId: "i-1",
    what: "Supply Chain instance north",
    error: "Access denied",
  };
  const done = new EventTarget();
  const explanation = new FailureExplanation(
    () => failed,
    () => explanation.model.status === "done" && done.dispatchEvent(new Event("done")),
  );
  const ended = once(done, "done");
  explanation.look();
  await ended;
  return explanation.model;
}

const forEve = () => ({
  Events: [
    {
      EventTime: at,
      CloudTrailEvent: JSON.stringify({
        eventSource: "s3.amazonaws.com",
        eventName: "CreateBucket",
        errorCode: "AccessDenied",
        userIdentity: { arn: `arn:aws:iam::${accountId}:user/eve`, invokedBy: "scn.amazonaws.com" },
      }),
    },
  ],
});

test("That nothing was denied is said only of those whose events were read", async () => {
  const all = await lookedUp(() => ({ Events: [] }));
  assert.equal(all.text, "CloudTrail shows nothing of this creation that was denied in that time.");
  const own = await lookedUp(({ LookupAttributes }) => (LookupAttributes ? {} : { Events: [], NextToken: "more" }));
  assert.equal(own.text, "CloudTrail shows nothing that was denied to you in that time.");
  assert.ok(own.notes.includes("There were more events than were looked through."));
});

test("What may have been denied for another instance is less certain, and its creator is not made out to be who looks", async () => {
  const model = await lookedUp(forEve, { "s3:CreateBucket": {} });
  assert.equal(
    model.text,
    "CloudTrail, perhaps: 1 action was denied to others in that time. Whether for this instance is not known.",
  );
  assert.equal(model.denials[0]?.now?.text, "Also denied to you by simulation now: no policy allows it");
  assert.match(model.rights?.text ?? "", /^Now, by simulation, for user\/teams\/mia: /);
  assert.ok(model.notes.includes("CloudTrail does not say who created it."));
  assert.ok(
    model.notes.includes("Copy the missing policy, which you need to create it again. Attach it to the user mia."),
  );
});

test("That CloudTrail could not be looked at is what came of it, and is heard like that", async () => {
  const { text, notes } = await lookedUp(denied);
  assert.equal(text, "CloudTrail was not looked at, because cloudtrail:LookupEvents is not allowed.");
  assert.deepEqual(notes, []);
});

test("A look before the account is known says so, and is not silent", () => {
  const explanation = new FailureExplanation(
    () => undefined,
    () => {},
  );
  explanation.look();
  const { status, text } = explanation.model;
  assert.deepEqual([status, text], ["done", "Could not look: the account is not known yet."]);
});
