import { randomUUID } from "node:crypto";
import type { AnyOperation } from "../aws/operation";
import { logTextOf } from "../core/errors";
import type { Log } from "../core/log";
import { Access, type Need } from "./access";
import { AwsError, modelledError } from "./awsError";
import type { Controlled } from "./control";
import type { Fault } from "./faults";
import { MalformedRequestError, type IncomingRequest } from "./incoming";
import { keysOf } from "./kmsKeys";
import { toPrincipal, type Principal } from "./principals";
import { errorReply, successReply, type Reply } from "./reply";
import { readInput } from "./requestInput";
import { record } from "./recording";
import { kindsOf, type Outcome, type RequestContext, type Route, type Timings } from "./service";
import { verifySignature, type Verified } from "./signature";
import { validateInput } from "./validation";

/** What goes back over the socket: a reply, perhaps damaged on the way, or none at all. */
export interface Answer {
  readonly reply: Reply;
  readonly fault: Fault | undefined;
}

/** One request to one of the services: signature, route, fault, input, handler. Never rejects. */
export async function answer(
  request: IncomingRequest,
  controlled: Controlled,
  timings: Omit<Timings, "bornMs">,
  log: Log,
): Promise<Answer> {
  const requestId = randomUUID();
  const { routes } = controlled;
  let service = routes.guessService(request);
  try {
    const verified = await verifySignature(request, {
      services: routes.signingNames,
      nowMs: controlled.clock.shown(),
      findKeys: (accessKeyId) => controlled.state.document.keys.find((keys) => keys.accessKeyId === accessKeyId),
    });
    const route = routes.find(request, verified.service);
    ({ service } = route.operation);
    return await carryOut(route, request, verified, requestId, controlled, timings);
  } catch (error) {
    if (!(error instanceof AwsError)) log.error(`The sandbox could not answer a request: ${logTextOf(error)}`);
    return { reply: errorReply(service, toAwsError(error), requestId), fault: undefined };
  }
}

async function carryOut(
  route: Route,
  request: IncomingRequest,
  verified: Verified,
  requestId: string,
  controlled: Controlled,
  timings: Omit<Timings, "bornMs">,
): Promise<Answer> {
  const { operation } = route;
  const { state, requests, world, clock, faults } = controlled;
  const { accountId } = verified.keys;
  const { region = verified.region } = route;
  const fault = faults.take(operation);
  const caller = toPrincipal(verified.keys.principal, accountId);
  let input: Record<string, unknown> = {};
  let outcome: Outcome = {};
  let needs: readonly Need[] = [];
  let refusal: AwsError | undefined;
  let reply: Reply;
  try {
    input = readInput(operation, request);
    if (fault?.kind === "latency") await faults.delay(fault.ms ?? 1000);
    if (fault?.kind === "status") throw injectedError(operation, fault);
    if (fault?.kind === "forgetTokens") world.forgetTokens();
    if (fault?.kind !== "reset" && fault?.kind !== "hang") {
      const valid = validateInput(operation, input);
      requireIdleToken(operation, input, verified, controlled);
      const nowMs = clock.now() - (fault?.kind === "lag" ? (fault.ms ?? 1000) : 0);
      const context: RequestContext = {
        operation,
        region,
        accountId,
        principal: caller,
        access: accessOf(caller, region, request, controlled),
        rights: controlled.rights,
        trail: controlled.trail,
        identityCenterRegions: state.document.identityCenterRegions,
        world: fault?.kind === "lag" ? world.asOf(nowMs) : world,
        nowMs,
        timings: { ...timings, bornMs: state.document.bornMs },
        keys: () => keysOf(controlled.services, region, accountId),
      };
      needs = route.needs ? route.needs(valid, context) : [{ resource: "*" }];
      requireRights(operation, needs, context.access);
      outcome = route.handle(valid, context);
      if (fault?.kind === "inProgress")
        faults.holdToken(tokenKey(operation, input, verified), clock.now() + (fault.ms ?? 1000));
      // A replay waits as well: the first reply with this token may not have reached the disk yet.
      if (outcome.changed || outcome.isReplay) await state.save();
    }
    reply = successReply(operation, outcome.output, requestId);
  } catch (error) {
    refusal = toAwsError(error);
    reply = errorReply(operation.service, refusal, requestId);
    if (fault?.kind === "status") reply = { ...reply, headers: { ...reply.headers, ...fault.headers } };
  }
  if (!["status", "reset", "hang"].includes(fault?.kind ?? ""))
    record(controlled.trail, kindsOf(controlled.services), {
      operation,
      input,
      needs,
      outcome,
      refusal,
      principal: caller,
      accessKeyId: verified.accessKeyId,
      region,
      requestId,
      userAgent: request.headers["user-agent"] ?? "",
      timeMs: clock.now(),
    });
  const token = input[operation.idempotencyToken ?? ""];
  const isAnswered = !["reset", "hang", "commitThenReset", "inProgress"].includes(fault?.kind ?? "");
  requests.add({
    service: operation.service.id,
    operation: operation.name,
    token: typeof token === "string" ? token : null,
    status: isAnswered ? reply.status : null,
    principal: verified.keys.principal,
    accountId,
    time: new Date(clock.now()).toISOString(),
    region,
    requestId,
    accessKeyId: verified.accessKeyId,
    resourceId: outcome.resourceId ?? null,
    isReplay: outcome.isReplay ?? false,
    fault: fault?.kind ?? null,
  });
  return { reply, fault };
}

