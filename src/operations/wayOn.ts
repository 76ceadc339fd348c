import { sandboxStopped } from "../instances/connection";
import type { OperationRecord } from "./operationRecord";
import { stepNames } from "./progress";

/** How an interrupted operation can go on. */
export interface WayOn {
  /** False: whatever changes, Resume would stop where it stopped. */
  readonly canResume: boolean;
  /** One or two sentences. */
  readonly advice: string;
  /** What may have to be done first. */
  readonly first?: "signIn" | "openConfigFile" | "startSandbox";
}

/** By why it stopped: see `StoppedError`'s codes in `pinnedPlace`. The advice has the label in it as it was given. */
export function wayOn(record: OperationRecord, isSandboxRunning: boolean): WayOn {
  const { error, connection, accountId } = record;
  const isSandbox = connection.source === "sandbox";
  switch (error?.code) {
    case "PlaceUnknown":
      return { canResume: false, advice: "It cannot be resumed. Look at your instances, then discard it." };
    case "EndpointChanged":
      if (isSandbox)
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
      if (isSandbox && !isSandboxRunning)
        return {
          canResume: false,
          advice: `It can be resumed once the sandbox runs: start it. If you discard it: ${afterDiscard(record)}`,
          first: "startSandbox",
        };
      return {
        canResume: true,
        advice: `Resume goes on where it stopped. If you discard it: ${afterDiscard(record)}`,
      };
  }
}

/** Why it was interrupted, as things are now: a sandbox that was stopped may run again. */
export function interruptionText({ error }: OperationRecord, isSandboxRunning: boolean): string | undefined {
  const isOver = error?.code === sandboxStopped && isSandboxRunning;
  return isOver ? "The sandbox was stopped. It runs again." : error?.message;
}

const draftKept = "The draft is kept with this operation in Activity: Recreate… there creates it.";
const draftForgotten = "The draft is forgotten.";

/** What Discard leaves of an operation that stopped, by what was sent until then. */
export function afterDiscard(record: OperationRecord): string {
  const { type, step, label, attempts, created } = record;
  const going =
    step === stepNames.delete.id
      ? `The deletion of ${label} may have been sent: then ${label} will be gone`
      : `The deletion of ${label} was sent: ${label} will be gone`;
  switch (type) {
    case "create":
      if (created) return `${label} was created and stays, as far as the service gets with it.`;
      if (attempts === 0) return `Nothing was sent, and nothing is created. ${draftForgotten}`;
      return `The create of ${label} was sent: it may exist by now, and then stays. ${draftForgotten}`;
    case "recreate":
      if (created) return `The failed ${label} was deleted. The new one was created and stays.`;
      if (attempts === 0) return `Nothing was sent: ${label} stays as it is. ${draftForgotten}`;
      if (step !== stepNames.create.id) return `${going}, and nothing is created in its place. ${draftKept}`;
      return record.sentAt === undefined
        ? `${label} was deleted, and nothing is created in its place. ${draftKept}`
        : `${label} was deleted. The create of the new one was sent: it may exist by now, and then stays. ${draftKept}`;
    case "delete":
      return attempts === 0 ? `Nothing was sent: ${label} stays as it is.` : `${going}.`;
    case "edit":
      if (attempts === 0) return `Nothing was sent: ${label} stays as it is.`;
      return `The change of ${label} was sent: it may have been made, and then stays.`;
    case "tags":
      if (attempts === 0) return `Nothing was sent: the tags of ${label} stay as they are.`;
      return `Changes of the tags of ${label} were sent: what was made of them stays.`;
  }
}
