import type { OperationRecord } from "./operationRecord";

/** How an interrupted operation can go on. */
export interface WayOn {
  /** False: whatever changes, Resume would stop where it stopped. */
  readonly canResume: boolean;
  /** One or two sentences. */
  readonly advice: string;
  /** What may have to be done first. */
  readonly first?: "signIn" | "openConfigFile";
}

const asItStands: WayOn = {
  canResume: true,
  advice: "Resume goes on where it stopped. Discard gives it up and leaves everything as it is.",
};

/** By why it stopped: see `StoppedError`'s codes in `pinnedPlace`. */
export function wayOn({
  error,
  connection,
  accountId,
}: Pick<OperationRecord, "error" | "connection" | "accountId">): WayOn {
  switch (error?.code) {
    case "PlaceUnknown":
      return { canResume: false, advice: "It cannot be resumed. Look at your instances, then discard it." };
    case "EndpointChanged":
      if (connection.source === "sandbox")
        return {
          canResume: false,
          advice: "It cannot be resumed: the sandbox that it belongs to is gone. Discard it.",
        };
      return {
        canResume: true,
        advice: "Resume works once requests go to that endpoint again: look at the settings and the AWS config file.",
        first: "openConfigFile",
      };
    case "AccountChanged":
      return {
        canResume: true,
        advice: `Resume works once the profile leads to account ${accountId} again.`,
        first: "openConfigFile",
      };
    case "SignInRequiredError":
      return { canResume: true, advice: "Sign in: it goes on by itself, or with Resume.", first: "signIn" };
    default:
      return asItStands;
  }
}
