import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { logTextOf } from "../core/errors";
import { silentLog, type Log } from "../core/log";
import { answer, type Answer } from "./awsEndpoint";
import { control, controlPath, identify, type Controlled } from "./control";
import { Faults, type Fault } from "./faults";
import { identityPath } from "./identity";
import { BodyTooLargeError, MalformedRequestError, readRequest } from "./incoming";
import { openRequestLog } from "./ledger";
import type { Reply } from "./reply";
import { Rights } from "./rights";
import { Routes } from "./routes";
import { findOccupant, occupy, vacate } from "./occupancy";
import { seedDemo, seedMany } from "./seed";
import { kindsOf, type SandboxService } from "./service";
import { services as allServices } from "./services/registry";
import { ServerClock } from "./serverClock";
import { StateFile } from "./state";
import { Trail } from "./trail";
import { World } from "./world";

export interface SandboxOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Where state survives restarts: resources, keys, tokens and the ledger. */
  readonly stateDir: string;
  /** How long an instance whose kind has states takes to come up. */
  readonly createSeconds?: number;
  /** How long deletion takes. */
  readonly deleteSeconds?: number;
  /** How long after it happened CloudTrail finds an event. AWS takes up to a quarter of an hour. */
  readonly trailSeconds?: number;
  /** Fills an empty state: with instances to look at, one of them changing, or with that many of each kind. */
  readonly seed?: "demo" | number;
  /** What it serves; all that it knows when absent. */
  readonly services?: readonly SandboxService[];
  /** Hears of damaged state and of failures that no client sees. */
  readonly log?: Log;
  /** The wall clock, in milliseconds since the epoch: tests may hold it. */
  readonly now?: () => number;
}

interface SandboxKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A running sandbox. The same values are printed by `npm run sandbox`. */
export interface Sandbox extends SandboxKeys {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** A principal that lacks the S3 rights: its creates end in the documented CreateFailed. */
  readonly restricted: SandboxKeys;
  /** For `x-sandbox-control`. */
  readonly controlToken: string;
  /** Writes state and stops. Never rejects. */
  close(): Promise<void>;
}

const host = "127.0.0.1";
const defaultRegion = "us-east-1";

/** Rejects when the port is taken, or the state directory cannot be used or is in use. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { stateDir, createSeconds = 8, deleteSeconds = 4, trailSeconds = 3 } = options;
  const { services = allServices, log = silentLog } = options;
  const clock = new ServerClock(options.now);
  const state = await StateFile.open(stateDir, clock.now(), log);
  const { document } = state;
  const occupant = await findOccupant(stateDir, document.controlToken);
  if (occupant)
    throw new Error(`The sandbox at ${occupant} is using ${stateDir}; stop it first, or choose another folder`);
  const requests = await openRequestLog(stateDir, log);
  const trail = await Trail.open(stateDir, trailSeconds * 1000, log);
  const rights = new Rights(
    document.policies,
    kindsOf(services).map(({ keptBack }) => keptBack),
  );
  const world = new World(state.resources, (resource) => state.touch(resource));
  const served = { services, routes: new Routes(services) };
  const controlled: Controlled = { ...served, state, world, rights, requests, trail, faults: new Faults(), clock };
  if (options.seed !== undefined && state.resources.length === 0) {
    const home = { region: defaultRegion, accountId: document.accountId, nowMs: clock.now() };
    if (options.seed === "demo") {
      const { accessKeyId = "" } = keysOf(controlled, "sandbox") ?? {};
      seedDemo(world, services, home, { trail, rights, accessKeyId });
    } else await seedMany(world, services, home, options.seed);
    await state.save();
  }
  const timings = { createMs: createSeconds * 1000, deleteMs: deleteSeconds * 1000 };
  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      // The client went away in the middle: nobody is left to be told.
      log.debug(`A request to the sandbox ended early: ${logTextOf(error)}`);
      response.destroy();
    });
  });

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    response.sendDate = false;
    sendAnswer(response, await answerTo(message), clock);
  }

  async function answerTo(message: IncomingMessage): Promise<Answer> {
    if (!isOurHost(message.headers.host, server))
      return plain(403, "The Host header must name this loopback address and port");
    let request;
    try {
      request = await readRequest(message);
    } catch (error) {
      if (error instanceof BodyTooLargeError)
        return plain(413, "The request is too large", "RequestEntityTooLargeException");
      if (error instanceof MalformedRequestError) return plain(400, error.message, "MalformedHttpRequestException");
      throw error;
    }
    if (request.rawPath === identityPath)
      return { reply: identify(request, `${host}:${portOf(server)}`, controlled), fault: undefined };
    if (request.rawPath.startsWith(controlPath)) return { reply: await control(request, controlled), fault: undefined };
    return answer(request, controlled, timings, log);
  }

  let closing: Promise<void> | undefined;
  await listen(server, options.port ?? 0);
  const endpoint = `http://${host}:${portOf(server)}`;
  await occupy(stateDir, endpoint);
  const [keys, restricted] = ["sandbox", "sandbox-restricted"].map((name) => keysOf(controlled, name));
  if (!keys || !restricted) throw new Error("The sandbox's state has no keys");
  return {
    endpoint,
    region: defaultRegion,
    accountId: document.accountId,
    ...keys,
    restricted,
    controlToken: document.controlToken,
    close: () => (closing ??= close(server, controlled, stateDir, log)),
  };
}

function keysOf({ state }: Controlled, principal: string): SandboxKeys | undefined {
  const keys = state.document.keys.find((stored) => stored.principal === principal && stored.sessionToken === null);
  return keys && { accessKeyId: keys.accessKeyId, secretAccessKey: keys.secretAccessKey };
}

/** A web page can make a browser send requests here under a name of its own; only our own names are answered. */
function isOurHost(header: string | undefined, server: Server): boolean {
  const port = portOf(server);
  return [host, "localhost", "[::1]"].some((name) => header?.toLowerCase() === `${name}:${port}`);
}

