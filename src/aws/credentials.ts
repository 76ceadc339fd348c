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
  /**
   * Forgets what is memoised, and begins anew what is under way. With a key, that the service no longer takes: forgets that
   * one only, and a renewal that is under way goes on.
   */
  invalidate(accessKeyId?: string): void;
}

export function staticCredentials(keys: AwsCredentials): CredentialSource {
  return { get: () => Promise.resolve(keys), invalidate: () => {} };
}
