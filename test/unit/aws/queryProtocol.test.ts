import assert from "node:assert/strict";
import { test } from "node:test";
import { toWireRequest } from "../../../src/aws/request";
import { InvalidResponse, parseError, parseOutput } from "../../../src/aws/response";
import { getRole, iam, simulatePrincipalPolicy } from "../../../src/aws/services/iam";

const reply = (body: string, status = 200) => ({ status, headers: {}, body: Buffer.from(body) });

const simulated = (results: string) =>
  reply(`<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <SimulatePrincipalPolicyResult>${results}</SimulatePrincipalPolicyResult>
  <ResponseMetadata><RequestId>1c2e3f40-5a6b-4c7d-8e9f-0a1b2c3d4e5f</RequestId></ResponseMetadata>
</SimulatePrincipalPolicyResponse>`);

test("Lists and structures of a query are flattened as botocore does it", () => {
  const { body } = toWireRequest(simulatePrincipalPolicy, {
    PolicySourceArn: "arn:aws:iam::123456789012:role/a b",
    ActionNames: ["s3:CreateBucket"],
    ResourceArns: [],
    ContextEntries: [
      { ContextKeyName: "aws:RequestTag/é", ContextKeyValues: ["a", "b"], ContextKeyType: "stringList" },
      { ContextKeyName: "aws:SecureTransport", ContextKeyValues: ["true"], ContextKeyType: "boolean" },
    ],
    MaxItems: 5,
    Marker: undefined,
  });
  assert.deepEqual(body?.split("&"), [
    "Action=SimulatePrincipalPolicy",
    "Version=2010-05-08",
    "PolicySourceArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fa%20b",
    "ActionNames.member.1=s3%3ACreateBucket",
    "ResourceArns=",
    "ContextEntries.member.1.ContextKeyName=aws%3ARequestTag%2F%C3%A9",
    "ContextEntries.member.1.ContextKeyValues.member.1=a",
    "ContextEntries.member.1.ContextKeyValues.member.2=b",
    "ContextEntries.member.1.ContextKeyType=stringList",
    "ContextEntries.member.2.ContextKeyName=aws%3ASecureTransport",
    "ContextEntries.member.2.ContextKeyValues.member.1=true",
    "ContextEntries.member.2.ContextKeyType=boolean",
    "MaxItems=5",
  ]);
});

test("Lists, maps, flags and numbers of a reply in XML are what the schema says they are", () => {
  const output = parseOutput(
    simulatePrincipalPolicy,
    simulated(`<IsTruncated>false</IsTruncated><EvaluationResults>
      <member>
        <EvalActionName>s3:CreateBucket</EvalActionName><EvalDecision>implicitDeny</EvalDecision>
        <MissingContextValues><member>aws:RequestTag/a</member><member>aws:RequestTag/b</member></MissingContextValues>
        <MatchedStatements/>
        <OrganizationsDecisionDetail><AllowedByOrganizations>false</AllowedByOrganizations></OrganizationsDecisionDetail>
      </member>
      <member>
        <EvalActionName>scn:GetInstance</EvalActionName><EvalDecision>allowed</EvalDecision>
        <EvalDecisionDetails><entry><key>IAM Policy</key><value>allowed</value></entry></EvalDecisionDetails>
        <MatchedStatements><member><SourcePolicyId>p</SourcePolicyId>
          <StartPosition><Line>3</Line><Column>17</Column></StartPosition></member></MatchedStatements>
        <New>something</New>
      </member></EvaluationResults>`),
  );
  const [denied, allowed] = output.EvaluationResults ?? [];
  assert.equal(output.IsTruncated, false);
  assert.deepEqual(denied?.MissingContextValues, ["aws:RequestTag/a", "aws:RequestTag/b"]);
  assert.deepEqual(denied.MatchedStatements, []);
  assert.equal(denied.OrganizationsDecisionDetail?.AllowedByOrganizations, false);
  assert.deepEqual(allowed?.EvalDecisionDetails, { "IAM Policy": "allowed" });
  assert.deepEqual(allowed.MatchedStatements?.[0]?.StartPosition, { Line: 3, Column: 17 });
});

for (const results of [
  "<IsTruncated>perhaps</IsTruncated>",
  "<EvaluationResults><member><EvalActionName>a:b</EvalActionName></member></EvaluationResults>",
  "<EvaluationResults>text<member/></EvaluationResults>",
]) {
  test(`What is not of its type is an invalid reply: ${results}`, () => {
    assert.throws(() => parseOutput(simulatePrincipalPolicy, simulated(results)), InvalidResponse);
  });
}

test("A member that no schema knows, whatever its name, is left out", () => {
  const output = parseOutput(
    getRole,
    reply(
      "<GetRoleResponse><GetRoleResult><Role><Arn>arn:aws:iam::1:role/a</Arn><CreateDate>2026-01-02T03:04:05Z</CreateDate>" +
        "<__proto__><Path>x</Path></__proto__><constructor>y</constructor></Role></GetRoleResult></GetRoleResponse>",
    ),
  );
  assert.deepEqual(
    Object.entries(output.Role).filter(([, value]) => value !== undefined),
    [
      ["Arn", "arn:aws:iam::1:role/a"],
      ["CreateDate", Date.UTC(2026, 0, 2, 3, 4, 5)],
    ],
  );
  assert.equal(output.Role.Path, undefined);
});

test("IAM's error code is known by the name of its exception", () => {
  const body =
    "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>The role cannot be found.</Message></Error>" +
    "<RequestId>1c2e3f40-5a6b-4c7d-8e9f-0a1b2c3d4e5f</RequestId></ErrorResponse>";
  assert.deepEqual(
    parseError(iam, reply(body, 404), (text) => text),
    {
      code: "NoSuchEntityException",
      message: "The role cannot be found.",
      requestId: "1c2e3f40-5a6b-4c7d-8e9f-0a1b2c3d4e5f",
    },
  );
});
