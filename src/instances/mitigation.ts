import {
  appInstancePolicy,
  bucketPolicy,
  instanceManagementPolicy,
  keyPolicyStatements,
  policyJson,
  type PolicyPlace,
} from "./kinds/supplyChainPolicies";

/** What to do about a failure, beside the service's own text, which is shown as it is. */
export interface Mitigation {
  /** One or two sentences. */
  readonly summary: string;
  /** A policy document to copy. */
  readonly statement?: { readonly title: string; readonly json: string };
}

interface Rule {
  /** `Kind.id`; absent: any kind. */
  readonly kind?: string;
  /** All of them must be in the message. */
  readonly words: readonly RegExp[];
  readonly advice: (place: PolicyPlace | undefined) => Mitigation;
}

const say = (summary: string) => () => ({ summary });

/**
 * Nearly none of the services' texts is documented, so messages are matched by their words and the first rule that fits
 * advises; a message that none knows gets the general advice.
 */
const rules: readonly Rule[] = [
  {
    kind: "chime",
    words: [/deprecated/i, /chime.{0,3} endpoint/i],
    advice: say(
      'This account cannot use the deprecated Chime API. Set "App Instances: Chime Api" to identity, then try again.',
    ),
  },
  {
    kind: "chime",
    words: [/not authorized to call chime sdk/i],
    advice: say(
      "AWS has not opened the Chime SDK to this account, as happens with new ones. Ask AWS Support, or use another account.",
    ),
  },
  {
    kind: "chime",
    words: [/ownership mismatch/i],
    advice: say(
      "The app instance belongs to another account or was made through another API. Use the one that created it.",
    ),
  },
  {
    kind: "chime",
    words: [/limit|quota/i],
    advice: say(
      "An account has 100 app instances in a region unless AWS raised that. Delete one that you no longer need, or ask for more in Service Quotas.",
    ),
  },
  {
    kind: "chime",
    words: [/not authorized|authorization|access ?denied|forbidden/i],
    advice: () => ({
      summary: "Allow the caller the Chime actions that the policy names, then try again.",
      statement: { title: "IAM policy for Chime app instances", json: policyJson(appInstancePolicy()) },
    }),
  },
  {
    kind: "supplyChain",
    words: [/bucket|\bs3\b/i, /limit|quota|too many/i],
    advice: say("The account has too many S3 buckets. Delete some or raise that quota, then recreate the instance."),
  },
  {
    kind: "supplyChain",
    words: [/bucket|\bs3\b/i],
    advice: () => ({
      summary:
        "Allow the caller the S3 actions that the policy names, then recreate the instance: the service makes its bucket with the caller's rights.",
      statement: { title: "IAM policy for the S3 bucket", json: policyJson(bucketPolicy()) },
    }),
  },
  {
    kind: "supplyChain",
    words: [/\bkms\b|encryption key|\bkey\b.*\b(?:policy|disabled)/i, /disabled|deletion|not enabled/i],
    advice: say("Enable the key, or recreate the instance with another one."),
  },
  {
    kind: "supplyChain",
    words: [/\bkms\b|encryption key/i, /symmetric|managed|region|not exist|not found|invalid/i],
    advice: say(
      "Recreate the instance with a symmetric, customer managed key of the same region, or with the AWS owned key.",
    ),
  },
  {
    kind: "supplyChain",
    words: [/\bkms\b|encryption key|key policy/i],
    advice: (place) => ({
      summary: "Let the service use the key: add the statements to its policy, then recreate the instance.",
      statement: { title: "Statements for the key policy", json: policyJson(keyPolicyStatements(place)) },
    }),
  },
  {
    kind: "supplyChain",
    words: [/identity center|\bsso\b/i],
    advice: say(
      "Enable IAM Identity Center in the region of the instance, with at least one user, then recreate the instance.",
    ),
  },
  {
    words: [/service control polic|\bscps?\b|explicit deny/i],
    advice: say(
      "A policy of your organization forbids it. Ask its administrator to allow the actions, then try again.",
    ),
  },
  {
    kind: "supplyChain",
    words: [/quota|limit|maximum number|too many/i],
    advice: say(
      "An account has at most 10 instances, and that cannot be raised. Delete one that you no longer need; failed ones may count too.",
    ),
  },
  {
    kind: "supplyChain",
    words: [/domain|\bdns\b/i],
    advice: say("Choose another web app domain: each can be used once in all of AWS. Or leave it empty."),
  },
  {
    kind: "supplyChain",
    words: [/not authorized|access ?denied|permission|iam policy|unauthorized/i],
    advice: () => ({
      summary:
        "Allow the caller the actions that the policy names, then try again: the service works with the caller's rights.",
      statement: { title: "IAM policy for Supply Chain instances", json: policyJson(instanceManagementPolicy()) },
    }),
  },
  {
    words: [/throttl|rate exceeded|too many requests/i],
    advice: say("Too many requests at once. Wait a minute, then try again."),
  },
];

const general: Readonly<Record<string, Mitigation>> = {
  supplyChain: { summary: "Correct what the message names, then recreate the instance." },
};

/** `place` fills in account and region where a policy has them. */
export function mitigationFor(kindId: string, errorMessage: string, place?: PolicyPlace): Mitigation {
  const rule = rules.find(
    ({ kind, words }) => (kind === undefined || kind === kindId) && words.every((word) => word.test(errorMessage)),
  );
  return rule?.advice(place) ?? general[kindId] ?? { summary: "Correct what the message names, then try again." };
}
