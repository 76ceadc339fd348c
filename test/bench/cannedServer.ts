/**
 * Answers with pages and instances that were made beforehand, and costs next to nothing: what is measured is the client.
 * `/10000/app-instances` is the first page of ten thousand. A process of its own: prints its port, ends with its input. Its argument is how
 * many milliseconds it waits before it answers.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const accountId = "123456789012";
const bodies = new Map<string, Buffer>();

const idOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;

function appInstance(index: number) {
  return {
    AppInstanceArn: `arn:aws:chime:us-east-1:${accountId}:app-instance/${idOf(index)}`,
    Name: `instance-${index}`,
    Metadata: JSON.stringify({ team: "logistics", number: index }),
  };
}

function supplyChainInstance(index: number) {
  return {
    instanceId: idOf(index),
    awsAccountId: accountId,
    state: "Active",
    webAppDnsDomain: `instance-${index}`,
    createdTime: 1_700_000_000 + index,
    lastModifiedTime: 1_700_000_000 + index,
    instanceName: `instance-${index}`,
    instanceDescription: "Made for a measurement",
    versionNumber: 2,
  };
}

function page<T>(count: number, start: number, size: number, item: (index: number) => T) {
  const end = Math.min(start + size, count);
  const items = Array.from({ length: Math.max(0, end - start) }, (_, index) => item(start + index));
  return { items, next: end < count ? String(end) : undefined };
}

function answer(url: string): object {
  const { pathname, searchParams } = new URL(url, "http://localhost");
  const [, count = "0", ...rest] = pathname.split("/");
  const from = (name: string) => Number(searchParams.get(name) ?? 0);
  switch (rest.join("/")) {
    case "app-instances": {
      const { items, next } = page(Number(count), from("next-token"), 50, appInstance);
      return { AppInstances: items, NextToken: next };
    }
    case "api/instance": {
      const { items, next } = page(Number(count), from("nextToken"), 20, supplyChainInstance);
      return { instances: items, nextToken: next };
    }
    default:
      return {
        AppInstance: { ...appInstance(1), CreatedTimestamp: 1_700_000_000, LastUpdatedTimestamp: 1_700_000_000 },
      };
  }
}

const latencyMs = Number(process.argv[2] ?? 0);

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume();
  const url = request.url ?? "/";
  let body = bodies.get(url);
  if (!body) bodies.set(url, (body = Buffer.from(JSON.stringify(answer(url)))));
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": body.length,
    "x-amzn-requestid": "6e0b7e4c-5f0a-4f5e-9d0e-0f2f6d1c9a11",
  });
  if (latencyMs > 0) setTimeout(() => response.end(body), latencyMs);
  else response.end(body);
});

server.listen(0, "127.0.0.1", () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.resume().on("end", () => process.exit());
