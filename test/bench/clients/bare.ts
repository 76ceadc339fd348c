/** The least that a request can cost here: signed by aws4, over one kept connection, its JSON parsed and nothing checked. */
import { Agent, request } from "node:http";
import aws4 from "aws4";
import { arn, credentials, region, serve } from "./tasks";

interface Page {
  readonly AppInstances: readonly unknown[];
  readonly NextToken?: string;
}

serve((endpoint) => {
  const { host, hostname, port, pathname } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const get = (path: string) =>
    new Promise<unknown>((resolve, reject) => {
      const signed = aws4.sign(
        { service: "chime", region, method: "GET", host, path: `${pathname}${path}` },
        credentials,
      );
      const outgoing = request({
        agent,
        hostname,
        port,
        path: signed.path,
        headers: signed.headers as Record<string, string>,
      });
      outgoing.on("error", reject);
      outgoing.on("response", (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      });
      outgoing.end();
    });
  return {
    listAll: async () => {
      let count = 0;
      let next = "";
      for (;;) {
        const page = (await get(`/app-instances?max-results=50${next}`)) as Page;
        count += page.AppInstances.length;
        if (page.NextToken === undefined) return count;
        next = `&next-token=${page.NextToken}`;
      }
    },
    read: () => get(`/app-instances/${encodeURIComponent(arn)}`),
  };
});
