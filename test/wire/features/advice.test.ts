import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { systemClock } from "../../../src/core/clock";
import { DetailsController } from "../../../src/features/details/controller";
import { connectionKey } from "../../../src/instances/connection";
import type { PrerequisitesModel } from "../../../src/ui/page/protocol/form";
import { RecordingLog } from "../../fakes/recordingLog";
import { openForm, recreateOf } from "./createForm/formWorld";
import { RecordingDetailsHost } from "./details/detailsHost";
import { connection, openWorld, restricted } from "./flowWorld";

/** A sandbox where somebody lacks the rights to S3, and an instance of theirs that failed for it. */
async function openFailed(t: TestContext, log = new RecordingLog()) {
  const flows = await openWorld(t, {}, log);
  const world = { ...flows, clock: systemClock };
  world.store.setConnections([restricted]);
  const session = await world.sessions.open(restricted);
  await world.sandbox.control.setTrailDelay(0);
  const kind = world.kind("supplyChain");
  const draft = { kind: kind.id, values: { instanceName: "north" }, tags: {} };
  const { id } = await kind.create(session, draft, "token-of-more-than-32-characters-0001");
  const instance = (await kind.get(session, id))!;
  assert.equal(instance.phase, "createFailed");
  const scope = { connectionKey: connectionKey(restricted), generation: session.generation };
  world.store.setConnected(scope, { accountId: session.accountId, isLoopback: true });
  world.store.put(scope, instance);
  return { world, kind, instance, log };
}

test("The form checks on request only, streams what it finds, and never holds back Create", async (t) => {
  const { world } = await openFailed(t);
  const { host, send, edit, submit, ready, session } = openForm(world, { type: "create", connection: restricted });
  t.after(() => session.dispose());
  await ready();
  assert.equal(host.last("prerequisites").status, "idle");
  edit({ values: { instanceName: "south" } });
  send({ type: "act", action: "checkPrerequisites" });
  assert.equal(host.last("prerequisites").status, "running");
  const done = await host.until("prerequisites", ({ status }) => status === "done");
  assert.match(done.summary, /^2 of \d need attention$/, "rights, and what was never listed");
  assert.ok(done.checkedAt !== undefined && !done.isOutdated);
  const seen = host.posted.filter((message): message is PrerequisitesModel => message.type === "prerequisites");
  assert.ok(seen.some(({ status, findings }) => status === "running" && findings.length > 0));
  const rights = done.findings.find(({ offer }) => offer)!;
  assert.deepEqual([rights.mark, rights.offer], ["error", { title: "missing policy", copy: "missingPolicy" }]);
  assert.ok(done.actions.some(({ name, mark }) => name === "s3:CreateBucket" && mark === "error"));
  send({ type: "copy", what: "missingPolicy" });
  assert.match(host.copied.at(-1) ?? "", /"s3:CreateBucket"/);

  edit({ values: { instanceName: "other" } });
  await host.until("checked", ({ seq }) => seq === 2);
  assert.equal(host.last("prerequisites").isOutdated, false, "no check looks at a name");
  edit({ values: { instanceName: "other", webAppDnsDomain: "other" } });
  await host.until("prerequisites", ({ isOutdated }) => isOutdated);
  submit({ values: { instanceName: "south" } });
  const outcome = await host.until("outcome", ({ isRunning }) => !isRunning);
  assert.match(outcome.failure?.error ?? "", /S3 bucket/);
});

test("Checks can be stopped, and those of another account are forgotten", async (t) => {
  const { world } = await openFailed(t);
  const { host, send, ready, session } = openForm(world, { type: "create", connection: restricted });
  t.after(() => session.dispose());
  await ready();
  await world.sandbox.control.addFault("SimulatePrincipalPolicy", { kind: "hang" }, 9);
  send({ type: "act", action: "checkPrerequisites" });
  await host.until("prerequisites", ({ findings }) => findings.length > 0);
  send({ type: "act", action: "stopChecking" });
  assert.deepEqual([host.last("prerequisites").status, host.last("prerequisites").findings], ["idle", []]);
  await world.sandbox.control.clearFaults();
  send({ type: "act", action: "checkPrerequisites" });
  await host.until("prerequisites", ({ status }) => status === "done");
  send({ type: "act", action: "retry" });
  assert.equal(host.last("prerequisites").status, "idle");
});

