import type { Clock } from "../core/clock";
import type { ClockSkew } from "./clockSkew";
import { toCredentialError } from "./credentialErrors";
import { withKillableProcess } from "./credentialProcess";
import type { AwsCredentials } from "./credentials";
import { ProviderTransport } from "./providerTransport";
import type { SharedConfig } from "./profile";

export interface ProviderOptions {
  readonly config: SharedConfig;
  /** Of the requests that assume a role, where the profile names none. */
  readonly region: string;
  /** Asks the user for the code of an MFA device, by serial number. */
  readonly promptMfa?: ((serial: string) => Promise<string>) | undefined;
  readonly ca: string | undefined;
  readonly clock: Clock;
  readonly skew: ClockSkew;
  /** Ends requests and kills a process. What the SDK does besides goes on, and is nobody's. */
  readonly signal: AbortSignal;
  /** Does what may wait for the user: no time limit runs. */
  readonly unlimited: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Asks the SDK's providers once. Rejects with SignInRequiredError, CancelledError or UserError. */
export async function askProviders(name: string, options: ProviderOptions): Promise<AwsCredentials> {
  const sdk = await import("./sdk");
  const { config, promptMfa, signal } = options;
  const requestHandler = new ProviderTransport(options);
  const init = {
    filepath: config.files.credentials,
    configFilepath: config.files.config,
    ignoreCache: true,
    // Not in `clientConfig`: its region would override that of SSO.
    parentClientConfig: { region: options.region, profile: name, requestHandler },
    // SSO, its tokens and console sign-in look for the handler here only.
    clientConfig: { requestHandler },
    ...(promptMfa && { mfaCodeProvider: promptMfa }),
  };
  const profile = config.profiles.find((candidate) => candidate.name === name);
  const provider = chooseProvider();
  try {
    return await withKillableProcess(sdk.externalDataInterceptor, signal, () => provider());
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
