import { staticCredentials } from "../../../src/aws/credentials";
import { createClient } from "../../../src/aws/httpClient";
import { describeAppInstance, listAppInstances } from "../../../src/aws/services/chimeIdentity";
import { silentLog } from "../../../src/core/log";
import { arn, credentials, region, serve } from "./tasks";

serve((endpoint) => {
  const client = createClient({
    region,
    credentials: staticCredentials(credentials),
    endpoints: { customUrl: () => endpoint },
    log: silentLog,
  });
  return {
    listAll: async () => {
      let count = 0;
      for await (const page of client.pages(listAppInstances, { MaxResults: 50 }))
        count += page.AppInstances?.length ?? 0;
      return count;
    },
    read: () => client.call(describeAppInstance, { AppInstanceArn: arn }),
  };
});
