import { createHash, timingSafeEqual } from "node:crypto";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsError } from "./awsError";
import type { IncomingRequest } from "./incoming";
import type { StoredKeys } from "./principals";

interface Credential {
  readonly accessKeyId: string;
  /** yyyymmdd */
  readonly date: string;
  readonly region: string;
  readonly service: string;
}

interface Authorization extends Credential {
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

export interface Verified extends Credential {
  readonly keys: StoredKeys;
}

const maxSkewMs = 15 * 60_000;
const algorithm = "AWS4-HMAC-SHA256";

/** What the signature claims, unverified: enough to know whose way of failing applies. */
export function claimedService(request: IncomingRequest): string | undefined {
  return /Credential=[^/,\s]+\/[^/,\s]*\/[^/,\s]*\/([^/,\s]+)\//.exec(request.headers.authorization ?? "")?.[1];
}

/**
 * Checks a request's Signature Version 4 with code that the client under test does not use, and refuses in AWS's words.
 * Throws AwsError with the codes of the rest-json services; other protocols rename them.
 */
export async function verifySignature(
  request: IncomingRequest,
  options: {
    readonly services: ReadonlySet<string>;
    readonly nowMs: number;
    readonly findKeys: (accessKeyId: string) => StoredKeys | undefined;
  },
): Promise<Verified> {
  const authorization = parseAuthorization(request.headers.authorization);
  const signedAt = signingDate(request, authorization);
  checkScope(authorization, options.services);
  const keys = options.findKeys(authorization.accessKeyId);
  const sessionToken = request.headers["x-amz-security-token"];
  if (keys?.sessionToken !== (sessionToken ?? null))
    throw refused("UnrecognizedClientException", "The security token included in the request is invalid.");
  checkDate(signedAt, options.nowMs);
  checkSignedHeaders(request, authorization);
  const signature = await expectedSignature(request, authorization, keys, signedAt.date);
  if (!sameText(signature, authorization.signature))
    throw refused(
      "InvalidSignatureException",
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    );
  if (keys.expiresMs !== null && keys.expiresMs <= options.nowMs)
    throw refused("ExpiredTokenException", "The security token included in the request is expired");
  const { accessKeyId, date, region, service } = authorization;
  return { accessKeyId, date, region, service, keys };
}

function parseAuthorization(header: string | undefined): Authorization {
  if (!header) throw refused("MissingAuthenticationTokenException", "Missing Authentication Token");
  if (!header.startsWith(`${algorithm} `))
    throw refused("IncompleteSignatureException", `Authorization header requires '${algorithm}' algorithm.`);
  const parts = new Map(
    header
      .slice(algorithm.length)
      .split(",")
      .map((part) => part.trim())
      .map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
  );
  const missing = ["Credential", "Signature", "SignedHeaders"].filter((name) => !parts.get(name));
  if (missing.length > 0)
    throw refused(
      "IncompleteSignatureException",
      missing.map((name) => `Authorization header requires '${name}' parameter.`).join(" "),
    );
  const scope = (parts.get("Credential") ?? "").split("/");
  const [accessKeyId, date, region, service, terminator] = scope;
  if (scope.length !== 5 || !accessKeyId || !date || !region || !service || terminator !== "aws4_request")
    throw refused(
      "IncompleteSignatureException",
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.",
    );
  const signedHeaders = (parts.get("SignedHeaders") ?? "").split(";");
  return { accessKeyId, date, region, service, signedHeaders, signature: parts.get("Signature") ?? "" };
}

function signingDate(request: IncomingRequest, authorization: Authorization): { text: string; date: Date } {
  const text = request.headers["x-amz-date"];
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text ?? "") ?? [];
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (text === undefined || Number.isNaN(date.getTime()))
    throw refused(
      "IncompleteSignatureException",
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  if (!text.startsWith(authorization.date))
    throw refused(
      "InvalidSignatureException",
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${authorization.date}' != '${text.slice(0, 8)}', from '${text}'.`,
    );
  return { text, date };
}

function checkScope(authorization: Authorization, services: ReadonlySet<string>): void {
  if (!services.has(authorization.service))
    throw refused("InvalidSignatureException", "Credential should be scoped to correct service.");
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(authorization.region))
    throw refused("InvalidSignatureException", "Credential should be scoped to a valid region.");
}

function checkDate(signedAt: { text: string; date: Date }, nowMs: number): void {
  const signedMs = signedAt.date.getTime();
  const now = toAmzDate(nowMs);
  if (signedMs < nowMs - maxSkewMs)
    throw refused(
      "InvalidSignatureException",
      `Signature expired: ${signedAt.text} is now earlier than ${toAmzDate(nowMs - maxSkewMs)} (${now} - 15 min.)`,
    );
  if (signedMs > nowMs + maxSkewMs)
    throw refused(
      "InvalidSignatureException",
      `Signature not yet current: ${signedAt.text} is still later than ${toAmzDate(nowMs + maxSkewMs)} (${now} + 15 min.)`,
    );
}

/** Host and every x-amz header must be signed, or somebody between could change them. */
function checkSignedHeaders(request: IncomingRequest, { signedHeaders }: Authorization): void {
  const required = ["host", ...Object.keys(request.headers).filter((name) => name.startsWith("x-amz-"))];
  const unsigned = required.find((name) => !signedHeaders.includes(name));
  if (unsigned !== undefined)
    throw refused("InvalidSignatureException", `'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
  const absent = signedHeaders.find((name) => request.headers[name] === undefined);
  if (absent !== undefined)
    throw refused("InvalidSignatureException", `Header '${absent}' is signed but was not sent.`);
  const declared = request.headers["x-amz-content-sha256"];
  if (declared !== undefined && declared !== createHash("sha256").update(request.body).digest("hex"))
    throw refused("InvalidSignatureException", "The value of 'x-amz-content-sha256' does not match the payload.");
}

async function expectedSignature(
  request: IncomingRequest,
  authorization: Authorization,
  keys: StoredKeys,
  date: Date,
): Promise<string> {
  const signer = new SignatureV4({
    // The session token is among the headers already.
    credentials: { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey },
    region: authorization.region,
    service: authorization.service,
    sha256: Sha256,
    uriEscapePath: true,
    applyChecksum: false,
  });
  // Without a prototype: a key of the request may be called `__proto__`.
  const query = Object.create(null) as Record<string, string[]>;
  for (const [name, value] of request.query) (query[name] ??= []).push(value);
  const signed = await signer.sign(
    {
      method: request.method,
      protocol: "http:",
      hostname: request.headers.host ?? "",
      path: request.rawPath,
      query,
      headers: Object.fromEntries(authorization.signedHeaders.map((name) => [name, request.headers[name] ?? ""])),
      body: request.body,
    },
    { signingDate: date, signableHeaders: new Set(authorization.signedHeaders) },
  );
  return /Signature=([0-9a-f]+)$/.exec(signed.headers.authorization ?? "")?.[1] ?? "";
}

/** In constant time, so that the answer's delay tells nothing about how much was right. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function toAmzDate(ms: number): string {
  return new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
}

function refused(code: string, message: string): AwsError {
  return new AwsError(code, message, 403);
}
