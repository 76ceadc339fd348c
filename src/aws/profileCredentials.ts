import { untilAborted } from "../core/abort";
import { systemClock, type Clock } from "../core/clock";
import { CancelledError, isCancelled, UserError } from "../core/errors";
import { ClockSkew } from "./clockSkew";
import type { AwsCredentials, CredentialSource } from "./credentials";
import { resolveCredentials } from "./resolveCredentials";
import { profileChain } from "./profile";
import type { SharedConfig } from "./profile";
import { TimeLimit } from "./timeLimit";

export interface ProfileOptions {
  readonly config: SharedConfig;
  /** Reads the files again before they are used again: nothing is taken from one that is broken. */
  readonly reload?: () => Promise<SharedConfig>;
  /** Of the requests that assume a role, where the profile names none. */
  readonly region: string;
  /** Asks the user for the code of an MFA device, by serial number. */
  readonly promptMfa?: ((serial: string, profile: string) => Promise<string>) | undefined;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string | undefined;
  readonly clock?: Clock;
  /** What is known about the services' clock: credentials end by that one. */
  readonly skew?: ClockSkew;
}

export interface ProfileCredentials extends CredentialSource {
  /** A person is being asked for something. */
  readonly isAsking: boolean;
  /** Ends what is under way. Those who wait for it wait for the next; what is memoised stays. */
  beginAnew(): void;
}

/** Credentials of a profile, resolved at the first call and memoised until shortly before they expire. */
export function profileCredentials(profile: string, options: ProfileOptions): ProfileCredentials {
  return new RenewedCredentials(profile, options);
}

/** Credentials are renewed this long before they expire, as the SDKs do. */
const renewBeforeMs = 5 * 60_000;

/** An HTTP call for credentials takes a second. A `credential_process` may send a person to the browser. */
const limitMs = 60_000;
const processLimitMs = 180_000;

interface Memo {
  readonly credentials: AwsCredentials;
  /** When they came, by the monotonic clock. */
  readonly atMs: number;
}

class RenewedCredentials implements ProfileCredentials {
  readonly #profile: string;
  readonly #options: ProfileOptions & { readonly clock: Clock; readonly skew: ClockSkew };
  #memo: Memo | undefined;
  #pending: Resolution | undefined;

  constructor(profile: string, options: ProfileOptions) {
    this.#profile = profile;
    this.#options = { ...options, clock: options.clock ?? systemClock, skew: options.skew ?? new ClockSkew() };
  }

  async get(signal?: AbortSignal): Promise<AwsCredentials> {
    for (;;) {
      if (this.#memo && this.#isFresh(this.#memo)) return this.#memo.credentials;
      const mine = (this.#pending ??= this.#start());
      mine.waiting++;
      try {
        return await untilAborted(mine.outcome, signal);
      } catch (error) {
        // Begun anew by somebody: so is the wait.
        if (!mine.isReplaced || signal?.aborted) throw error;
      } finally {
        // Nobody wants it any more. A prompt stays: it is the user's to close.
        if (--mine.waiting === 0 && this.#pending === mine && !mine.isAsking) this.#abandon(mine);
      }
    }
  }

  invalidate(accessKeyId?: string): void {
    if (accessKeyId === undefined || accessKeyId === this.#memo?.credentials.accessKeyId) this.#memo = undefined;
    if (accessKeyId === undefined) this.beginAnew();
  }

  get isAsking(): boolean {
    return this.#pending?.isAsking ?? false;
  }

  beginAnew(): void {
    if (this.#pending) this.#abandon(this.#pending);
  }

  #abandon(resolution: Resolution): void {
    if (this.#pending === resolution) this.#pending = undefined;
    resolution.replace();
  }

  #start(): Resolution {
    const resolution: Resolution = new Resolution(this.#profile, this.#options, {
      onDone: (credentials) => {
        if (this.#pending !== resolution) return;
        this.#pending = undefined;
        if (credentials) this.#memo = { credentials, atMs: this.#options.clock.monotonic() };
      },
      // The last minutes of the old ones bridge a renewal that fails for a moment.
      fallback: () =>
        this.#memo?.credentials.expiration && this.#leftMs(this.#memo) > 0 ? this.#memo.credentials : undefined,
    });
    return resolution;
  }

  /** Judged by the services' clock, as far as it is known. */
  #isFresh(memo: Memo): boolean {
    const leftMs = this.#leftMs(memo);
    const lifetimeMs = leftMs + this.#options.clock.monotonic() - memo.atMs;
    // Over before they came: it is the clock that is wrong. The service says when they are.
    if (lifetimeMs <= 0) return true;
    return leftMs > Math.min(renewBeforeMs, lifetimeMs / 2);
  }

  #leftMs({ credentials: { expiration } }: Memo): number {
    const { clock, skew } = this.#options;
    return (expiration?.getTime() ?? Infinity) - clock.now() - (skew.latestMs ?? 0);
  }
}

interface ResolutionEvents {
  readonly onDone: (credentials: AwsCredentials | undefined) => void;
  readonly fallback: () => AwsCredentials | undefined;
}

/** One run of the providers, for all who wait for it, with a time limit. */
class Resolution {
  readonly outcome: Promise<AwsCredentials>;
  waiting = 0;
  /** A person is being asked for something. */
  isAsking = false;
  isReplaced = false;
  readonly #end = new AbortController();
  readonly #limit: TimeLimit;
  #reject: (error: Error) => void = () => {};

  constructor(profile: string, options: ProfileOptions & { clock: Clock; skew: ClockSkew }, events: ResolutionEvents) {
    const { config, reload, region, clock, skew, ca, promptMfa } = options;
    const hasProcess = profileChain(profile, config).some(({ kind }) => kind === "process");
    const ms = hasProcess ? processLimitMs : limitMs;
    this.#limit = new TimeLimit(clock, ms, () => this.#stop(tooSlow(profile, ms, hasProcess)));
    const stopped = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    const resolved = resolveCredentials(profile, {
      config,
      reload,
      region,
      ca,
      clock,
      skew,
      signal: this.#end.signal,
      unlimited: (work) => this.#limit.pauseWhile(work),
      promptMfa: promptMfa && ((serial) => this.#ask(() => promptMfa(serial, profile))),
    });
    this.outcome = Promise.race([resolved, stopped])
      .finally(() => this.#limit.stop())
      .then(
        (credentials) => {
          events.onDone(credentials);
          return credentials;
        },
        (error: unknown) => {
          events.onDone(undefined);
          const old = this.isReplaced || isCancelled(error) ? undefined : events.fallback();
          if (old) return old;
          throw error;
        },
      );
    // Somebody waits for it, or nobody wants to know.
    this.outcome.catch(() => {});
  }

  async #ask(prompt: () => Promise<string>): Promise<string> {
    this.isAsking = true;
    try {
      return await this.#limit.pauseWhile(prompt);
    } finally {
      this.isAsking = false;
    }
  }

  replace(): void {
    this.isReplaced = true;
    this.#stop(new CancelledError());
  }

  #stop(error: Error): void {
    this.#reject(error);
    this.#end.abort();
  }
}

function tooSlow(profile: string, ms: number, hasProcess: boolean): UserError {
  const what = hasProcess ? "its credential_process has not answered" : "the service that gives them has not answered";
  return new UserError(`Profile ${profile} gave no credentials within ${ms / 1000} s: ${what}. Refresh to try again.`, {
    isLoggable: true,
  });
}
