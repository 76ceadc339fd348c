import { staticCredentials } from "../../../src/aws/credentials";
import { createClient } from "../../../src/aws/httpClient";
import { getInstance } from "../../../src/aws/services/supplychain";
import { silentLog } from "../../../src/core/log";
import { startService } from "../../host/network";
import certificate from "../../host/serviceCertificate.data.json";

const requests = 500;
/** As many at a time as the product has for one account. */
const lanes = 6;

/** How many connections so many requests over TLS make. */
export async function countConnections() {
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
  await service.close();
  return { requests: service.requests(), connections: service.connections() };
}
