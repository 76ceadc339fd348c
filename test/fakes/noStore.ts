import type { InstanceWriter } from "../../src/instances/store";

/** For what only follows: nobody shows what is read. */
export const noStore: InstanceWriter = { moment: () => 0, put: () => true, remove: () => true };
