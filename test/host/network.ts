import * as http from "node:http";
import * as https from "node:https";
import { connect, type AddressInfo, type Socket } from "node:net";
import certificate from "./serviceCertificate.data.json";

export interface LoopbackService {
  readonly port: number;
  /** Connections that were made to it so far. */
  readonly connections: () => number;
  readonly requests: () => number;
  readonly close: () => Promise<void>;
}

/** A service that answers every request with the same instance and keeps connections open. */
export async function startService(protocol: "http" | "https"): Promise<LoopbackService> {
  let requests = 0;
  let connections = 0;
  const answer: http.RequestListener = (_, response) => {
    requests++;
    const instance = { instanceId: "i-1", awsAccountId: "123456789012", state: "Active" };
    response.writeHead(200, { "content-type": "application/json", "x-amzn-requestid": `r-${requests}` });
    response.end(JSON.stringify({ instance }));
  };
  const server = protocol === "http" ? http.createServer(answer) : https.createServer(certificate, answer);
  server.on("connection", () => connections++);
  const close = closer(server);
  return { port: await listen(server), connections: () => connections, requests: () => requests, close };
}

export interface LoopbackProxy {
  readonly port: number;
  /** Targets that it was asked for: `service.example:443`, or a URL for plain http. */
  readonly targets: readonly string[];
  readonly close: () => Promise<void>;
}

/** How a proxy answers; by default it connects to the service. */
export interface ProxyRules {
  /** `user:password` */
  readonly password?: string;
  /** Answers for itself. */
  readonly status?: number;
  /** Before it answers. */
  readonly delayMs?: number;
}

/** Leads whatever name it is asked for to a service on this machine. */
export async function startProxy(servicePort: number, rules: ProxyRules = {}): Promise<LoopbackProxy> {
  const targets: string[] = [];
  const refusal = (authorization: string | undefined): string | undefined => {
    const expected = rules.password && `Basic ${Buffer.from(rules.password).toString("base64")}`;
    if (expected && authorization !== expected)
      return '407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="here"';
    return rules.status === undefined ? undefined : `${rules.status} No`;
  };
  const server = http.createServer((request, response) => {
    targets.push(request.url ?? "");
    response.writeHead(502).end();
  });
  server.on("connect", (request, socket: Socket, head: Buffer) => {
    targets.push(request.url ?? "");
    socket.on("error", () => socket.destroy());
    setTimeout(() => {
      const status = refusal(request.headers["proxy-authorization"]);
      if (status !== undefined) {
        const page = "<html><title>The proxy of this house</title></html>";
        socket.end(`HTTP/1.1 ${status}\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`);
        return;
      }
      const onward = connect(servicePort, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      onward.on("error", () => socket.destroy());
    }, rules.delayMs ?? 0);
  });
  const close = closer(server);
  return { port: await listen(server), targets, close };
}

function listen(server: http.Server | https.Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** Also ends connections that are no longer the server's, as a proxy's are. */
function closer(server: http.Server | https.Server): () => Promise<void> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
}
