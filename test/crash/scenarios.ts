import { randomUUID } from "node:crypto";
import type { Session } from "../../src/instances/connection";
import type { Draft } from "../../src/instances/draft";
import type { Instance, Phase } from "../../src/instances/instance";
import type { Kind } from "../../src/instances/kind";
import type { Kinds } from "../../src/instances/kinds/registry";
import type { OperationRequest } from "../../src/operations/operations";

/** What exists: tags and values as they must be, and how many instances there ever were. */
export interface Expected {
  readonly live: readonly Seen[];
  readonly ever: number;
}

export interface Seen {
  readonly phase: Phase;
  readonly values: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Prepared {
  readonly request: OperationRequest;
  /** When the operation never got on record: nothing may have been sent. */
  readonly untouched: Expected;
  readonly done: Expected;
  readonly status: "succeeded" | "failed";
}

export interface Stage {
  readonly kinds: Kinds;
  /** A web-app domain that nobody else has: they are unique in the world. */
  readonly domain: string;
  session(profile: string): Promise<Session>;
  /** Resolves when the instance has left its present state. */
  settle(kind: Kind, id: string): Promise<Instance>;
}

export interface Scenario {
  readonly name: string;
  readonly type: OperationRequest["type"];
  readonly kind: "supplyChain" | "chime";
  readonly profile: "sandbox" | "sandbox-restricted";
  prepare(stage: Stage): Promise<Prepared>;
}

const nothing: Expected = { live: [], ever: 0 };

const tags = { team: "logistics", "cost-center": "4711", empty: "-" };

export function draftOf(kind: "supplyChain" | "chime", { domain }: Pick<Stage, "domain">): Draft {
  if (kind === "chime") return { kind, values: { name: "support chat", metadata: '{"floor":1}' }, tags };
  const values = {
    instanceName: "returns-emea",
    instanceDescription: "Returns of all shops",
    webAppDnsDomain: domain,
  };
  return { kind, values, tags };
}

const phases = { supplyChain: "ready", chime: "present" } as const;

function create(kind: "supplyChain" | "chime"): Scenario {
  return {
    name: `create ${kind}`,
    type: "create",
    kind,
    profile: "sandbox",
    prepare: (stage) =>
      Promise.resolve({
        request: { type: "create", draft: draftOf(kind, stage) },
        untouched: nothing,
        done: { live: [{ phase: phases[kind], ...seen(draftOf(kind, stage)) }], ever: 1 },
        status: "succeeded",
      }),
  };
}

const createFailing: Scenario = {
  ...create("supplyChain"),
  name: "create that fails",
  profile: "sandbox-restricted",
  prepare: (stage) =>
    Promise.resolve({
      request: { type: "create", draft: draftOf("supplyChain", stage) },
      untouched: nothing,
      done: { live: [{ phase: "createFailed", ...seen(draftOf("supplyChain", stage)) }], ever: 1 },
      status: "failed",
    }),
};

const createUnnamed: Scenario = {
  ...create("supplyChain"),
  name: "create without a name",
  prepare: () =>
    Promise.resolve({
      request: { type: "create", draft: { kind: "supplyChain", values: {}, tags } },
      untouched: nothing,
      done: { live: [{ phase: "ready", values: {}, tags }], ever: 1 },
      status: "succeeded",
    }),
};

const recreate: Scenario = {
  name: "recreate supplyChain",
  type: "recreate",
  kind: "supplyChain",
  profile: "sandbox",
  async prepare(stage) {
    const failed = await existing(stage, "supplyChain", "sandbox-restricted");
    const draft = draftOf("supplyChain", stage);
    return {
      request: { type: "recreate", draft, target: failed },
      untouched: { live: [{ phase: "createFailed", ...seen(draft) }], ever: 1 },
      done: { live: [{ phase: "ready", ...seen(draft) }], ever: 2 },
      status: "succeeded",
    };
  },
};

function remove(kind: "supplyChain" | "chime"): Scenario {
  return {
    name: `delete ${kind}`,
    type: "delete",
    kind,
    profile: "sandbox",
    async prepare(stage) {
      const target = await existing(stage, kind, "sandbox");
      return {
        request: { type: "delete", target },
        untouched: there(kind, stage),
        done: { live: [], ever: 1 },
        status: "succeeded",
      };
    },
  };
}

function edit(kind: "supplyChain" | "chime"): Scenario {
  const values =
    kind === "chime" ? { name: "sales chat", metadata: "" } : { instanceDescription: "Returns of some shops" };
  return {
    name: `edit ${kind}`,
    type: "edit",
    kind,
    profile: "sandbox",
    async prepare(stage) {
      const target = await existing(stage, kind, "sandbox");
      const changed = { ...draftOf(kind, stage).values, ...values };
      const after = Object.entries(changed).filter(([, value]) => value !== "");
      return {
        request: { type: "edit", target, values },
        untouched: there(kind, stage),
        done: { live: [{ phase: phases[kind], values: Object.fromEntries(after), tags }], ever: 1 },
        status: "succeeded",
      };
    },
  };
}

function changeTags(kind: "supplyChain" | "chime"): Scenario {
  return {
    name: `tags of ${kind}`,
    type: "tags",
    kind,
    profile: "sandbox",
    async prepare(stage) {
      const target = await existing(stage, kind, "sandbox");
      return {
        request: { type: "tags", target, changes: { set: { team: "planning", env: "prod" }, remove: ["empty"] } },
        untouched: there(kind, stage),
        done: {
          live: [
            {
              ...seen(draftOf(kind, stage)),
              phase: phases[kind],
              tags: { team: "planning", "cost-center": "4711", env: "prod" },
            },
          ],
          ever: 1,
        },
        status: "succeeded",
      };
    },
  };
}

/** Every kind of operation. */
export const scenarios: readonly Scenario[] = [
  create("supplyChain"),
  recreate,
  create("chime"),
  createFailing,
  createUnnamed,
  remove("supplyChain"),
  remove("chime"),
  edit("supplyChain"),
  edit("chime"),
  changeTags("supplyChain"),
  changeTags("chime"),
];

export async function existing(stage: Stage, kindId: "supplyChain" | "chime", profile: string) {
  const kind = stage.kinds.get(kindId)!;
  const { id } = await kind.create(await stage.session(profile), draftOf(kindId, stage), randomUUID());
  const { arn, name } = await stage.settle(kind, id);
  return { id, arn, ...(name === undefined ? {} : { name }) };
}

function seen({ values, tags }: Draft): Pick<Seen, "values" | "tags"> {
  return { values, tags };
}

function there(kind: "supplyChain" | "chime", stage: Stage): Expected {
  return { live: [{ phase: phases[kind], ...seen(draftOf(kind, stage)) }], ever: 1 };
}
