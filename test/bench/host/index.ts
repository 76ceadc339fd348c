/** Runs in a real extension host, whose http and https VS Code has patched. */
import { writeFileSync } from "node:fs";
import { staticCredentials } from "../../../src/aws/credentials";
import { createClient } from "../../../src/aws/httpClient";
import { getInstance } from "../../../src/aws/services/supplychain";
import { silentLog } from "../../../src/core/log";
import { startService } from "../../host/network";
import certificate from "../../host/serviceCertificate.data.json";

export interface HostFigures {
  readonly requests: number;
  readonly connections: number;
}

const requests = 500;
/** As many at a time as the product has for one account. */
const lanes = 6;

export async function run(): Promise<void> {
  const service = await startService("https");
  const client = createClient({
    region: "us-east-1",
    credentials: staticCredentials({ accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }),
    endpoints: { customUrl: () => `https://127.0.0.1:${service.port}` },
    log: silentLog,
    ca: certificate.cert,
  });
  let begun = 0;
  const lane = async () => {
    while (begun++ < requests) await client.call(getInstance, { instanceId: "i-1" });
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const figures: HostFigures = { requests: service.requests(), connections: service.connections() };
  await service.close();
  writeFileSync(process.env.APP_INSTANCES_HOST_RESULTS ?? "", JSON.stringify(figures));
}
