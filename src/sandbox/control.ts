import * as z from "zod/mini";
import { $ZodError } from "zod/v4/core";
import { inWords } from "../core/schemaWords";
import { faultRule, type Faults } from "./faults";
import { identityOf } from "./identity";
import type { IncomingRequest } from "./incoming";
import { toLedgerResource, type RequestLog } from "./ledger";
import { makeKeys, principalNames, toPrincipal } from "./principals";
import type { Reply } from "./reply";
import type { Rights } from "./rights";
import type { Routes } from "./routes";
import { insertMany, maxSeed } from "./seed";
import type { ServerClock } from "./serverClock";
import type { SandboxService } from "./service";
import { sameText } from "./signature";
import type { StateFile } from "./state";
import type { Trail } from "./trail";
import type { World } from "./world";

/** What requests act upon. */
export interface Controlled {
  readonly services: readonly SandboxService[];
  readonly routes: Routes;
  readonly state: StateFile;
  readonly world: World;
  readonly rights: Rights;
  readonly requests: RequestLog;
  readonly trail: Trail;
  readonly faults: Faults;
  readonly clock: ServerClock;
}

export const controlPath = "/_sandbox/";

const skew = z.object({ skewSeconds: z.number() });

const bulk = z.object({
  kind: z.string(),
  count: z.int().check(z.minimum(1), z.maximum(maxSeed)),
  region: z._default(z.string(), "us-east-1"),
  namePrefix: z._default(z.string(), "bulk"),
  /** Absent: they are there at once. */
  creationSeconds: z._default(z.number().check(z.minimum(0)), 0),
  failure: z.optional(z.string()),
  tags: z._default(z.record(z.string(), z.string()), {}),
  /** They do not count towards the quota. */
  beyondQuota: z._default(z.boolean(), false),
});

const session = z.object({
  principal: z._default(z.enum(principalNames), "sandbox"),
  /** Absent: the sandbox's own account. Any other has its own instances. */
  accountId: z.optional(z.string().check(z.regex(/^\d{12}$/))),
  /** Absent: they do not expire. May be negative: keys that have expired already. */
  expiresInSeconds: z.optional(z.number()),
  /** Both or neither: keys that another sandbox has given. */
  accessKeyId: z.optional(z.string().check(z.minLength(16))),
  secretAccessKey: z.optional(z.string().check(z.minLength(16))),
});

const newRights = z.object({
  name: z.enum(principalNames),
  policies: z.array(z.record(z.string(), z.unknown())),
});

const identityCenter = z.object({ regions: z.array(z.string()) });

const trailDelay = z.object({ delaySeconds: z.number().check(z.minimum(0)) });

/** What any client may ask: whether this is the sandbox that it knows the token of. */
export function identify({ query }: IncomingRequest, authority: string, { state }: Controlled): Reply {
  const identity = identityOf(state.document.controlToken, authority, query);
  return identity ? json(200, identity) : json(400, { message: "The query must carry a nonce" });
}

/** Not AWS: how tests and demonstrations reach behind the services. Every request needs the token. */
export async function control(request: IncomingRequest, controlled: Controlled): Promise<Reply> {
  const { state } = controlled;
  if (!sameText(request.headers["x-sandbox-control"] ?? "", state.document.controlToken))
    return json(403, { message: "The header x-sandbox-control must carry the control token" });
  const handler = handlers[`${request.method} ${request.rawPath.slice(controlPath.length)}`];
  if (!handler) return json(404, { message: `No such control: ${request.method} ${request.rawPath}` });
  try {
    return json(200, await handler(parseBody(request.body), controlled));
  } catch (error) {
    if (error instanceof $ZodError || error instanceof SyntaxError)
      return json(400, { message: error instanceof $ZodError ? z.prettifyError(error) : error.message });
    throw error;
  }
}

const handlers: Readonly<Record<string, (body: unknown, controlled: Controlled) => object | Promise<object>>> = {
  "POST faults": (body, { faults }) => {
    faults.add(parsed(faultRule, body));
    return {};
  },
  "DELETE faults": (_body, { faults }) => {
    faults.clear();
    return {};
  },
  "GET ledger": (_body, { world, requests, clock }) => ({
    requests: requests.items,
    resources: world.all.map((resource) => toLedgerResource(resource, clock.now())),
  }),
  "POST clock": (body, { clock }) => {
    clock.skewMs = parsed(skew, body).skewSeconds * 1000;
    return {};
  },
  "POST resources": async (body, { services, state, world, clock }) => {
    const { kind: kindId, region, ...many } = parsed(bulk, body);
    const kind = services.find((service) => service.kind?.id === kindId)?.kind;
    if (!kind) throw new SyntaxError(`No such kind: ${kindId}`);
    await insertMany(world, kind, { region, accountId: state.document.accountId, nowMs: clock.now() }, many);
    await state.save();
    return { count: many.count };
  },
  "GET principals": (_body, { state, rights }) => {
    const { keys, accountId } = state.document;
    const all = principalNames.flatMap((name) => {
      const found = keys.find((stored) => stored.principal === name && stored.accountId === accountId);
      if (!found) return [];
      const { accessKeyId, secretAccessKey, sessionToken } = found;
      const { arn } = toPrincipal(name, accountId);
      const known = { arn, accessKeyId, secretAccessKey, ...(sessionToken !== null && { sessionToken }) };
      return [[name, { ...known, policies: rights.documents(name) }]];
    });
    return Object.fromEntries(all) as object;
  },
  "POST principals": async (body, { state, rights }) => {
    const { name, policies } = parsed(newRights, body);
    rights.replace(name, policies);
    await state.save();
    return {};
  },
  "POST identity-center": async (body, { state }) => {
    state.document.identityCenterRegions = parsed(identityCenter, body).regions;
    await state.save();
    return {};
  },
  "POST trail": (body, { trail }) => {
    trail.delayMs = parsed(trailDelay, body).delaySeconds * 1000;
    return {};
  },
  "POST credentials": async (body, { state, clock }) => {
    const { principal, expiresInSeconds, accountId = state.document.accountId, ...given } = parsed(session, body);
    const expiresMs = expiresInSeconds === undefined ? null : clock.now() + expiresInSeconds * 1000;
    const made = makeKeys(principal, { accountId, expiresMs });
    const { accessKeyId: id = made.accessKeyId, secretAccessKey: secret = made.secretAccessKey } = given;
    const keys = { ...made, accessKeyId: id, secretAccessKey: secret };
    state.document.keys.push(keys);
    await state.save();
    const { accessKeyId, secretAccessKey, sessionToken } = keys;
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== null && { sessionToken }),
      ...(expiresMs !== null && { expiration: new Date(expiresMs).toISOString() }),
    };
  },
};

function parsed<T>(schema: z.ZodMiniType<T>, body: unknown): T {
  return schema.parse(body, { error: inWords });
}

function parseBody(body: Buffer): unknown {
  return body.length === 0 ? undefined : JSON.parse(body.toString("utf8"));
}

function json(status: number, body: object): Reply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
