import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { AwsClient } from "../../../src/aws/awsClient";
import type { AnyOperation } from "../../../src/aws/operation";
import type { Session } from "../../../src/instances/connection";
import type { Draft } from "../../../src/instances/draft";
import { validateDraft } from "../../../src/instances/draftValidation";
import type { Kind } from "../../../src/instances/kind";
import { createKinds } from "../../../src/instances/kinds/registry";
import { draftOf } from "../../fixtures/arbitraries";

class Recorded extends Error {
  constructor(
    readonly operation: AnyOperation,
    readonly input: object,
  ) {
    super("recorded");
  }
}

/** What the kind would send, caught at the client's door. */
async function createRequest(kind: Kind, draft: Draft): Promise<Recorded> {
  const client: AwsClient = {
    region: "us-east-1",
    clockOffsetMs: undefined,
    call: (operation, input) => Promise.reject(new Recorded(operation as AnyOperation, input)),
    pages: () => assert.fail("a create lists nothing"),
  };
  const session: Session = {
    connection: { source: "profile", profile: "p", region: "us-east-1" },
    accountId: "123456789012",
    generation: 1,
    client,
    endpointOf: () => assert.fail("nobody asks where it goes"),
    isLoopback: false,
  };
  try {
    await kind.create(session, draft, "11111111-2222-4333-8444-555555555555");
  } catch (error) {
    if (error instanceof Recorded) return error;
    throw error;
  }
  return assert.fail("nothing was sent");
}

for (const chimeApi of ["identity", "legacy"] as const) {
  for (const kind of createKinds({ chimeApi: () => chimeApi }).all) {
    if (kind.id === "supplyChain" && chimeApi === "legacy") continue;
    test(`What the validator accepts, the service's own schema accepts, and the reverse (${kind.id}, ${chimeApi})`, async () => {
      const seen = { accepted: 0, refused: 0 };
      await fc.assert(
        fc.asyncProperty(draftOf(kind), async (draft) => {
          const problems = validateDraft(kind, draft);
          const { operation, input } = await createRequest(kind, draft);
          const isAccepted = operation.input.safeParse(input).success;
          assert.equal(problems.length === 0, isAccepted, JSON.stringify(problems));
          seen[isAccepted ? "accepted" : "refused"]++;
        }),
        { numRuns: 500 },
      );
      assert.ok(seen.accepted > 20 && seen.refused > 20, JSON.stringify(seen));
    });

    test(`A draft keeps its every value on the way through an instance and back (${kind.id}, ${chimeApi})`, () => {
      fc.assert(
        fc.property(draftOf(kind), (draft) => {
          fc.pre(validateDraft(kind, draft).length === 0);
          const instance = {
            kind: kind.id,
            id: "i",
            arn: "arn",
            phase: "ready",
            values: draft.values,
            raw: {},
          } as const;
          assert.deepEqual(kind.capture(instance, draft.tags), draft);
        }),
        { numRuns: 100 },
      );
    });
  }
}
