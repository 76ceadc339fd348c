import { CancelledError, isCancelled, messageOf, UserError } from "../core/errors";
import { SignInRequiredError } from "./errors";
import type { Profile, SharedConfig } from "./sharedConfig";

/**
 * What the providers threw, as something the boundary can act upon: cancelled, sign in, or mend the profile. The
 * providers' own errors differ by text only, so the texts are what is looked at.
 */
export function toCredentialError(name: string, config: SharedConfig, error: unknown): Error {
  if (isCancelled(error)) return new CancelledError();
  const message = messageOf(error);
  const source = sourceOf(name, config);
  if (source?.kind === "sso" && /aws sso login|Session token not found|UnauthorizedException/i.test(message)) {
    return new SignInRequiredError(source.name, `Sign in to profile ${source.name}: ${message}`, "sso", {
      cause: error,
    });
  }
  if (source?.kind === "login" && /aws login|re-?authenticate/i.test(message)) {
    return new SignInRequiredError(source.name, `Sign in to profile ${source.name}: ${message}`, "login", {
      cause: error,
    });
  }
  return new UserError(`Could not get credentials of profile ${name}: ${message}`, {
    cause: error,
    remedies: [{ title: "Show Log", command: "appInstances.showLog" }],
  });
}

/** The profile at the end of a chain of roles: the one that a person signs in to. */
export function sourceOf(name: string, config: SharedConfig): Profile | undefined {
  const visited = new Set<string>();
  let profile = config.profiles.find((candidate) => candidate.name === name);
  while (profile?.kind === "role" && profile.sourceProfile !== undefined && !visited.has(profile.name)) {
    visited.add(profile.name);
    const next: string = profile.sourceProfile;
    profile = config.profiles.find((candidate) => candidate.name === next);
  }
  return profile;
}
