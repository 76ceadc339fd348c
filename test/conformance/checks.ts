import assert from "node:assert/strict";
import type { ServiceId } from "../../src/aws/operation";
import type { TestSandbox } from "../fixtures/sandbox";
import type { Client, Connection, Driver, Refusal } from "./driver";

export interface CheckContext {
  readonly sandbox: TestSandbox;
  readonly client: Client;
  /** Connected to the sandbox with its ordinary keys. */
  readonly driver: Driver;
  readonly connect: (overrides: Partial<Connection>) => Driver;
}

/** One thing that an operation promises, said once for every client. */
export interface Check {
  readonly service: ServiceId;
  readonly operation: string;
  readonly title: string;
  /** Undefined: for every client. */
  readonly onlyFor?: (client: Client) => boolean;
  run(context: CheckContext): Promise<void>;
}

/** Rejects unless the call is refused with this exception, complete with status and request id, as the client's own class. */
export async function assertRefused(
  driver: Driver,
  call: Promise<unknown>,
  expected: {
    readonly name: string;
    readonly status: number;
    readonly message?: RegExp;
    readonly code?: string;
    readonly isModelled?: boolean;
  },
): Promise<Refusal> {
  const error: unknown = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error, `expected ${expected.name}, but the call succeeded`);
  const refusal = driver.toRefusal(error);
  assert.equal(refusal.name, expected.name);
  assert.equal(refusal.status, expected.status);
  assert.match(refusal.requestId ?? "", /^[0-9a-f-]{36}$/);
  if (expected.message) assert.match(refusal.message, expected.message);
  if (refusal.code !== undefined && expected.code !== undefined) assert.equal(refusal.code, expected.code);
  if (expected.isModelled ?? true) assert.ok(refusal.isOwnClass, `${refusal.name} is not the client's own class`);
  return refusal;
}

/** What every service does before it looks at the operation. */
export function signatureChecks(service: ServiceId, operation: string): Check[] {
  const check = (title: string, run: Check["run"]): Check => ({ service, operation, title, run });
  const names =
    service === "sts" || service === "iam"
      ? {
          wrong: "SignatureDoesNotMatch",
          unknown: "InvalidClientTokenId",
          expired: "ExpiredToken",
          skewed: "SignatureDoesNotMatch",
        }
      : {
          wrong: "InvalidSignatureException",
          unknown: "UnrecognizedClientException",
          expired: "ExpiredTokenException",
          skewed: "InvalidSignatureException",
        };
  const status = ["kms", "sso-admin", "cloudtrail"].includes(service) ? 400 : 403;
  const isModelled = false;
  return [
    check("refuses a wrong secret", async ({ connect, sandbox }) => {
      const driver = connect({ keys: { accessKeyId: sandbox.accessKeyId, secretAccessKey: "wrong" } });
      await assertRefused(driver, driver.call(operation, {}), {
        name: names.wrong,
        status,
        isModelled,
        message: /signature we calculated/,
      });
    }),
    check("refuses an unknown key", async ({ connect }) => {
      const driver = connect({ keys: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wrong" } });
      await assertRefused(driver, driver.call(operation, {}), { name: names.unknown, status, isModelled });
    }),
    check("takes temporary keys and refuses expired ones", async ({ connect, sandbox }) => {
      await connect({ keys: await sandbox.control.createSession(900) }).call(operation, {});
      const driver = connect({ keys: await sandbox.control.createSession(-1) });
      await assertRefused(driver, driver.call(operation, {}), {
        name: names.expired,
        status,
        isModelled,
        message: /expired/,
      });
    }),
    {
      ...check("refuses a wrong clock", async ({ connect, sandbox }) => {
        await sandbox.control.setClock(3600);
        const driver = connect({ maxAttempts: 1 });
        const expected = { name: names.skewed, status, isModelled, message: /^Signature expired: / };
        await assertRefused(driver, driver.call(operation, {}), expected);
      }),
      onlyFor: ({ column }) => column === "javascript",
    },
    check("lets a client find and correct its wrong clock", async ({ driver, sandbox }) => {
      await sandbox.control.setClock(3600);
      await driver.call(operation, {});
    }),
  ];
}

/** How the client gets over trouble on the way; `operation` changes nothing. */
export function retryChecks(service: ServiceId, operation: string): Check[] {
  return (
    [
      ["a 500", { kind: "status", status: 500 }],
      ["a 503", { kind: "status", status: 503 }],
      ["throttling", { kind: "status", status: 429 }],
      ["a reset connection", { kind: "reset" }],
    ] as const
  ).map(([what, fault]) => ({
    service,
    operation,
    title: `succeeds after ${what}`,
    async run({ driver, sandbox }) {
      await sandbox.control.addFault(operation, fault);
      await driver.call(operation, {});
      const { requests } = await sandbox.control.ledger();
      assert.deepEqual(
        requests.map((request) => request.fault),
        [fault.kind, null],
      );
    },
  }));
}
