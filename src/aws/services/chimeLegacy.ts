import * as z from "zod";
import { defineOperation, type Service } from "../operation";
import { text } from "../wireTypes";
import { appInstanceName, chimeIdentity, inputs, metadata, outputs, tagKeyList, tagList } from "./chimeIdentity";

/**
 * The deprecated `chime` namespace, API 2018-05-01. Source: botocore 1.37.1, the last with these operations.
 * App-instance operations go to a host of their own (`identity-`), tag operations do not.
 */
export const chimeLegacy: Service = {
  id: "chime",
  endpointKey: "CHIME",
  apiVersion: "2018-05-01",
  signingName: "chime",
  protocol: "rest-json",
  // The exceptions are the same nine shapes, with the same statuses and codes.
  errors: chimeIdentity.errors,
};

const hostPrefix = "identity-";

const errors = [
  "BadRequestException",
  "ForbiddenException",
  "ThrottledClientException",
  "UnauthorizedClientException",
  "ServiceUnavailableException",
  "ServiceFailureException",
];
/** Tag operations of the legacy model know NotFound, and no throttling. */
const tagErrors = [
  "BadRequestException",
  "ForbiddenException",
  "NotFoundException",
  "UnauthorizedClientException",
  "ServiceUnavailableException",
  "ServiceFailureException",
];

/** As in the successor, and the request token and the ARN of tag operations too. */
const sensitive = [
  "Name",
  "Metadata",
  "Tags",
  "TagKeys",
  "Key",
  "Value",
  "NextToken",
  "ClientRequestToken",
  "ResourceARN",
];

const resourceArn = text({ min: 1, max: 1024, pattern: /^arn[/:\-_.a-zA-Z0-9]+$/ });

export const createAppInstance = defineOperation({
  service: chimeLegacy,
  name: "CreateAppInstance",
  method: "POST",
  path: "/app-instances",
  hostPrefix,
  status: 201,
  isIdempotent: true,
  idempotencyToken: "ClientRequestToken",
  sensitive,
  errors: [...errors, "ConflictException", "ResourceLimitExceededException"],
  input: inputs.create,
  output: outputs.create,
});

export const describeAppInstance = defineOperation({
  service: chimeLegacy,
  name: "DescribeAppInstance",
  method: "GET",
  path: "/app-instances/{AppInstanceArn}",
  hostPrefix,
  status: 200,
  isIdempotent: true,
  sensitive,
  errors,
  input: inputs.describe,
  output: outputs.describe,
});

export const listAppInstances = defineOperation({
  service: chimeLegacy,
  name: "ListAppInstances",
  method: "GET",
  path: "/app-instances",
  query: { MaxResults: "max-results", NextToken: "next-token" },
  hostPrefix,
  status: 200,
  isIdempotent: true,
  sensitive,
  errors,
  input: inputs.list,
  output: outputs.list,
  pagination: {
    inputToken: "NextToken",
    outputToken: "NextToken",
    items: "AppInstances",
    limit: "MaxResults",
    maxPageSize: 50,
  },
});

/** Metadata is optional here, and required in the successor. */
export const updateAppInstance = defineOperation({
  service: chimeLegacy,
  name: "UpdateAppInstance",
  method: "PUT",
  path: "/app-instances/{AppInstanceArn}",
  hostPrefix,
  status: 200,
  isIdempotent: true,
  sensitive,
  errors: [...errors, "ConflictException"],
  input: inputs.describe.extend({ Name: appInstanceName, Metadata: metadata.optional() }),
  output: outputs.update,
});

export const deleteAppInstance = defineOperation({
  service: chimeLegacy,
  name: "DeleteAppInstance",
  method: "DELETE",
  path: "/app-instances/{AppInstanceArn}",
  hostPrefix,
  status: 204,
  isIdempotent: true,
  sensitive,
  errors,
  input: inputs.describe,
  output: outputs.empty,
});

export const tagResource = defineOperation({
  service: chimeLegacy,
  name: "TagResource",
  method: "POST",
  path: "/tags?operation=tag-resource",
  status: 204,
  isIdempotent: true,
  sensitive,
  errors: tagErrors,
  input: z.object({ ResourceARN: resourceArn, Tags: tagList }),
  output: outputs.empty,
});

export const untagResource = defineOperation({
  service: chimeLegacy,
  name: "UntagResource",
  method: "POST",
  path: "/tags?operation=untag-resource",
  status: 204,
  isIdempotent: true,
  sensitive,
  errors: tagErrors,
  input: z.object({ ResourceARN: resourceArn, TagKeys: tagKeyList }),
  output: outputs.empty,
});

export const listTagsForResource = defineOperation({
  service: chimeLegacy,
  name: "ListTagsForResource",
  method: "GET",
  path: "/tags",
  query: { ResourceARN: "arn" },
  status: 200,
  isIdempotent: true,
  sensitive,
  errors: tagErrors,
  input: z.object({ ResourceARN: resourceArn }),
  output: outputs.tags,
});
