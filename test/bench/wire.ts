import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChimeSDKIdentityClient, ListAppInstancesCommand } from "@aws-sdk/client-chime-sdk-identity";
import { createClient } from "../../src/aws/httpClient";
import { staticCredentials } from "../../src/aws/credentials";
import { listAppInstances } from "../../src/aws/services/chimeIdentity";
import { silentLog } from "../../src/core/log";
import { startSandbox } from "../../src/sandbox/server";
import { medianMs, round } from "./measure";

/** One list, by our client and by the official one, against a bare request of the same server. */
export async function measureWire() {
  const stateDir = await mkdtemp(join(tmpdir(), "app-instances-bench-"));
  const sandbox = await startSandbox({ stateDir, seed: "demo" });
  const { region, endpoint, accessKeyId, secretAccessKey } = sandbox;
  const credentials = { accessKeyId, secretAccessKey };
  const ours = createClient({
    region,
    credentials: staticCredentials(credentials),
    endpoints: { customUrl: () => endpoint },
    log: silentLog,
  });
  const official = new ChimeSDKIdentityClient({ region, endpoint, credentials });
  try {
    const bareMs = await medianMs(100, () => bareRequest(endpoint));
    const oursMs = await medianMs(100, () => ours.call(listAppInstances, {}));
    const officialMs = await medianMs(100, () => official.send(new ListAppInstancesCommand({})));
    return {
      bareMs: round(bareMs),
      oursMs: round(oursMs),
      officialMs: round(officialMs),
      oursToBare: round(oursMs / bareMs),
      oursToOfficial: round(oursMs / officialMs),
    };
  } finally {
    official.destroy();
    await sandbox.close();
    await rm(stateDir, { recursive: true, force: true });
  }
}

/** Refused for want of a signature, and read to its end: what a round trip costs here at least. */
function bareRequest(endpoint: string): Promise<void> {
  return new Promise((done, fail) => {
    const sent = request(`${endpoint}/app-instances`, (response) => {
      response.resume();
      response.once("end", () => done());
    });
    sent.once("error", fail);
    sent.end();
  });
}
