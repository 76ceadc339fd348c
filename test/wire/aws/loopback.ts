import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { createClient, type ClientOptions } from "../../../src/aws/httpClient";
import type { AwsClient } from "../../../src/aws/awsClient";
import { staticCredentials } from "../../../src/aws/credentials";
import type { Clock } from "../../../src/core/clock";
import { silentLog } from "../../../src/core/log";
import { CancelledError } from "../../../src/core/errors";
import certificate from "./loopbackCertificate.data.json";

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Answers one request; the last one of a list answers all that follow. */
export type Answer = (request: ReceivedRequest, response: http.ServerResponse) => void;

export interface Loopback {
  readonly url: string;
  readonly requests: ReceivedRequest[];
  readonly openSockets: ReadonlySet<Socket>;
}

interface CleansUp {
  after(cleanUp: () => unknown): void;
}

/** A real server of the test's own on 127.0.0.1. */
export async function startLoopback(t: CleansUp, answers: readonly Answer[], tls = false): Promise<Loopback> {
  const requests: ReceivedRequest[] = [];
  const openSockets = new Set<Socket>();
  const listener: http.RequestListener = (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url = "", headers } = incoming;
      const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
      const answer = answers[Math.min(requests.length, answers.length - 1)];
      requests.push(request);
      answer?.(request, response);
    });
  };
  const server = tls ? https.createServer(certificate, listener) : http.createServer(listener);
  server.on("connection", (socket: Socket) => {
    openSockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => openSockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? "https" : "http"}://127.0.0.1:${port}`, requests, openSockets };
}

export function reply(status: number, body: object | string = "", headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    response.writeHead(status, { "content-type": "application/json", connection: "close", ...headers }).end(text);
  };
}

export const reset: Answer = (_, response) => {
  response.socket?.resetAndDestroy();
};

export const hang: Answer = () => {};

/** Time that passes only by sleeping, and at once. */
export class InstantClock implements Clock {
  readonly sleeps: number[] = [];
  #now: number;

  constructor(now = Date.now()) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(new CancelledError());
    this.sleeps.push(ms);
    this.#now += ms;
    return Promise.resolve();
  }
}

/** The product's client with keys of no account; its retries take no time, and the longest delay there is. */
export function clientFor(
  url: string,
  options: Partial<ClientOptions> = {},
): AwsClient & { readonly clock: InstantClock } {
  const clock = new InstantClock();
  const client = createClient({
    region: "us-east-1",
    credentials: staticCredentials({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "session" }),
    endpoints: { customUrl: () => url },
    log: silentLog,
    clock,
    random: () => 1,
    ...options,
  });
  return Object.assign(client, { clock });
}
