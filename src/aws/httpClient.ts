import { randomUUID } from "node:crypto";
import { untilAborted } from "../core/abort";
import { systemClock, type Clock } from "../core/clock";
import { throwIfAborted } from "../core/errors";
import type { Log } from "../core/log";
import type { Attempt, AwsClient, CallOptions } from "./awsClient";
import { ClockSkew } from "./clockSkew";
import type { CredentialSource } from "./credentials";
import { isLoopback, resolveEndpoint, withHostPrefix, type Endpoint, type EndpointSettings } from "./endpoint";
import { TransportError, type ServiceError } from "./errors";
import type { AnyOperation, Operation, Service } from "./operation";
import { failedToSend, judge, type Failure, type Outcome } from "./outcome";
import { redactorOf } from "./redact";
import { isUnknownKey, regionNotEnabled, type RegionCheck } from "./regionCheck";
import { toWireRequest, type WireRequest } from "./request";
import { defaultMaxAttempts, retryDelayMs, RetryTokens } from "./retry";
import { signRequest, type SignedRequest } from "./sign";
import type { Traffic } from "./traffic";
import { defaultTimeouts, send, SendError, type Timeouts } from "./transport";

export interface ClientOptions {
  readonly region: string;
  readonly credentials: CredentialSource;
  readonly endpoints: EndpointSettings;
  readonly log: Log;
  readonly clock?: Clock;
  /** What is known about the services' clocks, where several clients share it. */
  readonly skew?: ClockSkew;
  readonly timeouts?: Partial<Timeouts>;
  /** Of one call, the first attempt included. */
  readonly maxAttempts?: number | undefined;
  /** PEM certificates to trust instead of the system's, from AWS_CA_BUNDLE. */
  readonly ca?: string | undefined;
  /** Asked when a service does not know the access key. */
  readonly checkRegion?: RegionCheck;
  /** Shared by all clients, and whose account counts: without both, nobody waits for a turn. */
  readonly traffic?: Traffic;
  readonly accountId?: string | undefined;
  /** Between 0 and 1; for the jitter of retries. */
  readonly random?: () => number;
  /** Signs with this time, in milliseconds since the epoch, and corrects no clock skew. */
  readonly fixedDateMs?: number | undefined;
}

const userAgent = "app-instances-for-aws";

export function createClient(options: ClientOptions): AwsClient & { sign: Signer } {
  return new HttpClient(options);
}

type Signer = (operation: AnyOperation, input: object, signal?: AbortSignal) => Promise<SignedRequest>;

/** Which attempt of which call a request is. */
interface Invocation {
  readonly id: string;
  readonly attempt: number;
  readonly maxAttempts: number;
}

class HttpClient implements AwsClient {
  readonly region: string;
  readonly #options: ClientOptions;
  readonly #clock: Clock;
  readonly #skew: ClockSkew;
  readonly #tokens = new RetryTokens();
  readonly #endpoints = new Map<Service, { readonly customUrl: string | undefined; readonly endpoint: Endpoint }>();

  constructor(options: ClientOptions) {
    this.region = options.region;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#skew = options.skew ?? new ClockSkew();
  }

  get clockOffsetMs(): number | undefined {
    return this.#skew.latestMs;
  }

