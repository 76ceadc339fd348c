import { createInterface } from "node:readline";
import { costOf } from "../measure";

/** What every client is measured at. */
export interface Client {
  /** Follows all pages; resolves with the number of instances. */
  listAll(): Promise<number>;
  read(): Promise<unknown>;
}

export const region = "us-east-1";
export const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
export const arn = "arn:aws:chime:us-east-1:123456789012:app-instance/00000000-0000-4000-8000-000000000001";

/**
 * `once ENDPOINT`: lists, says so and ends. Otherwise a line of input, `list ENDPOINT` or `read ENDPOINT COUNT`, is answered
 * with a line of what it cost.
 */
export function serve(connect: (endpoint: string) => Client): void {
  const [mode, endpoint = ""] = process.argv.slice(2);
  if (mode === "once") {
    void connect(endpoint)
      .listAll()
      .then((count) => {
        process.stdout.write(`${count}\n`);
        process.exit();
      });
    return;
  }
  const clients = new Map<string, Client>();
  createInterface(process.stdin).on("line", (line) => {
    const [task, url = "", count] = line.split(" ");
    const client = clients.get(url) ?? connect(url);
    clients.set(url, client);
    let done = 0;
    const work = async () => {
      if (task === "list") done = await client.listAll();
      else for (; done < Number(count); done++) await client.read();
    };
    void costOf(work).then((cost) => process.stdout.write(`${JSON.stringify({ ...cost, done })}\n`));
  });
}
