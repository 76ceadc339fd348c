import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { ClockSkew } from "../../../src/aws/clockSkew";
import { staticCredentials } from "../../../src/aws/credentials";
import { ServiceError, TransportError } from "../../../src/aws/errors";
import { ProviderTransport } from "../../../src/aws/providerTransport";
import { getInstance } from "../../../src/aws/services/supplychain";
import { getCallerIdentity } from "../../../src/aws/services/sts";
import { systemClock } from "../../../src/core/clock";
import type { Log } from "../../../src/core/log";
import { clientFor, reply, startLoopback, type Answer, type ReceivedRequest } from "./loopback";

const secretAccessKey = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const sessionToken = `IQoJb3JpZ2luX2VjEXAMPLE//////////${"aB3+/".repeat(60)}==`;
const credentials = staticCredentials({ accessKeyId: "ASIAEXAMPLE", secretAccessKey, sessionToken });

/** Everything that anybody gets to hear of a call that ends with this answer. */
async function heardOf(t: Parameters<typeof startLoopback>[0], answer: Answer, operation: "rest" | "query" = "rest") {
  const heard: string[] = [];
  const write = (line: string) => void heard.push(line);
  const log: Log = { trace: write, debug: write, info: write, warn: write, error: write };
  const { url } = await startLoopback(t, [answer]);
  const client = clientFor(url, { credentials, log });
  const options = { onAttempt: (attempt: object) => write(JSON.stringify(attempt)) };
  const call: Promise<unknown> =
    operation === "rest"
      ? client.call(getInstance, { instanceId: "a" }, options)
      : client.call(getCallerIdentity, {}, options);
  const error = await call.catch((reason: unknown) => reason);
  assert.ok(error instanceof ServiceError || error instanceof TransportError, String(error));
  heard.push(error.name, error.message, String(error.stack));
  if (error instanceof ServiceError) heard.push(String(error.requestId));
  return { message: error.message, all: heard.join("\n") };
}

/** As API Gateway does it. */
function canonicalRequest({ method, url, headers }: ReceivedRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${String(value)}`);
  return `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.\n\nThe Canonical String for this request should have been\n'${method}\n${url}\n${lines.join("\n")}'\n\nThe String-to-Sign should have been\n'AWS4-HMAC-SHA256\n20260102T030405Z'\n`;
}

const html = (text: string) => text.replace(/[^a-z0-9]/gi, (character) => `&#${character.charCodeAt(0)};`);
const htmlHex = (text: string) =>
  text.replace(/[^a-z0-9]/gi, (character) => `&#x${character.charCodeAt(0).toString(16)};`);
const encodings: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "percent-encoded": encodeURIComponent,
  "percent-encoded in lower case": (text) => encodeURIComponent(text).replace(/%../g, (hex) => hex.toLowerCase()),
  "percent-encoded twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "as HTML": html,
  "as HTML in hexadecimal": htmlHex,
  "as HTML by name": (text) => text.replaceAll("+", "&plus;").replaceAll("/", "&sol;").replaceAll("=", "&equals;"),
  "as JSON in JSON": (text) => JSON.stringify(text).replaceAll("/", "\\/"),
  "cut short": (text) => text.slice(0, 120),
};

/** Any stretch of it: what is quoted in part is told in part. */
function assertSecret(all: string, secret: string): void {
  const plain = all.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  for (const text of [all, plain])
    for (let at = 0; at + 12 <= secret.length; at += 4)
      assert.ok(!text.includes(secret.slice(at, at + 12)), `contains ${secret.slice(at, at + 12)}: ${text}`);
}

