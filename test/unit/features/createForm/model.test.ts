import assert from "node:assert/strict";
import { test } from "node:test";
import type { Session } from "../../../../src/instances/connection";
import { createKinds } from "../../../../src/instances/kinds/registry";
import { submitSentence } from "../../../../src/features/createForm/model";
import { resolveEndpoint } from "../../../../src/aws/endpoint";
import type { ServiceName } from "../../../../src/aws/operation";

const kinds = createKinds({ chimeApi: () => "identity" });

/** A session in which one service has an endpoint of its own. */
function sessionWith(custom: string): Session {
  const endpoints = { customUrl: ({ id }: ServiceName) => (id === custom ? "http://127.0.0.1:4566" : undefined) };
  return {
    connection: { source: "profile", profile: "dev", region: "us-east-1" },
    accountId: "123456789012",
    generation: 1,
    isLoopback: false,
    customEndpoint: `${custom} http://127.0.0.1:4566`,
    endpointOf: (service) => resolveEndpoint(service, "us-east-1", endpoints),
  } as Session;
}

for (const kind of kinds.all) {
  test(`Security 12: the form of a ${kind.title} names the endpoint of its own service, and no other's`, () => {
    const request = { kind: kind.id } as unknown as Parameters<typeof submitSentence>[2];
    assert.match(
      submitSentence(kind, sessionWith(kind.service.id), request),
      /Uses the endpoint http:\/\/127\.0\.0\.1:4566\.$/,
    );
    assert.doesNotMatch(submitSentence(kind, sessionWith("kms"), request), /endpoint/);
  });
}
