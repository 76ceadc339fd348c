import * as z from "zod/mini";
import { defineOperation, type Service } from "../operation";
import { optional } from "../wireTypes";
import { serviceNames } from "./names";

/** AWS Security Token Service, API 2011-06-15: only who is calling. Source: botocore 1.43.67, sts/2011-06-15. */
export const sts: Service = {
  ...serviceNames.sts,
  hostLabel: "sts",
  globalEndpoints: [{ partition: "aws", region: "aws-global", host: "sts.amazonaws.com", signingRegion: "us-east-1" }],
  fipsUnderOrdinaryName: ["aws-us-gov"],
  apiVersion: "2011-06-15",
  signingName: "sts",
  protocol: "query",
  errors: {},
};

/** Needs no permission at all, so it tells an account id with any valid credentials. */
export const getCallerIdentity = defineOperation({
  service: sts,
  name: "GetCallerIdentity",
  method: "POST",
  path: "/",
  status: 200,
  isIdempotent: true,
  errors: [],
  input: z.object({}),
  output: z.object({ UserId: optional(z.string()), Account: z.string(), Arn: optional(z.string()) }),
});
