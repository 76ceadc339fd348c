import assert from "node:assert/strict";
import { test } from "node:test";
import { createKinds } from "../../../../src/instances/kinds/registry";
import { callerOf, possibleRoleArns } from "../../../../src/instances/prerequisites/caller";
import { identityCenterFinding, quotaFinding, regionFinding } from "../../../../src/instances/prerequisites/checks";
import { missingRights, offerFor, wantedRights } from "../../../../src/instances/prerequisites/offer";
import { rightsFinding } from "../../../../src/instances/prerequisites/rightsCheck";
import { judge, type Decision } from "../../../../src/instances/prerequisites/simulation";
import { askedActions, rights } from "../../../../src/instances/rights";
import { supplyChain } from "../../features/treeWorld";

const kind = createKinds({ chimeApi: () => "identity" }).get("supplyChain")!;
const arnOf = (service: string, rest: string) => `arn:aws:${service}::123456789012:${rest}`;

test("Whoever STS names is told by the ARN, with the path that it has", () => {
  const cases = [
    [arnOf("iam", "user/teams/mia"), "user", "user/teams/mia", "mia", arnOf("iam", "user/teams/mia")],
    [arnOf("iam", "root"), "root", "the account's root user", "root", undefined],
    [arnOf("sts", "assumed-role/Builder/mia@example.com"), "role", "role/Builder", "mia@example.com", undefined],
    [arnOf("sts", "federated-user/mia"), "federated", "federated user mia", "mia", undefined],
    ["", "unknown", "", "", undefined],
  ] as const;
  for (const [arn, type, label, userName, principalArn] of cases) {
    const caller = callerOf(arn);
    assert.deepEqual(
      [caller.type, caller.label, caller.userName, caller.principalArn],
      [type, label, userName, principalArn],
    );
  }
});

test("A role of Identity Center is where those roles are, with the region or without; another one has no path", () => {
  const sso = callerOf(arnOf("sts", "assumed-role/AWSReservedSSO_Power-Users_0123456789abcdef/mia"));
  assert.equal(sso.permissionSet, "Power-Users");
  assert.deepEqual(possibleRoleArns(sso, "eu-west-1"), [
    arnOf("iam", "role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Power-Users_0123456789abcdef"),
    arnOf("iam", "role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Power-Users_0123456789abcdef"),
  ]);
  const gov = callerOf("arn:aws-us-gov:sts::123456789012:assumed-role/Builder/mia");
  assert.deepEqual(possibleRoleArns(gov, "us-gov-west-1"), ["arn:aws-us-gov:iam::123456789012:role/Builder"]);
});

test("A decision says who denies: what no policy could mend comes first", () => {
  const decide = (more: object) => judge({ EvalActionName: "x:Y", EvalDecision: "implicitDeny", ...more }).decision;
  const boundary = { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } };
  const organization = { OrganizationsDecisionDetail: { AllowedByOrganizations: false } };
  assert.equal(decide({}), "implicitDeny");
  assert.equal(decide({ EvalDecision: "allowed", MissingContextValues: ["aws:TagKeys"] }), "allowed");
  assert.equal(decide({ EvalDecision: "explicitDeny" }), "explicitDeny");
  assert.equal(decide({ EvalDecision: "explicitDeny", ...boundary }), "boundary");
  assert.equal(decide({ EvalDecision: "explicitDeny", ...boundary, ...organization }), "organization");
  assert.equal(decide({ MissingContextValues: ["aws:SourceVpc"] }), "missingContext");
  assert.equal(decide({ EvalDecision: "somethingNew" }), "implicitDeny", "what is not allowed is not allowed");
});

const guide = { id: "Guide", name: "guide", title: "The guide" };
const wanted = [
  ...rights([guide], ["x:One", "x:Two", "x:Three", "x:Four", "x:Five"]),
  ...rights([guide], ["y:*"], { examples: ["y:A", "y:B"] }),
];
const judged = (decisions: Readonly<Record<string, Decision>>) =>
  wanted.flatMap(askedActions).map((action) => ({ action, decision: decisions[action] ?? ("allowed" as const) }));
const mia = callerOf(arnOf("iam", "user/mia"));

test("Only what no policy allows is offered as a policy, and a wildcard only when nothing of it is allowed", () => {
  const offer = offerFor(
    wanted,
    judged({ "x:One": "implicitDeny", "x:Two": "organization", "y:B": "implicitDeny" }),
    mia,
  );
  const { Statement } = JSON.parse(offer!.json) as { Statement: unknown };
  assert.deepEqual(Statement, [{ Sid: "Guide", Effect: "Allow", Action: ["x:One", "y:B"], Resource: "*" }]);
  assert.deepEqual(offer!.reasons, [
    { action: "x:One", sources: ["The guide"] },
    { action: "y:B", sources: ["The guide"] },
  ]);
  assert.equal(offer!.attachTo, "Attach it to the user mia.");
  assert.deepEqual(
    missingRights(wanted, new Set(["y:A", "y:B"])).map(({ action }) => action),
    ["y:*"],
  );
  assert.equal(offerFor(wanted, judged({ "x:One": "boundary" }), mia), undefined);
});

