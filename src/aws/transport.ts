import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { CancelledError, messageOf } from "../core/errors";
import type { SignedRequest } from "./sign";

export interface Timeouts {
  /**
   * Until the agent has a socket to connect with. VS Code's looks for the proxy, runs a PAC file, reads the system's
   * certificates and asks the user for the proxy's password first: none of that is a network that does not answer.
   */
  readonly socketMs: number;
  /** From then on, until TCP, and TLS where there is any, are up. */
  readonly connectMs: number;
  /** Between two signs of life of an established connection. */
  readonly idleMs: number;
  /** One attempt, from its socket to the last byte of the reply. */
  readonly totalMs: number;
}

/** 3.1 s each for TCP and TLS as in the SDKs' default configuration, which has no read timeout. */
export const defaultTimeouts: Timeouts = { socketMs: 300_000, connectMs: 6_200, idleMs: 30_000, totalMs: 60_000 };

/** Replies are a few kilobytes: a page of 1000 aliases is under 1 MB. */
const maxResponseBytes = 8 * 1024 * 1024;

export interface WireResponse {
  readonly status: number;
  /** Names in lower case, as Node gives them. */
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface SendOptions {
  readonly timeouts: Timeouts;
  /** PEM certificates to trust instead of the system's: AWS_CA_BUNDLE. */
  readonly ca?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly userAgent: string;
  /** There is a socket: whoever was asked for the password of a proxy has answered. */
  readonly onSocket?: () => void;
}

/** One attempt that got no complete reply. */
export class SendError extends Error {
  override readonly name = "SendError";

  constructor(
    message: string,
    readonly code: string,
    /** The connection was up: the service may have seen the request. */
    readonly wasConnected: boolean,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/**
 * Sends one request and reads the whole reply, whatever its status. Redirects are replies like any other.
 * Uses Node's global agent, which VS Code equips with the user's proxy and certificates.
 * Rejects with SendError or CancelledError, and leaves neither listener nor socket nor timer behind.
 */
export function send(request: SignedRequest, options: SendOptions): Promise<WireResponse> {
  if (options.signal?.aborted) return Promise.reject(new CancelledError());
  return new Promise<WireResponse>((resolve, reject) => {
    const { timeouts, signal } = options;
    const { host } = request.url;
    const timers: NodeJS.Timeout[] = [];
    let isConnected = false;
    let isSettled = false;
    const outgoing = open(request, options);

    const settle = (act: () => void) => {
      if (isSettled) return;
      isSettled = true;
      timers.forEach(clearTimeout);
      signal?.removeEventListener("abort", onAbort);
      act();
    };
    const fail = (error: Error) => {
      settle(() => {
        reject(error);
      });
      // Errors after this are the destruction's own; the listener below hears them and settles nothing.
      outgoing.destroy();
    };
    const failWith = (message: string, code: string, cause?: unknown) => {
      if (!isSettled) fail(new SendError(message, code, isConnected, { cause }));
    };
    const onAbort = () => fail(new CancelledError());
    const failAfter = (ms: number, message: () => string, code = "TimeoutError") => {
      const timer = setTimeout(() => failWith(message(), code), ms);
      timers.push(timer);
      return timer;
    };

    const socketTimer = failAfter(timeouts.socketMs, () => noSocketMessage(host, timeouts.socketMs), "NoSocket");
    signal?.addEventListener("abort", onAbort, { once: true });

    outgoing.on("error", (error) => failWith(describe(error, host), codeOf(error), error));
    outgoing.on("timeout", () => failWith(`${host} was silent for ${timeouts.idleMs} ms`, "TimeoutError"));
    outgoing.on("socket", (socket) => {
      clearTimeout(socketTimer);
      options.onSocket?.();
      if (isSettled) return;
      failAfter(timeouts.totalMs, () => `No complete reply from ${host} within ${timeouts.totalMs} ms`);
      isConnected = outgoing.reusedSocket || isUp(socket);
      if (isConnected) return;
      const connectTimer = failAfter(
        timeouts.connectMs,
        () => `No connection to ${host} within ${timeouts.connectMs} ms`,
      );
      socket.once((socket as Partial<TLSSocket>).encrypted ? "secureConnect" : "connect", () => {
        isConnected = true;
        clearTimeout(connectTimer);
      });
    });
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      let length = 0;
      incoming.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        length += chunk.length;
        if (length > maxResponseBytes) failWith(`The reply is too large (${host})`, "ResponseTooLarge");
      });
      incoming.on("error", (error) => failWith(describe(error, host), codeOf(error), error));
      // Comes after every end too: then it settles nothing.
      incoming.on("close", () => failWith(describe({ code: "ECONNRESET" }, host), "ECONNRESET"));
      incoming.on("end", () =>
        settle(() =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks, length) }),
        ),
      );
    });
    outgoing.end(request.body);
  });
}

function noSocketMessage(host: string, ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return `No connection to ${host} was begun within ${minutes} minutes: the proxy's settings or password, or the system's certificates, are still waited for`;
}

/** An agent that goes through a proxy may hand over a connection that was made already. */
function isUp(socket: Socket | TLSSocket): boolean {
  if (socket.connecting) return false;
  const protocol = "getProtocol" in socket ? socket.getProtocol() : "plain";
  return protocol !== null && protocol !== "unknown";
}

function open(request: SignedRequest, options: SendOptions): http.ClientRequest {
  const { protocol, hostname, port, pathname, search } = request.url;
  const requestOptions = {
    protocol,
    hostname: hostname.startsWith("[") ? hostname.slice(1, -1) : hostname,
    port,
    path: `${pathname}${search}`,
    method: request.method,
    // VS Code gives each request an agent of its own, which closes the connection unless the request itself keeps it.
    headers: { ...request.headers, "user-agent": options.userAgent, connection: "keep-alive" },
    timeout: options.timeouts.idleMs,
  };
  if (protocol === "http:") return http.request(requestOptions);
  return https.request(options.ca === undefined ? requestOptions : { ...requestOptions, ca: options.ca });
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown }).code;
  return typeof code === "string" ? code : "UnknownError";
}

/** Node's own text, which names the address; several addresses fail with an error that has no text of its own. */
function describe(error: unknown, host: string): string {
  const code = codeOf(error);
  switch (code) {
    case "ECONNREFUSED":
      return `${host} refused the connection (ECONNREFUSED)`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The host name ${host} could not be resolved (${code})`;
    case "ECONNRESET":
      return `The connection to ${host} was closed before the reply was complete (ECONNRESET)`;
    default:
      return `${messageOf(error)} (${host})`;
  }
}
