import type { IncomingMessage } from "node:http";

/** A request as it came over the socket, read whole. */
export interface IncomingRequest {
  readonly method: string;
  /** Percent-encoded as sent, without the query. */
  readonly rawPath: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Names in lower case; repeated headers joined with a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const maxBodyBytes = 1024 * 1024;

export class BodyTooLargeError extends Error {}
export class MalformedRequestError extends Error {}

/** Rejects with BodyTooLargeError, MalformedRequestError, or the socket's error. */
export async function readRequest(message: IncomingMessage): Promise<IncomingRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new BodyTooLargeError();
    chunks.push(chunk);
  }
  const [rawPath = "/", rawQuery = ""] = splitOnce(message.url ?? "/", "?");
  return {
    method: message.method ?? "GET",
    rawPath,
    query: rawQuery
      .split("&")
      .filter((part) => part !== "")
      .map((part) => {
        const [name = "", value = ""] = splitOnce(part, "=");
        return [decode(name), decode(value)] as const;
      }),
    headers: Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(",") : (value ?? ""),
      ]),
    ),
    body: Buffer.concat(chunks),
  };
}

/** The parts of a form or a query, where `+` may stand for a space. */
export function parseForm(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams(text));
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new MalformedRequestError("The request URI is not percent-encoded UTF-8");
  }
}