function sendAnswer(response: ServerResponse, { reply, fault }: Answer, clock: ServerClock): void {
  switch (fault?.kind) {
    case "hang":
      return;
    case "reset":
    case "commitThenReset":
    case "inProgress":
      response.socket?.resetAndDestroy();
      return;
    case "garbage":
      sendReply(response, toGarbage(reply, fault), clock);
      return;
    case "truncate":
      truncate(response, reply, clock);
      return;
    case "status":
    case "latency":
    case "lag":
    case "forgetTokens":
    case undefined:
      sendReply(response, reply, clock);
  }
}

function toGarbage(reply: Reply, fault: Fault): Reply {
  const headers = { "content-type": "text/html", ...fault.headers };
  // 204 could carry no body, garbage or not.
  const status = fault.status ?? (reply.status === 204 ? 200 : reply.status);
  return { status, headers, body: "<html><body>\u0000 not what you asked for" };
}

/** Ends in the middle of the body, or of the status line where there is no body. */
function truncate(response: ServerResponse, reply: Reply, clock: ServerClock): void {
  const { socket } = response;
  const end = () => socket?.destroy();
  if (reply.body === "") {
    socket?.write(`HTTP/1.1 ${reply.status}`, end);
    return;
  }
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, { ...headersOf(reply, clock), "content-length": body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), end);
}

function sendReply(response: ServerResponse, reply: Reply, clock: ServerClock): void {
  response.writeHead(reply.status, {
    ...headersOf(reply, clock),
    ...(reply.status !== 204 && { "content-length": Buffer.byteLength(reply.body) }),
  });
  response.end(reply.body);
}

function headersOf(reply: Reply, clock: ServerClock): Record<string, string> {
  return { date: new Date(clock.shown()).toUTCString(), ...reply.headers };
}

function plain(status: number, message: string, code = "AccessDeniedException"): Answer {
  const headers = { "content-type": "application/json", "x-amzn-errortype": code, connection: "close" };
  return { reply: { status, headers, body: JSON.stringify({ message }) }, fault: undefined };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function close(
  server: Server,
  { state, requests, trail, faults }: Controlled,
  stateDir: string,
  log: Log,
): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  faults.dispose();
  try {
    await requests.flush();
    await trail.flush();
    await state.save();
    await vacate(stateDir);
  } catch (error) {
    log.error(`The sandbox could not write its state: ${logTextOf(error)}`);
  }
}
