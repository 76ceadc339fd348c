import assert from "node:assert/strict";
import { test } from "node:test";
import { runUnsafeSimulation } from "@cloud-copilot/iam-simulate";
import fc from "fast-check";
import { contextOf } from "../../../../src/sandbox/iam/context";
import { evaluate, type Decision } from "../../../../src/sandbox/iam/evaluate";
import { parsePolicy } from "../../../../src/sandbox/iam/policy";

const accountId = "123456789012";
const principal = `arn:aws:iam::${accountId}:user/ana`;

/** Few of everything, so that what is asked for and what is said meet often. Not KMS, whose keys are asked first. */
const actions = ["s3:CreateBucket", "s3:GetObject", "chime:CreateAppInstance", "scn:GetInstance"];
const actionPatterns = [
  "*",
  "s3:*",
  "s3:Create*",
  "S3:getobject",
  "s3:?etObject",
  "chime:*",
  "scn:GetInstance",
  "scn:*Instance",
];
const resources = [
  "arn:aws:s3:::aws-supply-chain-data-1",
  "arn:aws:s3:::ana",
  "arn:aws:chime:us-east-1:123456789012:app-instance/a",
  "arn:aws:scn:eu-west-1:123456789012:instance/k/1",
];
const resourcePatterns = [
  "*",
  "arn:aws:s3:::*",
  "arn:aws:s3:::aws-supply-chain-*",
  "arn:aws:s3:::${aws:username}",
  "arn:aws:s3:::${aws:nobody, 'ana'}",
  "arn:aws:s3:::${aws:nobody}",
  "arn:aws:chime:*:123456789012:app-instance/?",
  "arn:aws:scn:us-*:*:instance/*",
  "arn:aws:scn:*:${aws:PrincipalAccount}:instance/*",
];
/** Without all of an ARN's parts. Not as exceptions: there the reference excepts nothing. */
const shortPatterns = ["arn:aws:scn:*", "arn:aws:chime:us-east-1:*"];

const keys: Readonly<Record<string, { readonly operators: readonly string[]; readonly values: readonly string[] }>> = {
  "aws:RequestTag/team": {
    operators: [
      "StringEquals",
      "StringNotEquals",
      "StringLike",
      "StringNotLike",
      "StringEqualsIgnoreCase",
      "StringNotEqualsIgnoreCase",
    ],
    values: ["red", "Red", "r*", "b?ue", "blue", "${aws:username}", "${aws:nobody}"],
  },
  // With StringEquals the reference takes the braces literally.
  "aws:RequestTag/mark": {
    operators: ["StringLike", "StringNotLike"],
    values: ["a${*}a", "a*a", "${?}", "?"],
  },
  "aws:PrincipalArn": {
    operators: ["ArnLike", "ArnEquals", "ArnNotLike", "ArnNotEquals"],
    values: [principal, `arn:aws:iam::${accountId}:user/*`, "arn:aws:iam::*:role/*", "arn:*:iam::*:user/a?a"],
  },
  "aws:SecureTransport": { operators: ["Bool"], values: ["true", "false"] },
  "s3:max-keys": {
    operators: ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map(
      (name) => `Numeric${name}`,
    ),
    values: ["1", "5", "10", "5.5"],
  },
  "aws:CurrentTime": {
    operators: ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map(
      (name) => `Date${name}`,
    ),
    values: ["2026-01-01T00:00:00Z", "2026-06-01T00:00:00Z", "2026-06-01"],
  },
  // The reference takes /0 for /32.
  "aws:SourceIp": {
    operators: ["IpAddress", "NotIpAddress"],
    values: ["10.0.0.0/8", "10.1.2.3", "192.168.1.0/24", "8.0.0.0/5"],
  },
  "aws:TagKeys": {
    operators: ["StringEquals", "StringLike", "StringNotEquals", "StringNotLike"],
    values: ["team", "env", "t*", "none"],
  },
};

/** Of these there may be several values, and each is then asked about on its own. */
const multivalued = "aws:TagKeys";
const addresses = ["10.1.2.3", "192.168.1.9", "8.8.8.8"];

const condition = fc.constantFrom(...Object.keys(keys)).chain((key) => {
  const { operators = [], values = [] } = keys[key] ?? {};
  const sets = key === multivalued ? ["ForAllValues:", "ForAnyValue:"] : [""];
  const named = fc
    .tuple(
      fc.constantFrom(...sets),
      fc.constantFrom(...operators),
      fc.constantFrom(...(key === multivalued ? [""] : ["", "IfExists"])),
    )
    .map((parts) => parts.join(""));
  const asked = fc.record({ operator: named, wanted: fc.subarray([...values], { minLength: 1, maxLength: 2 }) });
  const isNull = fc.record({ operator: fc.constant("Null"), wanted: fc.constantFrom(["true"], ["false"]) });
  return fc
    .oneof({ weight: 6, arbitrary: asked }, { weight: 1, arbitrary: isNull })
    .map(({ operator, wanted }) => ({ [operator]: { [key]: wanted } }));
});