  async call<I extends object, O extends object>(
    operation: Operation<I, O>,
    input: I,
    options: CallOptions = {},
  ): Promise<O> {
    requireToken(operation, input);
    const request = toWireRequest(operation, input);
    const maxAttempts = this.#options.maxAttempts ?? defaultMaxAttempts;
    const invocation = { id: randomUUID(), maxAttempts };
    let taken: number | undefined;
    let hasLostAttempt = false;
    for (let attempt = 1; ; attempt++) {
      const leave = await this.#turn(operation, options);
      const outcome = await this.#attempt(operation, request, { ...invocation, attempt }, options).finally(leave);
      if (outcome.type === "success") {
        this.#tokens.giveBack(taken);
        return outcome.output;
      }
      if (attempt === 1 && (await this.#wasRenewed(outcome, options.signal))) continue;
      const reason = attempt < maxAttempts ? outcome.reason : undefined;
      taken = reason && this.#tokens.take(reason);
      if (!reason || taken === undefined)
        throw await this.#explained(operation, outcome.toError(attempt, hasLostAttempt), outcome, options.signal);
      hasLostAttempt ||= outcome.mayHaveActed;
      const delayMs = retryDelayMs(attempt, reason, {
        random: this.#options.random ?? Math.random,
        headers: outcome.response?.headers,
        nowMs: this.#clock.now(),
      });
      await this.#clock.sleep(delayMs, options.signal);
    }
  }

  async *pages<I extends object, O extends object>(
    operation: Operation<I, O>,
    input: I,
    options: CallOptions = {},
  ): AsyncIterable<O> {
    const { pagination } = operation;
    if (!pagination) throw new TypeError(`${operation.name} has no pages`);
    const seen = new Set<string>();
    let next = input;
    for (;;) {
      const page = await this.call(operation, next, options);
      yield page;
      const token: unknown = page[pagination.outputToken];
      if (typeof token !== "string" || token === "") return;
      if (seen.has(token)) {
        throw new TransportError(`${operation.name} gave the same page token twice`, {
          code: "InvalidResponse",
          attempts: 1,
          maybeSent: true,
        });
      }
      seen.add(token);
      next = { ...input, [pagination.inputToken]: token };
    }
  }

  /** The request as it would be sent now. */
  async sign(operation: AnyOperation, input: object, signal?: AbortSignal): Promise<SignedRequest> {
    return (await this.#prepare(operation, toWireRequest(operation, input), signal)).request;
  }

  /** Good credentials that this region does not know are no reason to sign in. */
  async #explained(
    { service }: AnyOperation,
    error: ServiceError | TransportError,
    { credentials }: Failure,
    signal: AbortSignal | undefined,
  ): Promise<Error> {
    if (!isUnknownKey(error) || !credentials) return error;
    const home = await this.#options.checkRegion?.(service, credentials, signal);
    throwIfAborted(signal);
    return home === undefined ? error : regionNotEnabled(this.region, home, error);
  }

  /** Forgets expired credentials; true when there are others now, which deserve an attempt. */
  async #wasRenewed({ isExpired, credentials: used }: Failure, signal: AbortSignal | undefined): Promise<boolean> {
    if (!isExpired || !used) return false;
    const { credentials } = this.#options;
    credentials.invalidate(used.accessKeyId);
    return (await untilAborted(credentials.get(signal), signal)).accessKeyId !== used.accessKeyId;
  }

  /**
   * Resolves when the next attempt may be made, with what is to be called when it is over. Whoever waits has its credentials
   * by then: nobody keeps a place while the user is asked for a code.
   */
  async #turn({ service, name, hostPrefix, ...operation }: AnyOperation, options: CallOptions): Promise<() => void> {
    const { traffic, accountId, credentials } = this.#options;
    const { waitsItsTurn: waits = false, signal } = options;
    const { perSecond, isPacedEverywhere = false } = operation;
    if (!traffic || accountId === undefined || !(waits || perSecond)) return () => undefined;
    const endpoint = this.#endpointOf(service);
    const url = withHostPrefix(endpoint.url, hostPrefix);
    if (waits) await untilAborted(credentials.get(signal), signal);
    const departure = {
      lane: `${accountId} ${endpoint.signingRegion} ${url.host}`,
      operation: `${service.id} ${name}`,
      // What is on this machine has no quota.
      perSecond: isLoopback(url) && !isPacedEverywhere ? undefined : perSecond,
      waits,
    };
    return traffic.enter(departure, signal);
  }

