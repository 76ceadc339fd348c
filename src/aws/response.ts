import { STATUS_CODES } from "node:http";
import { inWords } from "../core/schemaWords";
import type { AnyOperation, Operation, Service } from "./operation";
import type { WireResponse } from "./transport";
import type { Redact } from "./redact";
import { childOf, findText, parseXml } from "./xml";
import { fromXml } from "./xmlOutput";

const maxTitleLength = 200;

/** A reply that is not what the protocol says: cut off, not JSON, or without a member that the operation must have. */
export class InvalidResponse extends Error {
  override readonly name = "InvalidResponse";
}

/** What an error reply says, before it is known whether to retry. */
export interface ErrorReply {
  /** Undefined: nothing says that a service wrote this. */
  readonly code: string | undefined;
  readonly message: string;
  readonly requestId: string | undefined;
}

export function requestIdOf(response: WireResponse): string | undefined {
  for (const name of ["x-amzn-requestid", "x-amzn-request-id", "x-amz-request-id"]) {
    const value = response.headers[name];
    const first = typeof value === "string" ? value : value?.[0];
    if (first) return requestIdIn(first);
  }
  return undefined;
}

/** Request ids reach logs and journals: what only a page or a gateway could have written is none. */
function requestIdIn(text: string | undefined): string | undefined {
  return text !== undefined && /^[\x21-\x7e]{1,256}$/.test(text) ? text : undefined;
}

/** @throws InvalidResponse */
export function parseOutput<O extends object>(
  operation: Pick<Operation<object, O>, "name" | "service" | "output">,
  response: WireResponse,
): O {
  const members =
    operation.service.protocol === "query" ? queryResult(operation, response) : jsonObject(response.body.toString());
  const parsed = operation.output.safeParse(members, { error: inWords });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  // A deeper one may be the key of a user's tag.
  const path = String(issue?.path[0] ?? "");
  throw new InvalidResponse(
    `The reply to ${operation.name} is not valid: ${path ? `${path}: ` : ""}${issue?.message ?? ""}`,
  );
}

function jsonObject(text: string): object {
  if (text.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InvalidResponse("The reply is not JSON", { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidResponse("The reply is not a JSON object");
  }
  return value;
}

function queryResult({ name, output }: Pick<AnyOperation, "name" | "output">, response: WireResponse): unknown {
  let result;
  try {
    result = childOf(parseXml(response.body.toString()), `${name}Result`);
  } catch (error) {
    throw new InvalidResponse("The reply is not XML", { cause: error });
  }
  if (!result) throw new InvalidResponse(`The reply has no ${name}Result`);
  return fromXml(output, result);
}

/**
 * The error code as the SDKs find it: the header, then `code` of the body, then `__type`. The body may be empty or come
 * from a proxy that speaks HTML: then there is no code, and only the status and a title are left to tell.
 */
export function parseError(service: Service, response: WireResponse, redact: Redact): ErrorReply {
  const { status, headers } = response;
  const body = service.protocol === "query" ? xmlError(response) : jsonError(response);
  const requestId = requestIdOf(response) ?? requestIdIn(body.requestId);
  const header = headers["x-amzn-errortype"];
  const said = sanitise(Array.isArray(header) ? header[0] : header) ?? sanitise(body.code);
  const code = said === undefined ? undefined : redact(said);
  return {
    code: modelledName(service, code, status) ?? (isRedirect(status) ? "UnexpectedRedirect" : undefined),
    message: redact(
      body.message ?? (code === undefined ? messageOfPage(response) : `HTTP ${status} ${reasonOf(status)}`),
    ),
    requestId: requestId === undefined ? undefined : redact(requestId),
  };
}

interface ErrorBody {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

function jsonError(response: WireResponse): ErrorBody {
  let members: Map<string, unknown>;
  try {
    members = new Map(Object.entries(jsonObject(response.body.toString())));
  } catch {
    return {};
  }
  const named = [...members].find(([name]) => name.toLowerCase() === "code")?.[1];
  return {
    code: toCode(named) ?? toCode(members.get("__type")),
    message: toMessage(members.get("message")) ?? toMessage(members.get("Message")),
  };
}

function xmlError(response: WireResponse): ErrorBody {
  try {
    const root = parseXml(response.body.toString());
    return { code: findText(root, "Code"), message: findText(root, "Message"), requestId: findText(root, "RequestId") };
  } catch {
    return {};
  }
}

function toCode(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" ? first : undefined;
}

function toMessage(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * `aws.protocols#ValidationException:http://internal.amazon.com/…` is ValidationException. What is no name is no code of
 * AWS: proxies like to repeat the status there.
 */
function sanitise(code: string | undefined): string | undefined {
  const [beforeComma = ""] = (code ?? "").split(",");
  const [beforeColon = ""] = beforeComma.split(":");
  const name = beforeColon.slice(beforeColon.indexOf("#") + 1).trim();
  return /^[a-z][\w.-]{0,127}$/i.test(name) ? name : undefined;
}

/** Chime's bodies say `Forbidden` where the header says ForbiddenException: both are the one modelled error. */
function modelledName(service: Service, code: string | undefined, status: number): string | undefined {
  if (code === undefined || Object.hasOwn(service.errors, code)) return code;
  const modelled = Object.entries(service.errors).find(([, error]) => error.code === code && error.status === status);
  return modelled?.[0] ?? code;
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

function messageOfPage(response: WireResponse): string {
  const { status, headers } = response;
  if (!isRedirect(status)) return titleOf(response) ?? reasonOf(status);
  const to = headers.location ? ` (to ${hostOf(headers.location)})` : "";
  return `HTTP ${status} ${reasonOf(status)}: redirects are not followed${to}`;
}

/** The title of a page: often all that a proxy says of itself. */
function titleOf({ body }: WireResponse): string | undefined {
  const title = /<title\b[^>]*>([^<]*)/i.exec(body.subarray(0, 16 * 1024).toString())?.[1];
  const text = title?.replace(/\s+/g, " ").trim().slice(0, maxTitleLength);
  return text === "" ? undefined : text;
}

function reasonOf(status: number): string {
  return STATUS_CODES[status] ?? "no reason was given";
}

function hostOf(location: string): string {
  return URL.canParse(location) ? new URL(location).host : "another path";
}
