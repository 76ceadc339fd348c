import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import * as z from "zod";
import { defineOperation, type Service } from "../../src/aws/operation";
import { ServiceError } from "../../src/aws/errors";
import { silentLog } from "../../src/core/log";
import { cliCommand } from "../../src/instances/cliCommand";
import { connectionKey, type Connection } from "../../src/instances/connection";
import { validateDraft } from "../../src/instances/draftValidation";
import { createFollower } from "../../src/instances/follow";
import type { Instance } from "../../src/instances/instance";
import type { Kind } from "../../src/instances/kind";
import { kindsOf } from "../../src/instances/kinds/registry";
import { createSessions } from "../../src/instances/sessions";
import { createStore } from "../../src/instances/store";
import { createSync } from "../../src/instances/sync";
import { mitigationFor } from "../../src/instances/mitigation";
import { FakeClock } from "../fakes/clock";

/** A service that nobody has heard of, in the place where `aws/services` has its own. */
const greenhouse: Service = {
  id: "greenhouse",
  hostLabel: "greenhouse",
  endpointKey: "GREENHOUSE",
  apiVersion: "2026-01-01",
  signingName: "greenhouse",
  protocol: "rest-json",
  errors: { GoneException: { status: 404 } },
};
const plantShape = z.object({ Id: z.string(), Name: z.string(), Stage: z.string() });
const listPlants = defineOperation({
  service: greenhouse,
  name: "ListPlants",
  method: "GET",
  path: "/plants",
  query: { Marker: "marker", Max: "max" },
  status: 200,
  isIdempotent: true,
  errors: [],
  input: z.object({ Marker: z.string().optional(), Max: z.number().optional() }),
  output: z.object({ Plants: z.array(plantShape), Marker: z.string().optional() }),
  pagination: { inputToken: "Marker", outputToken: "Marker", items: "Plants", limit: "Max", maxPageSize: 2 },
});
const getPlant = defineOperation({
  service: greenhouse,
  name: "GetPlant",
  method: "GET",
  path: "/plants/{Id}",
  status: 200,
  isIdempotent: true,
  errors: ["GoneException"],
  input: z.object({ Id: z.string() }),
  output: z.object({ Plant: plantShape }),
});

function toInstance({ Id: id, Name: name, Stage: state }: z.output<typeof plantShape>): Instance {
  const phase = state === "Growing" ? "creating" : "ready";
  return { kind: "plant", id, arn: `arn:plant:${id}`, name, state, phase, values: { name }, raw: {} };
}

const notHere = () => Promise.reject(new Error("not in this test"));

/** Everything that the rest of the extension knows about plants. */
const plant: Kind = {
  id: "plant",
  title: "Plant",
  groupTitle: "Plants",
  icon: "leaf",
  createCommandId: "createPlant",
  service: greenhouse,
  forService: (service) => (service === greenhouse.id ? plant : undefined),
  fields: [
    {
      id: "name",
      label: "Name",
      apiName: "Name",
      help: "Up to 5 letters.",
      control: "text",
      required: true,
      editable: true,
      maxLength: 5,
      lengthUnit: "characters",
      validate: (value) => (/^[a-z]{1,5}$/.test(value) ? undefined : "Use up to 5 letters."),
    },
  ],
  nameField: "name",
  tagRules: { max: 1, maxKeyLength: 3, minValueLength: 1, maxValueLength: 3 },
  mitigations: { rules: [] },
  hasStates: true,
  creationHint: "Takes a season.",
  suggestedRegions: ["us-east-1"],
  async *list(session, options) {
    for await (const page of session.client.pages(listPlants, { Max: 2 }, options)) yield page.Plants.map(toInstance);
  },
  async get(session, id, options) {
    try {
      return toInstance((await session.client.call(getPlant, { Id: id }, options)).Plant);
    } catch (error) {
      if (error instanceof ServiceError && error.name === "GoneException") return undefined;
      throw error;
    }
  },
  findByName: notHere,
  listTags: notHere,
  create: notHere,
  update: notHere,
  delete: notHere,
  setTags: notHere,
  removeTags: notHere,
  capture: (instance, tags) => ({ kind: "plant", values: instance.values, tags }),
  createCommand: (draft, place) =>
    cliCommand(greenhouse, "plant", [{ option: "--name", member: "Name", json: draft.values.name }], place),
  consoleUrl: () => "https://example.com/",
  deletionWarnings: () => [],
};

