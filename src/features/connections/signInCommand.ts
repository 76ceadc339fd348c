import type { SignInRequiredError } from "../../aws/errors";
import { shellQuoting } from "../../instances/shellQuoting";

/** How the AWS CLI signs a profile in. */
export type SignInMethod = Exclude<SignInRequiredError["method"], "other">;

const commands: Record<SignInMethod, readonly string[]> = { sso: ["sso", "login"], login: ["login"] };

/** For the program itself, not for a shell: a profile's name may hold anything, and begin as an option does. */
export function signInArguments(method: SignInMethod, profile: string): string[] {
  const ofProfile = profile.startsWith("-") ? [`--profile=${profile}`] : ["--profile", profile];
  return [...commands[method], ...ofProfile];
}

/** The same to be pasted into a shell of this machine. */
export function signInCommand(method: SignInMethod, profile: string, quoting = shellQuoting()): string {
  return quoting.command(["aws", ...commands[method], quoting.option("--profile", profile)]);
}
