import * as legacySdk from "@aws-sdk/client-chime";
import * as identitySdk from "@aws-sdk/client-chime-sdk-identity";
import * as trailSdk from "@aws-sdk/client-cloudtrail";
import * as iamSdk from "@aws-sdk/client-iam";
import * as ssoAdminSdk from "@aws-sdk/client-sso-admin";
import { staticCredentials } from "../../src/aws/credentials";
import { createClient } from "../../src/aws/httpClient";
import { ServiceError } from "../../src/aws/errors";
import type { ServiceId } from "../../src/aws/operation";
import { findOperation } from "../../src/aws/services/registry";
import { silentLog } from "../../src/core/log";
import type { Sandbox } from "../../src/sandbox/server";
import type { Keys } from "../fixtures/signedRequest";
import type { Column } from "./report";

export type Members = Readonly<Record<string, unknown>>;

/** What a client says about a refusal. */
export interface Refusal {
  readonly name: string;
  readonly message: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** The body's `Code`, where the client passes it on. */
  readonly code?: string | undefined;
  /** The error is of the class that the client has for this exception. */
  readonly isOwnClass: boolean;
}

/** A client of one service, whoever wrote it. */
export interface Driver {
  call(operation: string, input: Members): Promise<Members>;
  /** Pages as the client's own paginator gives them. */
  pages(operation: string, input: Members, pageSize: number): AsyncIterable<Members>;
  toRefusal(error: unknown): Refusal;
}

export interface Connection {
  readonly endpoint: string;
  readonly region: string;
  readonly keys: Keys;
  readonly maxAttempts?: number;
}

export interface Client {
  readonly column: Column;
  readonly services: readonly ServiceId[];
  /** Invents an idempotency token when the input has none; ours leaves that to its caller. */
  readonly inventsTokens: boolean;
  connect(service: ServiceId, connection: Connection): Driver;
}

export function connectionTo(sandbox: Sandbox, overrides: Partial<Connection> = {}): Connection {
  return { endpoint: sandbox.endpoint, region: sandbox.region, keys: sandbox, ...overrides };
}

export const ours: Client = {
  column: "ours",
  services: ["supplychain", "chime-sdk-identity", "chime", "kms", "sts", "iam", "sso-admin", "cloudtrail"],
  inventsTokens: false,
  connect(service, { endpoint, region, keys }) {
    const client = createClient({
      region,
      credentials: staticCredentials(keys),
      endpoints: { customUrl: () => endpoint },
      log: silentLog,
    });
    const operationOf = (name: string) => {
      const operation = findOperation(service, name);
      if (!operation) throw new Error(`No operation ${service} ${name}`);
      return operation;
    };
    return {
      call: async (name, input) => (await client.call(operationOf(name), input)) as Members,
      pages: (name, input, pageSize) => {
        const operation = operationOf(name);
        return client.pages(operation, {
          ...input,
          [operation.pagination?.limit ?? ""]: pageSize,
        }) as AsyncIterable<Members>;
      },
      toRefusal(error) {
        if (!(error instanceof ServiceError)) throw error;
        return {
          name: error.name,
          message: error.message,
          status: error.status,
          requestId: error.requestId,
          isOwnClass: true,
        };
      },
    };
  },
};

interface SdkError extends Error {
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** The packages have classes of the same names, which only their exports tie together. */
interface Sdk {
  readonly exports: Readonly<Record<string, unknown>>;
  newClient(config: object): { send(command: unknown): Promise<object>; destroy(): void };
}

const sdks: Partial<Readonly<Record<ServiceId, Sdk>>> = {
  "chime-sdk-identity": {
    exports: identitySdk,
    newClient: (config) => new identitySdk.ChimeSDKIdentityClient(config),
  },
  chime: {
    exports: legacySdk,
    // A loopback address cannot take the `identity-` in front.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- that it is deprecated is the point
    newClient: (config) => new legacySdk.ChimeClient({ ...config, disableHostPrefix: true }),
  },
  iam: { exports: iamSdk, newClient: (config) => new iamSdk.IAMClient(config) },
  "sso-admin": { exports: ssoAdminSdk, newClient: (config) => new ssoAdminSdk.SSOAdminClient(config) },
  cloudtrail: { exports: trailSdk, newClient: (config) => new trailSdk.CloudTrailClient(config) },
};

export const javascript: Client = {
  column: "javascript",
  services: ["chime-sdk-identity", "chime", "iam", "sso-admin", "cloudtrail"],
  inventsTokens: true,
  connect(service, { endpoint, region, keys, maxAttempts }) {
    const sdk = sdks[service];
    if (!sdk) throw new Error(`There is no JavaScript client for ${service} here`);
    const client = sdk.newClient({
      endpoint,
      region,
      credentials: {
        accessKeyId: keys.accessKeyId,
        secretAccessKey: keys.secretAccessKey,
        ...(keys.sessionToken !== undefined && { sessionToken: keys.sessionToken }),
      },
      ...(maxAttempts !== undefined && { maxAttempts }),
    });
    return {
      async call(name, input) {
        const Command = sdk.exports[`${name}Command`] as new (input: Members) => unknown;
        const output = Object.entries(await client.send(new Command(withDates(input))));
        return Object.fromEntries(output.filter(([member]) => member !== "$metadata"));
      },
      pages(name, input, pageSize) {
        const paginate = sdk.exports[`paginate${name}`] as (
          config: { client: unknown; pageSize: number },
          input: Members,
        ) => AsyncIterable<Members>;
        return paginate({ client, pageSize }, input);
      },
      toRefusal(error) {
        const { name, message, Code, $metadata } = error as SdkError;
        const ownClass = sdk.exports[name] as (new () => Error) | undefined;
        return {
          name,
          message,
          status: $metadata?.httpStatusCode,
          requestId: $metadata?.requestId,
          code: Code,
          isOwnClass: ownClass !== undefined && error instanceof ownClass,
        };
      },
    };
  },
};

/** The SDK takes dates where the wire has epoch seconds. */
function withDates(input: Members): Members {
  const members = Object.entries(input).map(([name, value]) => {
    const isTime = typeof value === "number" && /^(Start|End)Time$/.test(name);
    return [name, isTime ? new Date(value * 1000) : value] as const;
  });
  return Object.fromEntries(members);
}