test("A policy belongs to the permission set where the role is one of Identity Center's", () => {
  const sso = callerOf(arnOf("sts", "assumed-role/AWSReservedSSO_Power_0123456789abcdef/mia"));
  assert.match(
    offerFor(wanted, judged({ "x:One": "implicitDeny" }), sso)!.attachTo,
    /^Add it to the permission set Power /,
  );
});

test("The sentence about rights counts, groups by who denies, and stays short", () => {
  const finding = rightsFinding(
    wanted,
    judged({
      "x:One": "implicitDeny",
      "x:Two": "implicitDeny",
      "x:Three": "organization",
      "x:Four": "boundary",
      "x:Five": "explicitDeny",
    }),
    { caller: mia },
  );
  assert.equal(
    finding.text,
    "5 of 7 actions are not allowed: x:One, x:Two (no policy allows them); x:Five (denied by a policy); x:Four (not allowed by the permissions boundary); x:Three (denied by an organization's policy)",
  );
  for (const part of [
    "Attach it to the user mia",
    "owner of the policy",
    "permissions boundary",
    "administrators of your organization",
  ])
    assert.ok(finding.wayOut?.includes(part), part);
  const all = Object.fromEntries(wanted.flatMap(askedActions).map((action) => [action, "implicitDeny" as const]));
  assert.match(rightsFinding(wanted, judged(all), { caller: mia }).text, /x:Four, 3 more \(no policy/);
  const fine = rightsFinding(wanted, judged({}), { caller: mia });
  assert.deepEqual([fine.mark, fine.text, fine.offer], ["pass", "All 7 actions are allowed", undefined]);
  const unclear = rightsFinding(wanted, judged({ "x:One": "missingContext" }), { caller: mia });
  assert.deepEqual([unclear.mark, unclear.offer], ["unknown", undefined]);
});

test("Tags ask for one action more, and a recreate for those of a delete", async () => {
  const needs = await kind.loadNeeds();
  const actions = (hasTags: boolean, isRecreate: boolean) =>
    wantedRights(needs, { tags: hasTags ? { team: "a" } : {}, isRecreate }).map(({ action }) => action);
  const plain = actions(false, false);
  assert.ok(!plain.includes("scn:TagResource") && !plain.includes("scn:DeleteInstance"));
  assert.ok(actions(true, false).includes("scn:TagResource"));
  assert.ok(actions(false, true).includes("scn:DeleteInstance"));
});

test("The quota counts what the service counts, and says at least where not everything is listed", async () => {
  const { quota } = await kind.loadNeeds();
  const phases = ["ready", "creating", "createFailed", "deleting", "deleteFailed"] as const;
  const instances = phases.map((phase) => supplyChain({ phase }));
  const finding = (more: object) => quotaFinding({ instances, hasMore: false, status: "ready", ...more }, quota);
  assert.deepEqual(
    [finding({}).mark, finding({}).text],
    ["pass", "2 of 10 instances used in this region (active or initializing)"],
  );
  assert.deepEqual(
    [finding({ hasMore: true }).mark, finding({ hasMore: true }).text.slice(0, 14)],
    ["unknown", "At least 2 of "],
  );
  const full = finding({ instances: Array.from({ length: 10 }, () => supplyChain({ phase: "ready" })) });
  assert.deepEqual(
    [full.mark, full.wayOut],
    ["error", "Delete one that you no longer need; this quota cannot be raised."],
  );
});

test("Identity Center must be in the region, and active", () => {
  assert.equal(identityCenterFinding([{ Status: "ACTIVE" }], "eu-west-1").mark, "pass");
  assert.equal(identityCenterFinding([{ Status: "CREATE_FAILED" }, {}], "eu-west-1").mark, "pass");
  assert.equal(identityCenterFinding([{ Status: "DELETE_IN_PROGRESS" }], "eu-west-1").mark, "warning");
  assert.match(identityCenterFinding([], "eu-west-1").text, /no IAM Identity Center in eu-west-1/);
});

test("Two regions are documented, three in an older guide only, and others not at all", () => {
  assert.deepEqual(
    ["us-east-1", "us-west-2", "sa-east-1"].map((region) => regionFinding(kind, region).mark),
    ["pass", "warning", "warning"],
  );
  assert.equal(regionFinding(kind, "us-west-2").text, "us-west-2: not in the current AWS guide");
  assert.equal(regionFinding(kind, "sa-east-1").wayOut, "The documentation lists us-east-1 and eu-west-1.");
});