test("The form for what failed looks in CloudTrail, and a reloaded page gets back what was found", async (t) => {
  const { world, instance } = await openFailed(t);
  const request = { ...recreateOf(world, instance), connection: restricted };
  const { host, send, ready, session } = openForm(world, request);
  t.after(() => session.dispose());
  await ready();
  assert.equal(host.last("load").failure?.explanation?.status, "offered");
  send({ type: "act", action: "lookInCloudTrail" });
  assert.equal(host.last("explained").explanation.status, "looking");
  const { explanation } = await host.until("explained", (message) => message.explanation.status === "done");
  assert.equal(explanation.text, "CloudTrail, likely: 1 action was denied.");
  assert.match(
    explanation.denials[0]?.text ?? "",
    /^s3:CreateBucket on arn:aws:s3:::aws-supply-chain-data-.* was denied to user\/sandbox-restricted via scn\.amazonaws\.com \(AccessDenied\)$/,
  );
  send({ type: "copy", what: "explainedPolicy" });
  assert.match(host.copied.at(-1) ?? "", /"s3:CreateBucket"/);
  send({ type: "ready" });
  assert.equal(host.last("load").failure?.explanation?.text, explanation.text);
});

test("What somebody else created and failed is explained to whoever opens it", async (t) => {
  const { world, kind, instance } = await openFailed(t);
  world.store.setConnections([connection, restricted]);
  const host = new RecordingDetailsHost();
  const details = new DetailsController(world, host, { connection, kind, id: instance.id }, "failure");
  t.after(() => details.dispose());
  details.receive({ type: "ready" });
  await host.until(({ tags }) => tags.status === "ready");
  details.receive({ type: "act", action: "lookInCloudTrail" });
  const { failure } = await host.until((model) => model.failure?.explanation?.status === "done");
  const { explanation } = failure!;
  assert.equal(explanation?.text, "CloudTrail, likely: 1 action was denied. All of it is allowed to you now.");
  assert.match(explanation.denials[0]!.text, /^s3:CreateBucket on \S+ was denied to user\/sandbox-restricted via scn/);
  assert.equal(explanation.denials[0]!.now?.text, "s3:CreateBucket is allowed to you now");
  assert.ok(explanation.notes.includes("CloudTrail says that user/sandbox-restricted created it."));
  details.receive({ type: "copy", what: "ownerText" });
  assert.match(host.copied.at(-1) ?? "", /for user\/sandbox-restricted\. \S+ looked for the cause\./);
});

test("While CloudTrail shows nothing nobody is named as the creator, and nothing is said to be allowed", async (t) => {
  const { world, kind, instance } = await openFailed(t);
  await world.sandbox.control.setTrailDelay(900);
  const host = new RecordingDetailsHost();
  const details = new DetailsController(world, host, { connection: restricted, kind, id: instance.id }, "failure");
  t.after(() => details.dispose());
  details.receive({ type: "ready" });
  await host.until(({ tags }) => tags.status === "ready");
  details.receive({ type: "act", action: "lookInCloudTrail" });
  const { failure } = await host.until((model) => model.failure?.explanation?.status === "done");
  assert.equal(
    failure?.explanation?.text,
    "CloudTrail shows nothing of this creation that was denied in that time.",
    "all events were read",
  );
  assert.ok(failure.explanation.notes.includes("CloudTrail does not say who created it."));
  assert.ok(!failure.explanation.isAllowedNow);
});

test("The details look in CloudTrail and can stop; nothing of what was found is kept or logged", async (t) => {
  const { world, kind, instance, log } = await openFailed(t);
  const host = new RecordingDetailsHost();
  const details = new DetailsController(world, host, { connection: restricted, kind, id: instance.id }, "failure");
  t.after(() => details.dispose());
  details.receive({ type: "ready" });
  const offered = await host.until(({ tags }) => tags.status === "ready");
  assert.equal(offered.failure?.explanation?.status, "offered");
  await world.sandbox.control.addFault("LookupEvents", { kind: "hang" }, 9);
  details.receive({ type: "act", action: "lookInCloudTrail" });
  await host.until(({ failure }) => failure?.explanation?.status === "looking");
  details.receive({ type: "act", action: "stopLooking" });
  assert.equal(host.model?.failure?.explanation?.status, "offered");
  await world.sandbox.control.clearFaults();
  details.receive({ type: "act", action: "lookInCloudTrail" });
  const done = await host.until(({ failure }) => failure?.explanation?.status === "done");
  assert.equal(done.failure?.explanation?.denials.length, 1);
  assert.equal(done.failure.explanation.denials[0]?.now?.text, "Also denied by simulation now: no policy allows it");
  assert.ok(!JSON.stringify(done.subject).includes("sandbox-restricted/"));
  details.receive({ type: "copy", what: "ownerText" });
  assert.match(host.copied.at(-1) ?? "", /for user\/sandbox-restricted\.\n\nThe service says: Access denied/);
  const written = JSON.stringify(log.entries);
  for (const text of ["user/sandbox-restricted", "s3:CreateBucket", "aws-supply-chain-data"])
    assert.ok(!written.includes(text), text);
});
