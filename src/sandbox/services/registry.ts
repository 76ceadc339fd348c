import type { SandboxService } from "../service";
import { chime } from "./chime";
import { cloudtrail } from "./cloudtrail";
import { iam } from "./iam";
import { kms } from "./kms";
import { ssoAdmin } from "./ssoAdmin";
import { sts } from "./sts";
import { supplychain } from "./supplychain";

/** What the sandbox serves: a new service is one line. */
export const services: readonly SandboxService[] = [supplychain, chime, kms, sts, iam, ssoAdmin, cloudtrail];
