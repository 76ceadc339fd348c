import type * as z from "zod/mini";

/**
 * What AWS calls a service: everything that requests to it have in common.
 * Source of each value: the service's botocore model (`metadata`).
 */
export interface Service extends ServiceName {
  /** First label of its host names (`endpointPrefix` of its model). */
  readonly hostLabel: string;
  /** Where its endpoint rule set has a host of its own for a partition, or a Region in it. */
  readonly globalEndpoints?: readonly GlobalEndpoint[];
  /** Partitions and Regions whose ordinary hosts are FIPS-validated: their FIPS hosts have the same names. */
  readonly fipsUnderOrdinaryName?: readonly string[];
  readonly apiVersion: string;
  /** What its requests are signed for, together with a Region. */
  readonly signingName: string;
  readonly protocol: "rest-json" | "aws-json-1.1" | "query";
  /** `X-Amz-Target` prefix of aws-json services. */
  readonly targetPrefix?: string;
  /** Modelled errors by exception name. */
  readonly errors: Readonly<Record<string, ModelledError>>;
}

export interface ServiceName {
  readonly id: ServiceId;
  /** The SDK id in upper case with underscores: names AWS_ENDPOINT_URL_<SERVICE> and, in lower case, the `services` section key. */
  readonly endpointKey: string;
}

/** The AWS CLI's name of a service, `chime-sdk-identity`: for records, settings and texts. Code knows a service by its value. */
export type ServiceId = string;

export interface GlobalEndpoint {
  /** Id of the partition: `aws`. */
  readonly partition: string;
  /** In that Region only; absent: in every Region of the partition. */
  readonly region?: string;
  readonly signingRegion: string;
  readonly host: string;
  /** Where one of these is absent, the Region's own host is meant. */
  readonly fipsHost?: string;
  readonly dualstackHost?: string;
  readonly fipsDualstackHost?: string;
}

export interface ModelledError {
  readonly status: number;
  /** Modelled as retryable; `throttling` also takes the slower backoff. */
  readonly retryable?: boolean;
  readonly throttling?: boolean;
  /** The value of the body's `Code` member, where the service's errors have one (Chime). */
  readonly code?: string;
}

/**
 * An AWS operation as a value: the client sends any of them, the sandbox serves any of them.
 * `input` carries the model's constraints; the sandbox enforces them, the client only serializes.
 */
export interface Operation<I extends object = object, O extends object = object> {
  readonly service: Service;
  readonly name: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** URI template; `{member}` is filled with the percent-encoded input member. May have a constant query part. */
  readonly path: string;
  /** Input members sent as query parameters: member name to query key. Lists repeat the key. */
  readonly query?: Readonly<Partial<Record<keyof I & string, string>>>;
  /** Put before the host, as the model's `endpoint.hostPrefix`. */
  readonly hostPrefix?: string;
  readonly input: z.ZodMiniType<I>;
  /** Lenient: every member that the service might leave out is optional, unknown members pass. */
  readonly output: z.ZodMiniType<O>;
  /** Status of success. */
  readonly status: number;
  /** The input member that makes a repeated request harmless. The caller sets it; the client refuses to invent one. */
  readonly idempotencyToken?: keyof I & string;
  /** Repeating the request cannot change more than sending it once. With a token, creates are too. */
  readonly isIdempotent: boolean;
  /** Input and output members that never reach a log, at any depth. */
  readonly sensitive?: readonly string[];
  /** Requests a second that the service's quotas allow an account in a Region, where it documents them. */
  readonly perSecond?: number;
  /** Also at an address on this machine, which otherwise has no quotas: whatever stands in for the service keeps to this one. */
  readonly isPacedEverywhere?: boolean;
  /** How List operations page. */
  readonly pagination?: {
    readonly inputToken: keyof I & string;
    readonly outputToken: keyof O & string;
    readonly items: keyof O & string;
    readonly limit: keyof I & string;
    readonly maxPageSize: number;
  };
  /** Names of modelled errors of `service.errors` that this operation lists. */
  readonly errors: readonly string[];
}

/** For registries and tools that treat operations alike, whatever their input and output. */
// Variance: `input` and `query` make Operation invariant, so a heterogeneous list needs the widest member types.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyOperation = Operation<any, any>;

/** Keeps the literal types of one operation while checking its shape. */
export function defineOperation<I extends object, O extends object>(operation: Operation<I, O>): Operation<I, O> {
  return operation;
}
