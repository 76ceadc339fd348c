import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createClient } from "../../../src/aws/httpClient";
import { staticCredentials, type AwsCredentials } from "../../../src/aws/credentials";
import { toJsonBody } from "../../../src/aws/jsonBody";
import type { AnyOperation } from "../../../src/aws/operation";
import { toWireRequest } from "../../../src/aws/request";
import * as chimeIdentity from "../../../src/aws/services/chimeIdentity";
import * as supplychain from "../../../src/aws/services/supplychain";
import { toAmzDate } from "../../../src/aws/sign";
import { childOf, findText, parseXml } from "../../../src/aws/xml";
import { silentLog } from "../../../src/core/log";

test("JSON is spaced as botocore spaces it, and ASCII throughout", () => {
  const value = { a: ["é", 1, true, null], b: { ключ: '😀\u007f\n"' }, none: undefined, empty: [], none2: {} };
  assert.equal(
    toJsonBody(value),
    String.raw`{"a": ["\u00e9", 1, true, null], "b": {"\u043a\u043b\u044e\u0447": "\ud83d\ude00\u007f\n\""}, "empty": [], "none2": {}}`,
  );
});

test("Any JSON value means the same when it is read back, and is ASCII", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = toJsonBody(value);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(value)));
      assert.match(text, /^[\x20-\x7e]*$/);
    }),
  );
});

test("Repeated query keys, in the order of the input, strictly encoded", () => {
  const { path, body } = toWireRequest(supplychain.listInstances, {
    maxResults: 20,
    nextToken: "AA+/=",
    instanceNameFilter: ["Bob's 50% (a*b!)", "b"],
    instanceStateFilter: ["Initializing", "Active"],
  });
  assert.equal(
    path,
    "/api/instance?maxResults=20&nextToken=AA%2B%2F%3D&instanceNameFilter=Bob%27s%2050%25%20%28a%2Ab%21%29&instanceNameFilter=b&instanceStateFilter=Initializing&instanceStateFilter=Active",
  );
  assert.equal(body, undefined);
});

test("Members that are undefined or null are not sent", () => {
  const request = toWireRequest(supplychain.updateInstance, { instanceId: "i", instanceName: undefined, x: null });
  assert.deepEqual([request.path, request.body], ["/api/instance/i", "{}"]);
});

test("A member whose name is also a method of every object is an ordinary member", () => {
  const request = toWireRequest(chimeIdentity.tagResource, { toString: "a", constructor: "b" });
  assert.equal(request.body, '{"toString": "a", "constructor": "b"}');
});

const signer = (credentials: AwsCredentials = { accessKeyId: "AKID", secretAccessKey: "secret" }) =>
  createClient({ region: "us-east-1", credentials: staticCredentials(credentials), endpoints: {}, log: silentLog });

test("What is signed is what is sent: path and query survive the URL unchanged", async () => {
  const operation: AnyOperation = supplychain.listInstances;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 4 }), async (filters) => {
      const input = { instanceNameFilter: filters };
      const { url } = await signer().sign(operation, input);
      assert.equal(`${url.pathname}${url.search}`, toWireRequest(operation, input).path);
    }),
  );
});

test("The environment never signs: credentials without keys are refused", async () => {
  await assert.rejects(signer({ accessKeyId: "", secretAccessKey: "" }).sign(supplychain.listInstances, {}), TypeError);
});

test("A session token is signed only when there is one", async () => {
  const without = await signer().sign(supplychain.listInstances, {});
  assert.equal("x-amz-security-token" in without.headers, false);
});

test("Dates are written as signatures want them", () => {
  assert.equal(toAmzDate(Date.UTC(2026, 0, 2, 3, 4, 5, 678)), "20260102T030405Z");
});

test("A base path of a custom endpoint goes before the operation's", async () => {
  const client = createClient({
    region: "us-east-1",
    credentials: staticCredentials({ accessKeyId: "a", secretAccessKey: "b" }),
    endpoints: { customUrl: () => "https://example.com/base/" },
    log: silentLog,
  });
  const { url } = await client.sign(supplychain.getInstance, { instanceId: "i" });
  assert.equal(url.href, "https://example.com/base/api/instance/i");
});

test("A custom endpoint that is changed is where the next request goes", async () => {
  let customUrl: string | undefined = "https://one.example";
  const client = createClient({
    region: "us-east-1",
    credentials: staticCredentials({ accessKeyId: "a", secretAccessKey: "b" }),
    endpoints: { customUrl: () => customUrl },
    log: silentLog,
  });
  const hosts: string[] = [];
  for (customUrl of ["https://one.example", "https://one.example", "https://two.example", undefined])
    hosts.push((await client.sign(supplychain.getInstance, { instanceId: "i" })).url.host);
  assert.deepEqual(hosts, ["one.example", "one.example", "two.example", "scn.us-east-1.amazonaws.com"]);
});

for (const text of [
  "",
  "text",
  "<a>",
  "<a></b>",
  "<a/><",
  "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
  "<html><br></html>",
  "<a/><b/>",
]) {
  test(`${JSON.stringify(text)} is refused as XML`, () => {
    assert.throws(() => parseXml(text), SyntaxError);
  });
}

test("XML with attributes, comments, CDATA and self-closing elements is read", () => {
  const root = parseXml(
    `\uFEFF<?xml version="1.0"?>\n<r a="1>2"><!-- <x> --><a>1<![CDATA[<&]]></a><b c='d'/><e><f> g </f></e></r>`,
  );
  assert.equal(root.name, "r");
  assert.equal(childOf(root, "a")?.text, "1<&");
  assert.equal(childOf(root, "b")?.text, "");
  assert.equal(findText(root, "f"), "g");
  assert.equal(findText(root, "z"), undefined);
});
