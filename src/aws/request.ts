import { toJsonBody } from "./jsonBody";
import type { AnyOperation } from "./operation";

/** An operation's input as HTTP, before it has a host and a signature. */
export interface WireRequest {
  readonly method: string;
  /** Percent-encoded once, with a query string where there is one. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Members are sent in the order in which the input has them; undefined and null ones are left out, unknown ones are not. */
export function toWireRequest(operation: AnyOperation, input: object): WireRequest {
  const members = new Map(
    Object.entries(input).filter(([, value]: [string, unknown]) => value !== undefined && value !== null),
  );
  const [template = "", constantQuery] = operation.path.split("?");
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => pathLabel(operation, name, take(members, name)));
  const query = [...(constantQuery ? [constantQuery] : []), ...queryParts(operation, members)].join("&");
  return {
    method: operation.method,
    path: query ? `${path}?${query}` : path,
    ...payload(operation, Object.fromEntries(members)),
  };
}

function take(members: Map<string, unknown>, name: string): unknown {
  const value = members.get(name);
  members.delete(name);
  return value;
}

/** A label that is empty or a dot segment would address another resource, perhaps all of them. */
function pathLabel(operation: AnyOperation, name: string, value: unknown): string {
  const text = toText(value);
  if (text === "" || text === "." || text === "..") {
    throw new TypeError(`${operation.name} cannot be sent: ${name} must not be ${JSON.stringify(text)}`);
  }
  return encode(text);
}

function queryParts(operation: AnyOperation, members: Map<string, unknown>): string[] {
  const keys = (operation.query ?? {}) as Readonly<Record<string, string>>;
  return [...members.keys()].flatMap((name) => {
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (key === undefined) return [];
    const value = take(members, name);
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    return values.map((item) => `${encode(key)}=${encode(toText(item))}`);
  });
}

function payload(operation: AnyOperation, members: object): Pick<WireRequest, "headers" | "body"> {
  const { service } = operation;
  switch (service.protocol) {
    case "query":
      return {
        headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
        body: [
          `Action=${operation.name}`,
          `Version=${service.apiVersion}`,
          ...formParts("", members).map(([name, value]) => `${encode(name)}=${encode(value)}`),
        ].join("&"),
      };
    case "aws-json-1.1":
      return {
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `${service.targetPrefix ?? ""}.${operation.name}`,
        },
        body: toJsonBody(members),
      };
    case "rest-json":
      if (operation.method === "GET" || operation.method === "DELETE") return { headers: {} };
      return { headers: { "content-type": "application/json" }, body: toJsonBody(members) };
  }
}

/** Lists and structures as the query protocol flattens them, `ActionNames.member.1`. An empty list is said by its name. */
function formParts(prefix: string, value: unknown): readonly (readonly [name: string, value: string])[] {
  if (typeof value !== "object" || value === null) return value === undefined ? [] : [[prefix, toText(value)]];
  if (Array.isArray(value) && value.length === 0) return [[prefix, ""]];
  const members = Array.isArray(value)
    ? value.map((item: unknown, index) => [`member.${index + 1}`, item] as const)
    : Object.entries(value);
  return members.flatMap(([name, member]) => formParts(prefix ? `${prefix}.${name}` : name, member));
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

/** RFC 3986: `encodeURIComponent` leaves five characters alone that Signature Version 4 wants encoded. */
export function encode(text: string): string {
  if (/\p{Cs}/u.test(text)) throw new TypeError("The request cannot be sent: it holds half a character");
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
