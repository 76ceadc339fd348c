import type { AnyOperation, Operation } from "../aws/operation";
import type { Access, Need } from "./access";
import type { KeySeed, SandboxKey } from "./kmsKeys";
import type { Principal } from "./principals";
import type { StoredResource } from "./resource";
import type { Rights } from "./rights";
import type { Trail } from "./trail";
import type { World } from "./world";

/** What a handler knows about the request besides its input. */
export interface RequestContext {
  readonly operation: AnyOperation;
  readonly region: string;
  readonly accountId: string;
  readonly principal: Principal;
  /** What the principal may, for what a service goes on to do with its rights. */
  readonly access: Access;
  /** What every principal may. */
  readonly rights: Rights;
  readonly trail: Trail;
  /** Where the account has an Identity Center. */
  readonly identityCenterRegions: readonly string[];
  readonly world: World;
  /** Wall clock, milliseconds since the epoch. */
  readonly nowMs: number;
  readonly timings: Timings;
  /** The KMS keys of the account in the region. */
  readonly keys: () => readonly SandboxKey[];
}

export interface Timings {
  readonly createMs: number;
  readonly deleteMs: number;
  /** When this sandbox's state was first made, in milliseconds since the epoch. */
  readonly bornMs: number;
}

export interface Outcome {
  /** Members as they stand on the wire: timestamps in epoch seconds. */
  readonly output?: object;
  /** What the request was about, for the ledger. */
  readonly resourceId?: string;
  /** True when a token was seen before and the answer is about the resource of then. */
  readonly isReplay?: boolean;
  /** What the service goes on to do with the caller's rights, in that order. */
  readonly calls?: readonly ForwardedCall[];
  /** True when the world changed: it is on disk before the reply is sent. */
  readonly changed?: boolean;
}

/** A call that a service makes on behalf of the one who called it. */
export interface ForwardedCall {
  readonly timeMs: number;
  /** The service that makes it: `scn.amazonaws.com`. */
  readonly by: string;
  /** `s3.amazonaws.com` */
  readonly source: string;
  readonly name: string;
  readonly parameters: object;
  readonly resource: string;
  /** Why it was denied. */
  readonly denial?: string | undefined;
}

/** Handlers are synchronous, so that two requests with one token cannot both create. They throw AwsError. */
export interface Route {
  readonly operation: AnyOperation;
  handle(input: object, context: RequestContext): Outcome;
  /** The rights that a request needs; absent: the operation's own, of no resource in particular. */
  readonly needs?: ((input: object, context: RequestContext) => readonly Need[]) | undefined;
  /** Where two APIs share host, path and signing name: whether this one is meant. The first route that fits wins. */
  readonly appliesTo?: (request: { readonly userAgent: string }) => boolean;
  /** Where all Regions are one: a client with a custom endpoint signs for its own, and means this one. */
  readonly region?: string;
}

export interface ResourceKind {
  /** As the extension calls it. */
  readonly id: string;
  arn(region: string, accountId: string, id: string): string;
  /** As CloudTrail and CloudFormation call it: `AWS::KMS::Key`. */
  readonly resourceType: string;
  /** A right without which none can be created: the principals that a boundary or an organization keeps back lack it. */
  readonly keptBack: string;
  /** What its service does, with such rights, to create one that is there already: how the demo comes by events. */
  readonly creationCalls?: (resource: StoredResource, access: Access) => readonly ForwardedCall[];
  /** What "demo" puts there. Times are relative to the start. */
  readonly demo: readonly DemoResource[];
}

interface DemoResource {
  readonly name: string;
  readonly members?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly ageSeconds: number;
  readonly creationSeconds: number;
  readonly failure?: string;
  readonly deletion?: { readonly ageSeconds: number; readonly durationSeconds: number };
}

export interface SandboxService {
  readonly routes: readonly Route[];
  readonly kind?: ResourceKind;
  /** Keys that it is to be tried with. */
  readonly keys?: readonly KeySeed[];
}

export function kindsOf(services: readonly SandboxService[]): readonly ResourceKind[] {
  return services.flatMap(({ kind }) => kind ?? []);
}

/** Ties a handler to its operation with the types of the operation's input. */
export function route<I extends object, O extends object>(
  operation: Operation<I, O>,
  handle: (input: I, context: RequestContext) => Outcome,
  more: RouteOptions<I> = {},
): Route {
  const { needs, ...rest } = more;
  return {
    ...rest,
    operation,
    handle: (input, context) => handle(input as I, context),
    needs: needs && ((input, context) => needs(input as I, context)),
  };
}

export interface RouteOptions<I> extends Pick<Route, "appliesTo" | "region"> {
  readonly needs?: (input: I, context: RequestContext) => readonly Need[];
}
