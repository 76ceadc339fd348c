import aws4 from "aws4";
import type { AwsCredentials } from "./credentials";
import type { WireRequest } from "./request";

/** What goes over the wire: nothing is added to it but a user agent, which is not signed. */
export interface SignedRequest {
  readonly method: string;
  readonly url: URL;
  /** Names in lower case. Contains the signature and the session token: never to be logged. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

interface Scope {
  readonly service: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
}

/**
 * Signature Version 4. Service, Region and credentials are always given: aws4 would otherwise guess the first two from the
 * host and take the last from the environment, which may be another account.
 */
export function signRequest(request: WireRequest, endpoint: URL, scope: Scope): SignedRequest {
  const { accessKeyId, secretAccessKey, sessionToken } = scope.credentials;
  if (!accessKeyId || !secretAccessKey) throw new TypeError("Cannot sign a request without an access key");
  const signed = aws4.sign(
    {
      service: scope.service,
      region: scope.region,
      method: request.method,
      host: endpoint.host,
      path: `${endpoint.pathname.replace(/\/+$/, "")}${request.path}`,
      headers: { ...request.headers, host: endpoint.host, "x-amz-date": toAmzDate(scope.timeMs) },
      ...(request.body === undefined ? {} : { body: request.body }),
      // Official clients leave the length unsigned, as some proxies change how a body is framed.
      extraHeadersToIgnore: { "content-length": true },
    } as aws4.Request,
    sessionToken ? { accessKeyId, secretAccessKey, sessionToken } : { accessKeyId, secretAccessKey },
  );
  const headers = Object.fromEntries(
    Object.entries(signed.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  return {
    method: request.method,
    url: new URL(`${endpoint.origin}${signed.path ?? "/"}`),
    headers,
    body: request.body,
  };
}

/** `20260102T030405Z` */
export function toAmzDate(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/[:-]|\.\d{3}/g, "");
}
