import type { AnyOperation } from "../aws/operation";
import type { SchemaPart } from "../core/schemaPart";
import { AwsError } from "./awsError";
import { readForm, toInteger } from "./formInput";
import { decode, parseForm, type IncomingRequest } from "./incoming";

/** The operation's input as the request has it, unvalidated. */
export function readInput(operation: AnyOperation, request: IncomingRequest): Record<string, unknown> {
  switch (operation.service.protocol) {
    case "query":
      return readForm(operation.input, Object.entries(parseForm(request.body.toString("utf8"))));
    case "aws-json-1.1":
      return readJson(request.body);
    case "rest-json":
      return { ...readJson(request.body), ...readQuery(operation, request), ...matchPath(operation, request) };
  }
}

/** Path members when the request is for this operation, undefined when it is not. */
export function matchPath(operation: AnyOperation, request: IncomingRequest): Record<string, string> | undefined {
  if (operation.method !== request.method) return undefined;
  const [path = "", constantQuery] = operation.path.split("?");
  const wanted = path.split("/");
  const given = request.rawPath.split("/");
  if (wanted.length !== given.length) return undefined;
  if (constantQuery !== undefined && !hasQuery(request, constantQuery)) return undefined;
  const members: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? "";
    const member = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (member === undefined ? segment !== value : value === "") return undefined;
    if (member !== undefined) members[member] = decode(value);
  }
  return members;
}

function hasQuery(request: IncomingRequest, constantQuery: string): boolean {
  const [wantedName, wantedValue] = constantQuery.split("=");
  return request.query.some(([name, value]) => name === wantedName && value === wantedValue);
}

function readQuery(operation: AnyOperation, request: IncomingRequest): Record<string, unknown> {
  const members: Record<string, unknown> = {};
  for (const [member, key] of Object.entries((operation.query ?? {}) as Readonly<Record<string, string>>)) {
    const values = request.query.filter(([name]) => name === key).map(([, value]) => value);
    if (values.length === 0) continue;
    const type = memberType(operation, member);
    if (type === "array") members[member] = values;
    else members[member] = type === "number" ? toInteger(member, values[0] ?? "") : values[0];
  }
  return members;
}

/** Query parameters are text; the input schema knows what they stand for. */
function memberType(operation: AnyOperation, member: string): string | undefined {
  let part = (operation.input as unknown as SchemaPart).def.shape?.[member];
  while (part?.def.innerType) part = part.def.innerType;
  return part?.def.type;
}

/** A null member is a missing one. */
function readJson(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw new AwsError("SerializationException", "Could not read the request: the body is not JSON", 400);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new AwsError("SerializationException", "Could not read the request: the body is not a JSON object", 400);
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null));
}
