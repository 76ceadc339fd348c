import { credentialFaults } from "./credentials";
import { diskFaults } from "./disk";
import { userFaults } from "./endedByUser";
import type { Fault } from "./fault";
import { serviceFaults } from "./service";
import { settingsFaults } from "./settings";
import { severalFaults } from "./several";
import { stormFaults } from "./storm";
import { timeFaults } from "./time";

/** Every kind of fault that the campaign knows, beside the killed processes of `killed.ts`. */
export const faults: readonly Fault[] = [
  ...serviceFaults,
  ...timeFaults,
  ...settingsFaults,
  ...diskFaults,
  ...severalFaults,
  ...userFaults,
  ...credentialFaults,
  ...stormFaults,
];
