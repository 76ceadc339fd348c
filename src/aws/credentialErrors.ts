import { withoutQuotedJson } from "../core/damage";
import { CancelledError, isCancelled, messageOf, UserError } from "../core/errors";
import { openFile } from "./configProblem";
import { SignInRequiredError } from "./errors";
import { describeDiagnostic, profileChain } from "./profile";
import type { SharedConfig } from "./profile";

/**
 * What the providers threw, as something the boundary can act upon: cancelled, sign in, or mend the profile. The
 * providers' own errors differ by text only, so the texts are what is looked at.
 */
export function toCredentialError(name: string, config: SharedConfig, error: unknown): Error {
  if (isCancelled(error)) return new CancelledError();
  // They quote the files that they read, which hold tokens.
  const message = withoutQuotedJson(messageOf(error));
  // The profile at the end of a chain of roles is the one that a person signs in to.
  const source = profileChain(name, config).at(-1);
  if (source?.kind === "sso" && /aws sso login|Session token not found|UnauthorizedException/i.test(message)) {
    return new SignInRequiredError(source.name, `Sign in to profile ${source.name}: ${message}`, "sso", {
      cause: error,
    });
  }
  if (
    source?.kind === "login" &&
    /aws login|re-?authenticate|Failed to load token|Token validation failed/i.test(message)
  ) {
    return new SignInRequiredError(source.name, `Sign in to profile ${source.name}: ${message}`, "login", {
      cause: error,
    });
  }
  const chain = profileChain(name, config).map((profile) => profile.name);
  const diagnostic = config.diagnostics.find(({ profile }) => profile === undefined || chain.includes(profile));
  const cause = diagnostic ? `${message} (${describeDiagnostic(diagnostic)})` : message;
  return new UserError(`Could not get credentials of profile ${name}: ${cause}`, {
    cause: error,
    remedies: [diagnostic ? openFile(diagnostic) : { title: "Show Log", command: "appInstances.showLog" }],
    isLoggable: true,
  });
}
