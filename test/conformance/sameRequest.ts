import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { ServiceId } from "../../src/aws/operation";
import type { CleansUp } from "../fixtures/sandbox";
import type { Members } from "./driver";

export interface Sample {
  readonly service: ServiceId;
  readonly operation: string;
  readonly region: string;
  readonly input: Members;
}

/** A request as it came, without what may differ between two clients that mean the same. */
interface Captured {
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly body: unknown;
}

/**
 * Says who sends, when, or how the connection is kept, not what is asked for. The length follows from the body's
 * white space; the signature from all of these.
 */
const incidental = new Set([
  "user-agent",
  "x-amz-user-agent",
  "amz-sdk-invocation-id",
  "amz-sdk-request",
  "x-amz-date",
  "authorization",
  "connection",
  "accept-encoding",
  "content-length",
  // The SDK for JavaScript sends the hash of the body along, boto3 does not; the signature covers it in any case.
  "x-amz-content-sha256",
]);

export interface Capture {
  readonly endpoint: string;
  readonly requests: Captured[];
}

/** Records requests and refuses each with an error that no client retries. */
export async function startCapture(t: CleansUp): Promise<Capture> {
  const requests: Captured[] = [];
  const server = createServer((message, response) => {
    void text(message).then((body) => {
      requests.push(toCaptured(message, body));
      const isForm = message.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
      const type = isForm ? "text/xml" : "application/json";
      response.writeHead(400, { "content-type": type, "x-amzn-errortype": "Captured" });
      response.end(
        isForm ? "<ErrorResponse><Error><Code>Captured</Code></Error></ErrorResponse>" : '{"message":"captured"}',
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function toCaptured(message: IncomingMessage, body: string): Captured {
  const [path = "", query = ""] = (message.url ?? "").split("?");
  const headers = message.headers as Readonly<Record<string, string>>;
  const authorization =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/(\S+), SignedHeaders=(\S+), Signature=[0-9a-f]{64}$/.exec(
      headers.authorization ?? "",
    );
  assert.ok(authorization, `not a signature: ${headers.authorization}`);
  const type = headers["content-type"];
  return {
    method: message.method ?? "",
    path,
    query: query.split("&").sort(),
    headers: Object.fromEntries(
      Object.entries(headers)
        .filter(([name]) => !incidental.has(name))
        .map(([name, value]) => [name, meaningOf(name, value)]),
    ),
    scope: authorization[1] ?? "",
    signedHeaders: (authorization[2] ?? "").split(";").filter((name) => name === "x-amz-date" || !incidental.has(name)),
    body:
      body === ""
        ? undefined
        : type?.includes("json")
          ? JSON.parse(body)
          : Object.fromEntries(new URLSearchParams(body)),
  };
}

/** Where clients put the same thing otherwise, what it means. */
function meaningOf(name: string, value: string): string {
  // botocore's model has the packages before CloudTrail's name, the SDK for JavaScript leaves them out.
  if (name === "x-amz-target") return value.split(".").slice(-2).join(".");
  // A form is in UTF-8, whether that is said or not.
  return name === "content-type" ? value.replace("; charset=utf-8", "") : value;
}

const appInstanceArn = "arn:aws:chime:us-east-1:123456789012:app-instance/b4bd9c9d-60c8-4b8d-a4a6-9a1d1a36a1a5";
const instanceId = "9e193580-7cc5-45f7-9609-c43ba0ada793";
const resourceArn = `arn:aws:scn:us-east-1:123456789012:instance/${instanceId}`;
const token = "00000000-0000-4000-8000-000000000001";

const inputs: Readonly<Record<string, Readonly<Record<string, readonly Members[]>>>> = {
  supplychain: {
    CreateInstance: [
      { clientToken: token },
      {
        instanceName: "Bob's 50% plant_1",
        instanceDescription: "Test, prod.",
        kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/b14ffc39-b7d4-45ab-991a-6257a7f0d24d",
        webAppDnsDomain: "acme-1",
        tags: { env: "dev", "x y": "", "ü/\u{1F4AC}": '"\\' },
        clientToken: token,
      },
    ],
    GetInstance: [{ instanceId }],
    ListInstances: [
      {},
      {
        maxResults: 20,
        nextToken: "AA+/=",
        instanceNameFilter: ["Bob's 50% plant_1", "b c"],
        instanceStateFilter: ["Initializing", "Active"],
      },
    ],
    UpdateInstance: [{ instanceId }, { instanceId, instanceName: "n", instanceDescription: "" }],
    DeleteInstance: [{ instanceId }],
    TagResource: [{ resourceArn, tags: { "a b": "c+d" } }],
    UntagResource: [{ resourceArn, tagKeys: ["a b", "c+d", "é", "(x)*!'~"] }],
    ListTagsForResource: [{ resourceArn }],
  },
  kms: {
    ListKeys: [{}, { Limit: 10, Marker: "m+/=" }],
    ListAliases: [{}, { KeyId: "alias/supply-chain", Limit: 1000 }],
    DescribeKey: [{ KeyId: "alias/ü" }],
    GetKeyPolicy: [{ KeyId: instanceId, PolicyName: "default" }],
  },
  sts: { GetCallerIdentity: [{}] },
  iam: {
    SimulatePrincipalPolicy: [
      { PolicySourceArn: "arn:aws:iam::123456789012:role/teams/Builder", ActionNames: ["s3:CreateBucket"] },
      {
        PolicySourceArn: "arn:aws:iam::123456789012:user/ana",
        ActionNames: ["s3:CreateBucket", "chime:CreateAppInstance"],
        ResourceArns: ["arn:aws:s3:::aws-supply-chain-*", "*"],
        PolicyInputList: ['{"Version":"2012-10-17","Statement":[]}'],
        ContextEntries: [
          { ContextKeyName: "aws:TagKeys", ContextKeyValues: ["a b", "c+d&é"], ContextKeyType: "stringList" },
          { ContextKeyName: "aws:RequestedRegion", ContextKeyValues: [], ContextKeyType: "string" },
        ],
        MaxItems: 1000,
        Marker: "AA+/= ",
      },
    ],
    GetRole: [{ RoleName: "a_b+=,.@-" }],
    GetUser: [{}, { UserName: "ana@example.com" }],
  },
  "sso-admin": { ListInstances: [{}, { MaxResults: 100, NextToken: "AA+/=" }] },
  cloudtrail: {
    LookupEvents: [
      {},
      {
        LookupAttributes: [{ AttributeKey: "EventSource", AttributeValue: "scn.amazonaws.com" }],
        StartTime: 1_767_323_045,
        EndTime: 1_767_326_645,
        MaxResults: 50,
        NextToken: "AA+/= é",
      },
    ],
  },
};

const chimeInputs: Readonly<Record<string, readonly Members[]>> = {
  CreateAppInstance: [
    { Name: "a", ClientRequestToken: token },
    {
      Name: "Hilfe für alle \u{1F4AC}",
      Metadata: '{"a":"é\\n"}',
      ClientRequestToken: token,
      Tags: [{ Key: "a b", Value: "c+d" }],
    },
  ],
  DescribeAppInstance: [{ AppInstanceArn: appInstanceArn }],
  ListAppInstances: [{}, { MaxResults: 50, NextToken: "AA+/= é" }],
  UpdateAppInstance: [{ AppInstanceArn: appInstanceArn, Name: "b", Metadata: "" }],
  DeleteAppInstance: [{ AppInstanceArn: appInstanceArn }],
  TagResource: [{ ResourceARN: appInstanceArn, Tags: [{ Key: "a", Value: "b" }] }],
  UntagResource: [{ ResourceARN: appInstanceArn, TagKeys: ["a", "é"] }],
  ListTagsForResource: [{ ResourceARN: appInstanceArn }],
};

/** The same inputs for every client of a service. */
export function samplesOf(service: ServiceId): Sample[] {
  const operations = service.startsWith("chime") ? chimeInputs : (inputs[service] ?? {});
  // Legacy Chime has one signing region whatever the client's: see that ours knows it too.
  const region = service === "chime" ? "eu-west-1" : "eu-central-1";
  return Object.entries(operations).flatMap(([operation, all]) =>
    all.map((input) => ({ service, operation, region, input })),
  );
}