  /** Parsed once, and anew when the setting says another one. */
  #endpointOf(service: Service): Endpoint {
    const { endpoints } = this.#options;
    const customUrl = endpoints.customUrl?.(service);
    const known = this.#endpoints.get(service);
    if (known && known.customUrl === customUrl) return known.endpoint;
    const endpoint = resolveEndpoint(service, this.region, { ...endpoints, customUrl: () => customUrl });
    this.#endpoints.set(service, { customUrl, endpoint });
    return endpoint;
  }

  async #prepare(operation: AnyOperation, request: WireRequest, signal: AbortSignal | undefined) {
    const { service, hostPrefix } = operation;
    const endpoint = this.#endpointOf(service);
    const credentials = await untilAborted(this.#options.credentials.get(signal), signal);
    throwIfAborted(signal);
    const url = withHostPrefix(endpoint.url, hostPrefix);
    const offsetMs = this.#skew.offsetMs(url.host);
    const signed = signRequest(request, url, {
      service: service.signingName,
      region: endpoint.signingRegion,
      credentials,
      timeMs: this.#options.fixedDateMs ?? this.#clock.now() + offsetMs,
    });
    return { request: signed, offsetMs, credentials, redact: redactorOf(signed, credentials) };
  }

  async #attempt<O extends object>(
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the input was serialized by the caller
    operation: Operation<any, O>,
    request: WireRequest,
    invocation: Invocation,
    options: CallOptions,
  ): Promise<Outcome<O>> {
    const { attempt: number } = invocation;
    const { request: signed, offsetMs, credentials, redact } = await this.#prepare(operation, request, options.signal);
    await options.beforeAttempt?.(number);
    throwIfAborted(options.signal);
    const sentMs = this.#clock.now();
    const note = (details: Omit<Attempt, "number">) => {
      this.#log(operation, number, this.#clock.now() - sentMs, details);
      options.onAttempt?.({ number, ...details });
    };
    let response;
    try {
      response = await send(withInvocation(signed, invocation), {
        timeouts: { ...defaultTimeouts, ...this.#options.timeouts },
        ca: this.#options.ca,
        signal: options.signal,
        // Names the API as the SDKs do: on one custom endpoint, nothing else tells the two Chime APIs apart.
        userAgent: `${userAgent} api/${operation.service.id}`,
      });
    } catch (error) {
      if (!(error instanceof SendError)) throw error;
      note({ error: error.code });
      return failedToSend(operation, error);
    }
    const { host } = signed.url;
    this.#skew.observe(host, response.headers, { sentMs, nowMs: this.#clock.now() });
    const isSkewed = this.#options.fixedDateMs === undefined && this.#skew.offsetMs(host) !== offsetMs;
    const outcome = judge(operation, { host, response, isSkewed, redact }, note);
    return outcome.type === "failure" ? { ...outcome, credentials } : outcome;
  }

  /** Names and numbers only: no member of an input or output, no token, no header reaches a log. */
  #log(operation: AnyOperation, number: number, ms: number, details: Omit<Attempt, "number">): void {
    const parts = [
      `${operation.service.id} ${operation.name} ${this.region}`,
      details.error ?? "",
      details.status === undefined ? "" : String(details.status),
      details.requestId === undefined ? "" : `request ${details.requestId}`,
      `${Math.round(ms)} ms`,
      number > 1 ? `attempt ${number}` : "",
    ];
    this.#options.log[levelOf(operation, details)](parts.filter((part) => part !== "").join(" · "));
  }
}

/** What changes something can be looked up by its request id; that something is not there is an answer like any other. */
function levelOf(
  { name }: AnyOperation,
  { error, status }: Pick<Attempt, "error" | "status">,
): "debug" | "info" | "warn" {
  const isAbsence = status === 404 && /NotFound(Exception)?$/.test(error ?? "");
  if (error !== undefined && !isAbsence) return "warn";
  return /^(Get|List|Describe|Lookup|Simulate)/.test(name) ? "debug" : "info";
}

/** A retried create without a token could create twice, and only the caller can keep a token across a crash. */
function requireToken(operation: AnyOperation, input: object): void {
  const { idempotencyToken: member } = operation;
  if (member === undefined) return;
  const token = (input as Readonly<Record<string, unknown>>)[member];
  if (typeof token !== "string" || token === "") {
    throw new TypeError(`${operation.name} needs ${member}, set by the caller and kept with what it creates`);
  }
}

/** By these a service tells retries from new calls. Unsigned, as boto3 has them: a proxy that drops them does no harm. */
function withInvocation(request: SignedRequest, { id, attempt, maxAttempts }: Invocation): SignedRequest {
  const headers = { "amz-sdk-invocation-id": id, "amz-sdk-request": `attempt=${attempt}; max=${maxAttempts}` };
  return { ...request, headers: { ...request.headers, ...headers } };
}
