import { say, type Mitigations } from "../mitigation";

export const mitigations: Mitigations = {
  rules: [
    {
      words: [/deprecated/i, /chime.{0,3} endpoint/i],
      advice: say(
        'This account cannot use the deprecated Chime API. Set "App Instances: Chime Api" to identity, then try again.',
      ),
    },
    {
      words: [/not authorized to call chime sdk/i],
      advice: say(
        "AWS has not opened the Chime SDK to this account, as happens with new ones. Ask AWS Support, or use another account.",
      ),
    },
    {
      words: [/ownership mismatch/i],
      advice: say(
        "The app instance belongs to another account or was made through another API. Use the one that created it.",
      ),
    },
    {
      words: [/limit|quota/i],
      advice: say(
        "An account has 100 app instances in a region unless AWS raised that. Delete one that you no longer need, or ask for more in Service Quotas.",
      ),
    },
    {
      words: [/not authorized|authorization|access ?denied|forbidden/i],
      advice: () => ({
        summary: "Allow the caller the Chime actions that the policy names, then try again.",
        statement: {
          title: "IAM policy for Chime app instances",
          load: async () => (await import("./chimeNeeds")).wholePolicy(),
        },
      }),
    },
  ],
};
