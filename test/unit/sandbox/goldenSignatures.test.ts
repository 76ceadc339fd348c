import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { findService, services } from "../../../src/aws/services/registry";
import type { IncomingRequest } from "../../../src/sandbox/incoming";
import { verifySignature } from "../../../src/sandbox/signature";

interface Vector {
  readonly service: string;
  readonly operation: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly contentType: string | null;
    readonly body: string | null;
    readonly target?: string;
  };
  readonly amzDate: string;
  readonly authorization: string;
  readonly securityToken: string;
}

const here = dirname(fileURLToPath(import.meta.url));
const { credentials, vectors } = JSON.parse(readFileSync(join(here, "..", "aws", "wireVectors.data.json"), "utf8")) as {
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
  readonly vectors: readonly Vector[];
};

const keys = { ...credentials, principal: "sandbox", accountId: "123456789012", expiresMs: null } as const;

function verify(request: IncomingRequest) {
  return verifySignature(request, {
    services: new Set(services.map(({ signingName }) => signingName)),
    nowMs: Date.parse("2026-01-02T03:04:05Z"),
    findKeys: (accessKeyId) => (accessKeyId === keys.accessKeyId ? keys : undefined),
  });
}

function toRequest({ request, operation, service, ...vector }: Vector): IncomingRequest {
  const url = new URL(request.url);
  const [, rawQuery = ""] = request.url.split("?");
  const targetPrefix = findService(service)?.targetPrefix;
  return {
    method: request.method,
    rawPath: request.url.slice(url.origin.length).split("?")[0] ?? "/",
    query: rawQuery
      .split("&")
      .filter((part) => part !== "")
      .map((part) => part.split("=").map(decodeURIComponent) as [string, string]),
    headers: {
      host: url.host,
      authorization: vector.authorization,
      "x-amz-date": vector.amzDate,
      "x-amz-security-token": vector.securityToken,
      ...(request.contentType !== null && { "content-type": request.contentType }),
      ...(targetPrefix !== undefined && { "x-amz-target": `${targetPrefix}.${operation}` }),
    },
    body: Buffer.from(request.body ?? ""),
  };
}

test("Every request that botocore signed is recognised, and none with another body or path", async () => {
  assert.ok(vectors.length > 10);
  for (const vector of vectors) {
    const request = toRequest(vector);
    assert.equal((await verify(request)).accessKeyId, keys.accessKeyId, `${vector.service} ${vector.operation}`);
    await assert.rejects(verify({ ...request, body: Buffer.from("other") }), { code: "InvalidSignatureException" });
    await assert.rejects(verify({ ...request, rawPath: `${request.rawPath}x` }), { code: "InvalidSignatureException" });
  }
});
