import * as api from "../../aws/services/sts";
import { route, type SandboxService } from "../service";

export const sts: SandboxService = {
  routes: [
    route(
      api.getCallerIdentity,
      (_input, { principal, accountId }) => ({
        output: { Arn: principal.arn, UserId: principal.userId, Account: accountId },
      }),
      // Whoever has keys may ask whose they are.
      { needs: () => [] },
    ),
  ],
};