test("Security 6: the canonical request that a gateway quotes reaches neither error nor log", async (t) => {
  const quoting: Answer = (request, response) =>
    reply(
      403,
      { message: canonicalRequest(request) },
      { "x-amzn-errortype": "InvalidSignatureException" },
    )(request, response);
  const { message, all } = await heardOf(t, quoting);
  assert.equal(
    message,
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. …",
  );
  assertSecret(all, sessionToken);
  assert.doesNotMatch(all, /Signature=|Credential=|canonical string/i);

  const encoded = await heardOf(t, (request, response) =>
    reply(403, `<title>${encodeURIComponent(canonicalRequest(request))}</title>`)(request, response),
  );
  assert.doesNotMatch(encoded.all, /Canonical%20String|20260102T030405Z/);
});

for (const [how, encode] of Object.entries(encodings)) {
  test(`Security 6: a session token that is quoted ${how} reaches neither error nor log`, async (t) => {
    const quoted = `Bad header '${encode(sessionToken)}' here`;
    const answers: Readonly<Record<string, Answer>> = {
      message: reply(400, { code: "IncompleteSignature", message: quoted }),
      "a page": reply(403, `<title>${quoted}</title>`),
      "request id": reply(400, { code: "A" }, { "x-amzn-requestid": encode(sessionToken) }),
    };
    for (const answer of Object.values(answers)) assertSecret((await heardOf(t, answer)).all, sessionToken);
    const { message } = await heardOf(t, reply(400, { code: "A", message: quoted }));
    assert.match(message, /^Bad header '"?…"?' here$/);
    const xml = `<ErrorResponse><Error><Code>A</Code><Message>${quoted}</Message></Error></ErrorResponse>`;
    assertSecret((await heardOf(t, reply(400, xml), "query")).all, sessionToken);
  });
}

test("Security 6: the signature, the authorization header and the secret key are cut as well", async (t) => {
  const { all } = await heardOf(t, ({ headers }, response) => {
    const { authorization = "" } = headers;
    const signature = authorization.slice(-64);
    const message = `Not a key=value pair in '${authorization}'; ${signature.toUpperCase()}; ${secretAccessKey}; ${sessionToken}`;
    reply(400, { code: "IncompleteSignature", message })({ method: "", url: "", headers, body: "" }, response);
  });
  assert.match(all, /Not a key=value pair in '…'; …; …; …/);
  assert.doesNotMatch(all, /Credential=|Signature=|[0-9a-f]{20}/i);
  assertSecret(all, secretAccessKey);
});

test("Security 6: a message without secrets stays as it is", async (t) => {
  const said = "User: arn:aws:iam::123456789012:user/a is not authorized to perform: scn:GetInstance 100% + 'x' &amp;";
  const { message } = await heardOf(t, reply(403, { code: "AccessDeniedException", message: said }));
  assert.equal(message, said);
});

test("Security 6: what refuses credentials to the SDK's providers quotes no secret either, and can still be read", async (t) => {
  const quoting: Answer = (request, response) => {
    const message = `${canonicalRequest(request)} ${encodeURIComponent(sessionToken)}`;
    reply(403, { __type: "InvalidSignatureException", message })(request, response);
  };
  const { url } = await startLoopback(t, [quoting]);
  const { hostname, port } = new URL(url);
  const transport = new ProviderTransport({
    ca: undefined,
    signal: new AbortController().signal,
    clock: systemClock,
    skew: new ClockSkew(),
    unlimited: (work) => work(),
  });
  const signature = "0123456789abcdef".repeat(4);
  const { response } = await transport.handle({
    method: "POST",
    protocol: "http:",
    hostname,
    port: Number(port),
    path: "/",
    headers: {
      Authorization: `AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/x, SignedHeaders=host, Signature=${signature}`,
      "X-Amz-Security-Token": sessionToken,
      "x-amz-sso_bearer_token": "aoaAAAAAGexampleBearer+/=0123456789",
    },
  });
  const body = await text(response.body);
  assert.equal((JSON.parse(body) as { __type: string }).__type, "InvalidSignatureException");
  assert.equal(response.statusCode, 403);
  assertSecret(body, sessionToken);
  assert.doesNotMatch(body, /Signature=|0123456789|exampleBearer/);
});