const statement = fc
  .record({
    Effect: fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
    isNotAction: fc.boolean(),
    actions: fc.subarray(actionPatterns, { minLength: 1, maxLength: 3 }),
    isNotResource: fc.integer({ min: 0, max: 3 }).map((number) => number === 0),
    resources: fc.subarray(resourcePatterns, { minLength: 1, maxLength: 3 }),
    short: fc.subarray(shortPatterns),
    Condition: fc.option(condition, { nil: undefined, freq: 2 }),
  })
  .map(({ Effect, isNotAction, actions: named, isNotResource, resources: places, short, Condition }) => ({
    Effect,
    [isNotAction ? "NotAction" : "Action"]: named,
    ...(isNotResource ? { NotResource: places } : { Resource: [...places, ...short] }),
    ...(Condition && { Condition }),
  }));

const policy = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map((Statement) => ({ Version: "2012-10-17", Statement }));

const context = fc.record(
  {
    "aws:RequestTag/team": fc.constantFrom("red", "Red", "blue", "ana"),
    "aws:RequestTag/mark": fc.constantFrom("a*a", "aba", "?", "x"),
    "aws:SecureTransport": fc.constantFrom("true", "false"),
    "s3:max-keys": fc.constantFrom("1", "5", "7", "many"),
    "aws:CurrentTime": fc.constantFrom("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z", "soon"),
    "aws:SourceIp": fc.constantFrom(...addresses),
    [multivalued]: fc.subarray(["team", "env", "x"], { minLength: 1 }),
  },
  { requiredKeys: [] },
);

const subject = fc.record({
  action: fc.constantFrom(...actions),
  resource: fc.constantFrom(...resources),
  context,
  identity: fc.array(policy, { minLength: 1, maxLength: 2 }),
  boundary: fc.option(policy, { nil: undefined }),
  organization: fc.option(fc.array(policy, { minLength: 1, maxLength: 2 }), { nil: undefined }),
});

const decisions: Readonly<Record<string, Decision>> = {
  Allowed: "allowed",
  ExplicitlyDenied: "explicitDeny",
  ImplicitlyDenied: "implicitDeny",
};

test("Decides as a reference implementation does, whatever the policies say", () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(subject, ({ action, resource, context: given, identity, boundary, organization }) => {
      const known = {
        "aws:username": "ana",
        "aws:PrincipalAccount": accountId,
        "aws:PrincipalArn": principal,
        ...given,
      };
      const named = (policies: readonly object[]) =>
        policies.map((document, at) => ({ name: `p${at}`, policy: document }));
      const expected = runUnsafeSimulation(
        {
          request: { principal, action, resource: { resource, accountId }, contextVariables: known },
          identityPolicies: named(identity),
          serviceControlPolicies: organization ? [{ orgIdentifier: "o", policies: named(organization) }] : [],
          resourceControlPolicies: [],
          ...(boundary && { permissionBoundaryPolicies: named([boundary]) }),
        },
        {},
      );
      const parsed = (policies: readonly object[]) => policies.map((document, at) => parsePolicy(`p${at}`, document));
      const verdict = evaluate(
        { action, resource, context: contextOf(known) },
        {
          identity: parsed(identity),
          ...(boundary && { boundary: parsePolicy("b", boundary) }),
          ...(organization && { organization: parsed(organization) }),
        },
      );
      assert.equal(verdict.decision, decisions[expected]);
      const seenAs = `${verdict.decision} ${verdict.deniedBy ?? ""}`.trim();
      seen.set(seenAs, (seen.get(seenAs) ?? 0) + 1);
    }),
    { numRuns: 1500 },
  );
  const layers = ["identity", "boundary", "organization"];
  const wanted = ["allowed", ...layers.flatMap((layer) => [`explicitDeny ${layer}`, `implicitDeny ${layer}`])];
  assert.deepEqual([...seen.keys()].sort(), wanted.sort(), "each decision, by each kind of policy, was seen");
  for (const [decision, count] of seen) assert.ok(count >= 10, `${decision} was seen ${count} times only`);
});

for (const operator of ["StringEqualz", "constructor", "ForAllValues:toString"]) {
  test(`No policy has the operator ${operator}`, () => {
    const Statement = { Effect: "Allow", Action: "*", Resource: "*", Condition: { [operator]: { a: "b" } } };
    assert.throws(() => parsePolicy("p", { Version: "2012-10-17", Statement }), /operator is none of IAM's/);
  });
}

test("Variables stand in any part of a condition's ARN, and in the last part of a resource's only", () => {
  const context = contextOf({
    "aws:PrincipalArn": principal,
    "aws:PrincipalAccount": accountId,
    "aws:username": "ana",
  });
  const decide = (members: object) => {
    const statement = { Effect: "Allow", Action: "scn:*", Resource: "*", ...members };
    const policies = [parsePolicy("p", { Version: "2012-10-17", Statement: statement })];
    const resource = "arn:aws:scn:us-east-1:123456789012:instance/ana";
    return evaluate({ action: "scn:GetInstance", resource, context }, { identity: policies }).decision;
  };
  const byArn = (wanted: string) => decide({ Condition: { ArnLike: { "aws:PrincipalArn": wanted } } });
  assert.equal(byArn("arn:aws:iam::${aws:PrincipalAccount}:user/${aws:username}"), "allowed");
  assert.equal(byArn("arn:aws:iam::${aws:username}:user/*"), "implicitDeny");
  assert.equal(decide({ Resource: "arn:aws:scn:*:*:instance/${aws:username}" }), "allowed");
  assert.equal(decide({ Resource: "arn:aws:scn:*:${aws:PrincipalAccount}:instance/*" }), "implicitDeny");
});
