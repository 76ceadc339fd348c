import { forbiddenByOrganization, say, type Mitigations, type StatementToCopy } from "../mitigation";
import { policyJson, type PolicyPlace } from "../policy";
import { keyUse } from "./supplyChainKeyUse";

const needs = () => import("./supplyChainNeeds");

const wholePolicy: StatementToCopy = {
  title: "IAM policy for Supply Chain instances",
  load: async () => (await needs()).wholePolicy(),
};

function keyPolicyStatements(place: PolicyPlace | undefined): StatementToCopy {
  return {
    title: "statements for the key policy",
    load: async () => policyJson(await keyUse.policyStatements(place)),
  };
}

/** The only documented text is about S3; the others are matched by what they must speak of. */
export const mitigations: Mitigations = {
  rules: [
    {
      words: [/bucket|\bs3\b/i, /limit|quota|too many/i],
      advice: say("The account has too many S3 buckets. Delete some or raise that quota, then recreate the instance."),
    },
    {
      words: [/bucket|\bs3\b/i],
      advice: () => ({
        summary:
          "Allow the caller the S3 actions that the policy names, then recreate the instance: the service makes its bucket with the caller's rights.",
        statement: {
          title: "IAM policy for the S3 bucket",
          load: async () => (await needs()).bucketPolicy(),
        },
      }),
    },
    {
      words: [/\bkms\b|encryption key|\bkey\b.*\b(?:policy|disabled)/i, /disabled|deletion|not enabled/i],
      advice: say("Enable the key, or recreate the instance with another one."),
    },
    {
      words: [/\bkms\b|encryption key/i, /symmetric|managed|region|not exist|not found|invalid/i],
      advice: say(
        "Recreate the instance with a symmetric, customer managed key of the same region, or with the AWS owned key.",
      ),
    },
    {
      words: [/\bkms\b|encryption key|key policy/i],
      advice: (place) => ({
        summary: "Let the service use the key: add the statements to its policy, then recreate the instance.",
        statement: keyPolicyStatements(place),
      }),
    },
    {
      words: [/identity center|\bsso\b/i],
      advice: say(
        "Enable IAM Identity Center in the region of the instance, with at least one user, then recreate the instance.",
      ),
    },
    forbiddenByOrganization,
    {
      words: [/quota|limit|maximum number|too many/i],
      advice: say(
        "An account has at most 10 active or initializing instances in a region, and that cannot be raised. Delete one that you no longer need.",
      ),
    },
    {
      words: [/domain|\bdns\b/i],
      advice: () => ({
        summary: "Choose another web app domain: each can be used once in all of AWS. Or leave it empty.",
        field: "webAppDnsDomain",
      }),
    },
    {
      words: [/not authorized|access ?denied|permission|iam policy|unauthorized/i],
      advice: () => ({
        summary:
          "Allow the caller the actions that the policy names, then try again: the service works with the caller's rights.",
        statement: wholePolicy,
      }),
    },
  ],
  deletingRules: [
    forbiddenByOrganization,
    {
      words: [/\bkms\b|encryption key|\bkey\b.*\b(?:policy|disabled)/i, /disabled|deletion|not enabled/i],
      advice: say("Enable the key, then delete it again."),
    },
    {
      words: [/\bkms\b|encryption key|key policy/i],
      advice: (place) => ({
        summary: "Let the service use the key: add the statements to its policy, then delete it again.",
        statement: keyPolicyStatements(place),
      }),
    },
    {
      words: [/not authorized|access ?denied|permission|iam policy|unauthorized/i],
      advice: () => ({
        summary: "Allow the caller the actions that the policy names, then delete it again.",
        statement: wholePolicy,
      }),
    },
  ],
  otherwise: "Correct what the message names, then recreate the instance.",
};
