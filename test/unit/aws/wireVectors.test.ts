import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../../../src/aws/httpClient";
import { staticCredentials } from "../../../src/aws/credentials";
import { findOperation } from "../../../src/aws/services/registry";
import { silentLog } from "../../../src/core/log";
import vectors from "./wireVectors.data.json";

const fixedDateMs = Date.UTC(2026, 0, 2, 3, 4, 5);

for (const [index, vector] of vectors.vectors.entries()) {
  test(`Vector ${index}, ${vector.service} ${vector.operation} in ${vector.region}, is signed as botocore signs it`, async () => {
    const operation = findOperation(vector.service, vector.operation);
    assert.ok(operation, "the operation is registered");
    const client = createClient({
      region: vector.region,
      credentials: staticCredentials(vectors.credentials),
      endpoints: {},
      log: silentLog,
      fixedDateMs,
    });
    const signed = await client.sign(operation, vector.input);
    assert.equal(signed.method, vector.request.method);
    assert.equal(signed.url.href, vector.request.url);
    assert.equal(signed.body ?? null, vector.request.body);
    assert.equal(signed.headers["content-type"] ?? null, vector.request.contentType);
    assert.equal(signed.headers["x-amz-date"], vector.amzDate);
    assert.equal(signed.headers["x-amz-security-token"], vector.securityToken);
    assert.equal(signed.headers.authorization, vector.authorization);
  });
}
