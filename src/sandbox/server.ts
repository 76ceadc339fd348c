export interface SandboxOptions {
  /** 0 or absent: any free port. */
  readonly port?: number;
  /** Where state survives restarts: resources, keys, tokens and the ledger. */
  readonly stateDir: string;
  /** How long a Supply Chain instance takes to leave Initializing. */
  readonly createSeconds?: number;
  /** How long deletion takes. */
  readonly deleteSeconds?: number;
  /** Fills an empty state with instances to look at, one of them changing. */
  readonly seed?: "demo";
}

export interface SandboxKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A running sandbox. The same values are printed by `npm run sandbox`. */
export interface Sandbox extends SandboxKeys {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  /** A principal that lacks the S3 rights: its creates end in the documented CreateFailed. */
  readonly restricted: SandboxKeys;
  /** For `x-sandbox-control`. */
  readonly controlToken: string;
  /** Writes state and stops. Never rejects. */
  close(): Promise<void>;
}

export function startSandbox(_options: SandboxOptions): Promise<Sandbox> {
  return Promise.reject(new Error("Not built yet"));
}