void test("a kind that is only registered works through validation, listing, paging, following and events", async (t) => {
  const stages: Record<string, string> = { a: "Grown", b: "Growing", c: "Grown" };
  const paths: string[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    paths.push(request.url ?? "");
    const send = (status: number, body: object | string, headers: Record<string, string> = {}) => {
      const isText = typeof body === "string";
      response.writeHead(status, { "content-type": isText ? "text/xml" : "application/json", ...headers });
      response.end(isText ? body : JSON.stringify(body));
    };
    const describe = (id: string) => ({ Id: id, Name: id, Stage: stages[id] });
    if (pathname === "/") send(200, identityXml);
    else if (pathname === "/plants") {
      const isSecond = searchParams.get("marker") === "2";
      send(200, isSecond ? { Plants: [describe("c")] } : { Plants: ["a", "b"].map(describe), Marker: "2" });
    } else {
      const id = pathname.slice("/plants/".length);
      if (stages[id]) send(200, { Plant: describe(id) });
      else send(404, { message: "gone" }, { "x-amzn-errortype": "GoneException" });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());

  const connection: Connection = { source: "sandbox", profile: "sandbox", region: "us-east-1" };
  const key = connectionKey(connection);
  const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = new FakeClock();
  const kinds = kindsOf([plant]);
  const sessions = createSessions({
    log: silentLog,
    env: {},
    promptMfa: notHere,
    sandboxAccess: () => ({ endpoint, region: "us-east-1", keys: { sandbox: keys } }),
    endpointUrls: () => ({}),
  });
  const store = createStore(clock);
  const follower = createFollower({ sessions, store, clock, log: silentLog });
  const sync = createSync({
    sessions,
    kinds,
    store,
    follower,
    clock,
    log: silentLog,
    refreshIntervalSeconds: () => 60,
  });
  t.after(() => sync.dispose());

  const problems = validateDraft(plant, { kind: "plant", values: { name: "oak tree" }, tags: { long: "x" } });
  assert.deepEqual(
    problems.map(({ field }) => field),
    ["name", "tags"],
  );

  const events: string[] = [];
  store.onDidChange((change) => events.push(change.type === "instance" ? `instance ${change.id}` : change.type));
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const subscription = store.onDidChange(() => {
        if (!condition()) return;
        subscription.dispose();
        resolve();
      });
    });
  const listed = until(() => store.listing(key, "plant")?.status === "ready");
  sync.setConnections([connection]);
  sync.setVisible(true);
  await listed;
  assert.deepEqual(
    store.listing(key, "plant")?.instances.map(({ id, state }) => `${id} ${state ?? ""}`),
    ["a Grown", "b Growing", "c Grown"],
  );

  await clock.untilSleeping(2);
  events.length = 0;
  stages.b = "Grown";
  const grown = until(() => store.instance(key, "plant", "b")?.phase === "ready");
  await clock.advance(5_000);
  await grown;
  assert.deepEqual(events, ["instance b"]);
  assert.ok(paths.includes("/plants/b"));
  delete stages.a;
  const seen: unknown[] = [];
  for await (const instance of follower.follow(connection, plant, "a", new AbortController().signal))
    seen.push(instance);
  assert.deepEqual([seen, store.instance(key, "plant", "a")], [[undefined], undefined]);
  assert.equal(
    plant.createCommand({ kind: "plant", values: { name: "oak" }, tags: {} }, { connection }),
    `aws greenhouse plant --name oak --region us-east-1 --profile ${connection.profile}`,
  );
  assert.ok(mitigationFor(plant, "whatever").summary.length > 0);
});

const identityXml = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/x</Arn><UserId>U</UserId><Account>123456789012</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetCallerIdentityResponse>`;
