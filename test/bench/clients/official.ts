import {
  ChimeSDKIdentityClient,
  DescribeAppInstanceCommand,
  paginateListAppInstances,
} from "@aws-sdk/client-chime-sdk-identity";
import { arn, credentials, region, serve } from "./tasks";

serve((endpoint) => {
  const client = new ChimeSDKIdentityClient({ region, endpoint, credentials });
  return {
    listAll: async () => {
      let count = 0;
      for await (const page of paginateListAppInstances({ client, pageSize: 50 }, {}))
        count += page.AppInstances?.length ?? 0;
      return count;
    },
    read: () => client.send(new DescribeAppInstanceCommand({ AppInstanceArn: arn })),
  };
});
