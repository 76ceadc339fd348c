import type { SandboxService } from "../service";
import { chime } from "./chime";
import { kms } from "./kms";
import { sts } from "./sts";
import { supplychain } from "./supplychain";

/** What the sandbox serves: a new service is one line. */
export const services: readonly SandboxService[] = [supplychain, chime, kms, sts];
