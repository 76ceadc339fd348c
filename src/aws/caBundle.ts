import { readFile } from "node:fs/promises";
import { messageOf, UserError } from "../core/errors";
import type { Environment } from "../core/environment";
import type { Profile } from "./profile";

/** PEM certificates that all requests of a profile trust instead of the system's. Rejects with UserError. */
export async function readCaBundle(profile: Profile | undefined, env: Environment): Promise<string | undefined> {
  const ofProfile = { source: `ca_bundle of profile ${profile?.name ?? ""}`, file: profile?.values.ca_bundle };
  // An empty variable counts as one that is not set.
  const { source, file } = env.AWS_CA_BUNDLE ? { source: "AWS_CA_BUNDLE", file: env.AWS_CA_BUNDLE } : ofProfile;
  if (!file) return undefined;
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(`Could not read the certificates of ${source}: ${messageOf(error)}`, {
      cause: error,
      isLoggable: true,
    });
  }
}
