import { untilAborted } from "../core/abort";
import { systemClock, type Clock } from "../core/clock";
import { isCancelled } from "../core/errors";
import { toCredentialError } from "./credentialErrors";
import type { SharedConfig } from "./sharedConfig";

/** Never logged, shown or written anywhere. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
  readonly accountId?: string;
}

/** Gives the credentials of one profile, as fresh as they need to be. */
export interface CredentialSource {
  /** Rejects with SignInRequiredError when the user must act first. */
  get(signal?: AbortSignal): Promise<AwsCredentials>;
  /** Forgets what is memoised: the service said that it is no longer good. */
  invalidate(): void;
}

export function staticCredentials(keys: AwsCredentials): CredentialSource {
  return { get: () => Promise.resolve(keys), invalidate: () => {} };
}

export interface ProfileOptions {
  readonly config: SharedConfig;
  /** Of the requests that assume a role, where the profile names none. */
  readonly region: string;
  /** Asks the user for the code of an MFA device, by serial number. */
  readonly promptMfa?: ((serial: string, profile: string) => Promise<string>) | undefined;
  readonly clock?: Clock;
}

/** Credentials are renewed this long before they expire, as the SDKs do. */
const renewBeforeMs = 5 * 60_000;

/** Credentials of a profile, resolved at the first call and memoised until shortly before they expire. */
export function profileCredentials(profile: string, options: ProfileOptions): CredentialSource {
  const clock = options.clock ?? systemClock;
  let memo: AwsCredentials | undefined;
  let pending: Promise<AwsCredentials> | undefined;
  return {
    get(signal) {
      if (memo && (memo.expiration?.getTime() ?? Infinity) - clock.now() > renewBeforeMs) return Promise.resolve(memo);
      pending ??= start();
      return untilAborted(pending, signal);
    },
    invalidate() {
      memo = undefined;
      pending = undefined;
    },
  };

  function start(): Promise<AwsCredentials> {
    const mine = renew();
    return mine;

    async function renew(): Promise<AwsCredentials> {
      try {
        const credentials = await resolve(profile, options);
        // Forgotten in the meantime: good for those who already wait, but for nobody after them.
        if (pending === mine) memo = credentials;
        return credentials;
      } catch (error) {
        // The last minutes of the old ones bridge a renewal that fails for a moment.
        if (memo?.expiration && memo.expiration.getTime() > clock.now() && !isCancelled(error)) return memo;
        throw error;
      } finally {
        if (pending === mine) pending = undefined;
      }
    }
  }
}

async function resolve(name: string, options: ProfileOptions): Promise<AwsCredentials> {
  const sdk = await import("./sdk");
  const { config, promptMfa } = options;
  const init = {
    filepath: config.files.credentials,
    configFilepath: config.files.config,
    ignoreCache: true,
    // Not `clientConfig`: its region would override that of SSO.
    parentClientConfig: { region: options.region, profile: name },
    ...(promptMfa && { mfaCodeProvider: (serial: string) => promptMfa(serial, name) }),
  };
  const profile = config.profiles.find((candidate) => candidate.name === name);
  const provider = chooseProvider();
  try {
    return await provider();
  } catch (error) {
    throw toCredentialError(name, config, error);
  }

  function chooseProvider() {
    // Told a profile, the chain skips the environment.
    if (name === "default" && isLeftToMachine()) return sdk.fromNodeProviderChain(init);
    const named = { ...init, profile: name };
    // fromIni does not pass the paths of the files on to SSO.
    return profile?.kind === "sso" ? sdk.fromSSO(named) : sdk.fromIni(named);
  }

  /** A default profile that is in no file, or has no more than a Region there, is whatever the machine offers. */
  function isLeftToMachine() {
    if (!profile) return true;
    // The chain would answer for the profile that AWS_PROFILE names, which is not this one.
    const { AWS_PROFILE: chosen } = process.env;
    return profile.kind === "none" && (!chosen || chosen === name);
  }
}
