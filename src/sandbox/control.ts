import * as z from "zod";
import { faultRule, type Faults } from "./faults";
import { identityOf } from "./identity";
import type { IncomingRequest } from "./incoming";
import { toLedgerResource, type RequestLog } from "./ledger";
import { makeKeys } from "./principals";
import type { Reply } from "./reply";
import type { Routes } from "./routes";
import { insertMany, maxSeed } from "./seed";
import type { ServerClock } from "./serverClock";
import type { SandboxService } from "./service";
import { sameText } from "./signature";
import type { StateFile } from "./state";
import type { World } from "./world";

/** What requests act upon. */
export interface Controlled {
  readonly services: readonly SandboxService[];
  readonly routes: Routes;
  readonly state: StateFile;
  readonly world: World;
  readonly requests: RequestLog;
  readonly faults: Faults;
  readonly clock: ServerClock;
}

export const controlPath = "/_sandbox/";

const skew = z.object({ skewSeconds: z.number() });

const bulk = z.object({
  kind: z.string(),
  count: z.number().int().min(1).max(maxSeed),
  region: z.string().default("us-east-1"),
  namePrefix: z.string().default("bulk"),
  /** Absent: they are there at once. */
  creationSeconds: z.number().min(0).default(0),
  failure: z.string().optional(),
  tags: z.record(z.string(), z.string()).default({}),
  /** They do not count towards the quota. */
  beyondQuota: z.boolean().default(false),
});

const session = z.object({
  principal: z.enum(["sandbox", "sandbox-restricted"]).default("sandbox"),
  /** Absent: the sandbox's own account. Any other has its own instances. */
  accountId: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  /** Absent: they do not expire. May be negative: keys that have expired already. */
  expiresInSeconds: z.number().optional(),
  /** Both or neither: keys that another sandbox has given. */
  accessKeyId: z.string().min(16).optional(),
  secretAccessKey: z.string().min(16).optional(),
});

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
    if (error instanceof z.ZodError || error instanceof SyntaxError)
      return json(400, { message: error instanceof z.ZodError ? z.prettifyError(error) : error.message });
    throw error;
  }
}

const handlers: Readonly<Record<string, (body: unknown, controlled: Controlled) => object | Promise<object>>> = {
  "POST faults": (body, { faults }) => {
    faults.add(faultRule.parse(body));
    return {};
  },
  "DELETE faults": (_body, { faults }) => {
    faults.clear();
    return {};
  },
  "GET ledger": (_body, { world, requests, clock }) => ({
    requests: requests.requests,
    resources: world.all.map((resource) => toLedgerResource(resource, clock.now())),
  }),
  "POST clock": (body, { clock }) => {
    clock.skewMs = skew.parse(body).skewSeconds * 1000;
    return {};
  },
  "POST resources": async (body, { services, state, world, clock }) => {
    const { kind: kindId, region, ...many } = bulk.parse(body);
    const kind = services.find((service) => service.kind?.id === kindId)?.kind;
    if (!kind) throw new SyntaxError(`No such kind: ${kindId}`);
    await insertMany(world, kind, { region, accountId: state.document.accountId, nowMs: clock.now() }, many);
    await state.save();
    return { count: many.count };
  },
  "POST credentials": async (body, { state, clock }) => {
    const { principal, expiresInSeconds, accountId = state.document.accountId, ...given } = session.parse(body);
    const expiresMs = expiresInSeconds === undefined ? undefined : clock.now() + expiresInSeconds * 1000;
    const made = makeKeys(principal, { accountId, ...(expiresMs !== undefined && { session: { expiresMs } }) });
    const { accessKeyId: id = made.accessKeyId, secretAccessKey: secret = made.secretAccessKey } = given;
    const keys = { ...made, accessKeyId: id, secretAccessKey: secret };
    state.document.keys.push(keys);
    await state.save();
    const { accessKeyId, secretAccessKey, sessionToken } = keys;
    if (expiresMs === undefined) return { accessKeyId, secretAccessKey };
    return { accessKeyId, secretAccessKey, sessionToken, expiration: new Date(expiresMs).toISOString() };
  },
};

function parseBody(body: Buffer): unknown {
  return body.length === 0 ? undefined : JSON.parse(body.toString("utf8"));
}

function json(status: number, body: object): Reply {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
