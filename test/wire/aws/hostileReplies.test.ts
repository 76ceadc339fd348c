import assert from "node:assert/strict";
import { test } from "node:test";
import type { AwsClient } from "../../../src/aws/awsClient";
import { ServiceError, TransportError } from "../../../src/aws/errors";
import { listAppInstances } from "../../../src/aws/services/chimeIdentity";
import { listAliases } from "../../../src/aws/services/kms";
import { listInstances, listTagsForResource } from "../../../src/aws/services/supplychain";
import { getCallerIdentity } from "../../../src/aws/services/sts";
import { logTextOf } from "../../../src/core/errors";
import { hostileTexts } from "../../fixtures/hostileText";
import { RecordingLog } from "../../fakes/recordingLog";
import { clientFor, reply, startLoopback, type ReceivedRequest } from "./loopback";

/** Without the half of a character in them, which no URL can carry. */
const texts = Object.entries(hostileTexts).map(([name, text]) => [name, text.replace(/\p{Cs}/u, "\ufffd")] as const);

const listings = [
  {
    operation: listInstances,
    pagesOf: (client: AwsClient): AsyncIterable<object> => client.pages(listInstances, {}),
    page: (token: string | undefined) => ({ instances: [], nextToken: token }),
    tokenIn: ({ url }: ReceivedRequest) => new URL(url, "http://x").searchParams.get("nextToken"),
  },
  {
    operation: listAppInstances,
    pagesOf: (client: AwsClient): AsyncIterable<object> => client.pages(listAppInstances, {}),
    page: (token: string | undefined) => ({ AppInstances: [], NextToken: token }),
    tokenIn: ({ url }: ReceivedRequest) => new URL(url, "http://x").searchParams.get("next-token"),
  },
  {
    operation: listAliases,
    pagesOf: (client: AwsClient): AsyncIterable<object> => client.pages(listAliases, {}),
    page: (token: string | undefined) => ({ Aliases: [], NextMarker: token }),
    tokenIn: ({ body }: ReceivedRequest) => (JSON.parse(body) as { Marker?: string }).Marker,
  },
];

for (const { operation, pagesOf, page, tokenIn } of listings) {
  test(`Hostile page tokens of ${operation.name} come back as they are, in no log, and as nothing else`, async (t) => {
    for (const [name, text] of texts) {
      // Node's servers refuse a longer request line.
      const token = text.slice(0, operation === listAliases ? undefined : 1_500);
      const log = new RecordingLog();
      const { url, requests } = await startLoopback(t, [reply(200, page(token)), reply(200, page(undefined))]);
      let pages = 0;
      for await (const one of pagesOf(clientFor(url, { log }))) pages += Object.keys(one).length > 0 ? 1 : 0;
      assert.equal(pages, 2, name);
      const [first, second] = requests;
      assert.ok(first && second);
      assert.equal(tokenIn(second), token, name);
      // The token added itself, and no path, header or parameter of its own.
      assert.equal(second.url.split("?")[0], first.url.split("?")[0], name);
      assert.match(second.url, /^[\w/?=&%.~-]*$/, name);
      const parameters = (one: ReceivedRequest) => [...new URL(one.url, "http://x").searchParams.keys()].length;
      assert.ok(parameters(second) - parameters(first) <= 1, name);
      assert.ok(log.lines.length >= 2);
      assert.equal(log.lines.join("\n").includes(token), false, name);
    }
  });
}

test("A page token that is half a character is an error to read, not a crash or another page", async (t) => {
  const { url, requests } = await startLoopback(t, [reply(200, '{"AppInstances":[],"NextToken":"a\\ud800b"}')]);
  const pages = clientFor(url).pages(listAppInstances, {})[Symbol.asyncIterator]();
  await pages.next();
  await assert.rejects(pages.next(), /cannot be sent: it holds half a character/);
  assert.equal(requests.length, 1);
});

test("Hostile error codes, messages and request ids stay out of the log, or on its line", async (t) => {
  for (const [name, text] of Object.entries(hostileTexts)) {
    const log = new RecordingLog();
    const json = { __type: `a.b#${text}:http://x`, message: text };
    const escaped = text.replace(/[^a-z ]/gi, (character) => `&#${character.codePointAt(0)};`);
    const xml = `<ErrorResponse><Error><Code>Odd</Code><Message>${escaped}</Message></Error><RequestId>${escaped}</RequestId></ErrorResponse>`;
    const rest = await startLoopback(t, [reply(400, json)]);
    const query = await startLoopback(t, [reply(400, xml)]);
    const calls = [
      clientFor(rest.url, { log }).call(listTagsForResource, { resourceArn: "arn:aws:scn:us-east-1:1:instance/x" }),
      clientFor(query.url, { log }).call(getCallerIdentity, {}),
    ];
    const errors = (await Promise.allSettled<object>(calls)).map((one) => {
      assert.ok(one.status === "rejected" && one.reason instanceof Error, name);
      return one.reason;
    });
    for (const error of errors) {
      assert.ok(error instanceof ServiceError || error instanceof TransportError, name);
      assert.match(error.name, /^[\w.-]{1,128}$/, name);
    }
    for (const line of [...log.lines, ...errors.map(logTextOf)]) {
      assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u, name);
      assert.ok(line.length < 1_000, `${name}: ${line.length}`);
      assert.doesNotMatch(line, /evil|command:|onerror/, name);
    }
  }
});

test("Security 10: a reply that does not fit is told by its member, not by the keys of a user's tags", async (t) => {
  const { url } = await startLoopback(t, [reply(200, { tags: { zzkey: 5 } }, { "x-amzn-requestid": "r" })]);
  const call = clientFor(url).call(listTagsForResource, { resourceArn: "arn:aws:scn:us-east-1:1:instance/x" });
  await assert.rejects(call, (error: unknown) => {
    assert.ok(error instanceof TransportError);
    assert.match(error.message, /tags/);
    assert.doesNotMatch(logTextOf(error), /zzkey/);
    return true;
  });
});
