import * as z from "zod/mini";
import { defineOperation, type Service } from "../operation";
import { text } from "../wireTypes";
import * as identity from "./chimeIdentity";
import { serviceNames } from "./names";

/**
 * The deprecated `chime` namespace, API 2018-05-01. Source: botocore 1.37.1, the last with these operations.
 * They are those of its successor but for what is said here: app-instance operations go to a host of their own
 * (`identity-`), tag operations do not.
 */
export const chimeLegacy: Service = {
  ...serviceNames.chimeLegacy,
  hostLabel: "chime",
  // One service for all Regions, wherever a client says it is.
  globalEndpoints: [{ partition: "aws", host: "chime.us-east-1.amazonaws.com", signingRegion: "us-east-1" }],
  apiVersion: "2018-05-01",
  signingName: "chime",
  protocol: "rest-json",
  // The exceptions are the same nine shapes, with the same statuses and codes.
  errors: identity.chimeIdentity.errors,
};

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

const onIdentityHost = { service: chimeLegacy, sensitive, hostPrefix: "identity-" };

/** Tag operations of the legacy model know NotFound, and no throttling. */
const onTags = {
  service: chimeLegacy,
  sensitive,
  errors: [
    "BadRequestException",
    "ForbiddenException",
    "NotFoundException",
    "UnauthorizedClientException",
    "ServiceUnavailableException",
    "ServiceFailureException",
  ],
};

const tagged = z.object({ ResourceARN: text({ min: 1, max: 1024, pattern: /^arn[/:\-_.a-zA-Z0-9]+$/ }) });

export const createAppInstance = defineOperation({ ...identity.createAppInstance, ...onIdentityHost });

export const describeAppInstance = defineOperation({ ...identity.describeAppInstance, ...onIdentityHost });

export const listAppInstances = defineOperation({ ...identity.listAppInstances, ...onIdentityHost });

/** Metadata is optional here, and required in the successor. */
export const updateAppInstance = defineOperation({
  ...identity.updateAppInstance,
  ...onIdentityHost,
  input: z.extend(identity.inputs.describe, {
    Name: identity.appInstanceName,
    Metadata: z.optional(identity.metadata),
  }),
});

export const deleteAppInstance = defineOperation({
  ...identity.deleteAppInstance,
  ...onIdentityHost,
  errors: identity.describeAppInstance.errors,
});

export const tagResource = defineOperation({
  ...identity.tagResource,
  ...onTags,
  input: z.extend(tagged, { Tags: identity.tagList }),
});

export const untagResource = defineOperation({
  ...identity.untagResource,
  ...onTags,
  input: z.extend(tagged, { TagKeys: identity.tagKeyList }),
});

export const listTagsForResource = defineOperation({ ...identity.listTagsForResource, ...onTags, input: tagged });