function accessOf(caller: Principal, region: string, request: IncomingRequest, { rights, clock }: Controlled): Access {
  const nowMs = clock.now();
  return new Access(caller, rights.of(caller.name), {
    "aws:RequestedRegion": region,
    "aws:CurrentTime": new Date(nowMs).toISOString(),
    "aws:EpochTime": String(Math.floor(nowMs / 1000)),
    "aws:SourceIp": "127.0.0.1",
    "aws:SecureTransport": "false",
    "aws:UserAgent": request.headers["user-agent"],
    "aws:ViaAWSService": "false",
  });
}

/** Every request of every service is decided by its caller's policies. */
function requireRights({ service, name }: AnyOperation, needs: readonly Need[], access: Access): void {
  for (const need of needs) {
    const denial = access.denial({ action: `${service.signingName}:${name}`, ...need });
    if (denial !== undefined) throw new AwsError("AccessDeniedException", denial, 403);
  }
}

/** What a token is known by: two accounts may use the same one. */
function tokenKey({ name, idempotencyToken }: AnyOperation, input: object, { keys, region }: Verified): string {
  const token = (input as Readonly<Record<string, unknown>>)[idempotencyToken ?? ""];
  return JSON.stringify([name, keys.accountId, region, token ?? null]);
}

function requireIdleToken(
  operation: AnyOperation,
  input: object,
  verified: Verified,
  { faults, clock }: Controlled,
): void {
  if (!faults.isTokenHeld(tokenKey(operation, input, verified), clock.now())) return;
  throw modelledError(
    operation.service,
    "ConflictException",
    "An earlier request with this client token is still in progress.",
  );
}

function toAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  if (error instanceof MalformedRequestError) return new AwsError("MalformedHttpRequestException", error.message, 400);
  return new AwsError("InternalServerException", "Internal error of the sandbox", 500);
}

function injectedError({ service }: AnyOperation, fault: Fault): AwsError {
  const status = fault.status ?? service.errors[fault.code ?? ""]?.status ?? 500;
  const modelled = Object.entries(service.errors).find(([, model]) => model.status === status)?.[0];
  const code = fault.code ?? modelled ?? (status >= 500 ? "InternalFailure" : "AccessDeniedException");
  return new AwsError(code, fault.message ?? "Injected fault", status);
}
