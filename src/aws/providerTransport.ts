import { Readable } from "node:stream";
import type { Clock } from "../core/clock";
import type { ClockSkew } from "./clockSkew";
import { secretsCutter } from "./redact";
import { encode } from "./request";
import type { SignedRequest } from "./sign";
import { defaultTimeouts, send, SendError, type SendOptions, type WireResponse } from "./transport";

export interface ProviderTransportOptions {
  /** PEM certificates to trust instead of the system's. */
  readonly ca: string | undefined;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Learns from the replies. */
  readonly skew: ClockSkew;
  /** Does what may wait for the user, who is asked for the password of a proxy: no time limit runs. */
  readonly unlimited: <T>(work: () => Promise<T>) => Promise<T>;
}

/** The part of the SDK's request that its credential clients use. */
interface ProviderRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * Sends the requests of the SDK's credential clients the way in which all others are sent: with the same certificates, proxy
 * and time limits. The SDK's own handler brings an agent, which VS Code replaces by its own, and the agent's certificates
 * would be gone with it: they travel with each request.
 */
export class ProviderTransport {
  readonly metadata = { handlerProtocol: "http/1.1" };
  readonly #options: ProviderTransportOptions;

  constructor(options: ProviderTransportOptions) {
    this.#options = options;
  }

  async handle(request: ProviderRequest) {
    const { ca, signal, clock, skew } = this.#options;
    const { method, headers } = request;
    const url = urlOf(request);
    const sentMs = clock.now();
    try {
      const signed = { method, url, headers, body: textOf(request.body) };
      const userAgent = headers["user-agent"] ?? headers["User-Agent"] ?? "";
      const reply = await this.#send(signed, { ca, signal, timeouts: defaultTimeouts, userAgent });
      skew.observe(url.host, reply.headers, { sentMs, nowMs: clock.now() });
      // The SDK's errors carry what a refusal says, and end in messages and logs.
      const body = reply.status < 400 ? reply.body : Buffer.from(secretsCutter(headers)(reply.body.toString()));
      return {
        response: { statusCode: reply.status, headers: flat(reply.headers), body: Readable.from([body]) },
      };
    } catch (error) {
      throw error instanceof SendError ? asTheSdkNamesIt(error) : error;
    }
  }

  async #send(request: SignedRequest, options: SendOptions): Promise<WireResponse> {
    let reply: Promise<WireResponse> | undefined;
    await this.#options.unlimited(
      () =>
        new Promise<void>((resolve) => {
          reply = send(request, { ...options, onSocket: resolve });
          reply.then(
            () => resolve(),
            () => resolve(),
          );
        }),
    );
    return reply ?? Promise.reject(new TypeError("Nothing was sent"));
  }

  /** A handler of the SDK has these; there is nothing to configure or to close. */
  updateHttpClientConfig(): void {}
  httpHandlerConfigs(): object {
    return {};
  }
  destroy(): void {}
}

function urlOf({ protocol, hostname, port, path, query = {} }: ProviderRequest): URL {
  const parts = Object.keys(query)
    .sort()
    .flatMap((key) => {
      const value = query[key] ?? null;
      if (value === null) return [encode(key)];
      return [value].flat().map((one) => `${encode(key)}=${encode(one)}`);
    });
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  return new URL(`${protocol}//${host}${path}${parts.length === 0 ? "" : `?${parts.join("&")}`}`);
}

function textOf(body: unknown): string | undefined {
  if (body === undefined || typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString("utf8");
  throw new TypeError("The body of a request for credentials is neither text nor bytes");
}

function flat(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ""].flat().join(", ")]));
}

/** What the SDK calls a time-out, and repeats, it knows by its name. */
function asTheSdkNamesIt(error: SendError): Error {
  const { message, code } = error;
  const named = Object.assign(new Error(message, { cause: error }), { code });
  if (code === "TimeoutError") named.name = code;
  return named;
}
