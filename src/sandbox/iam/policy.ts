import * as z from "zod/mini";
import { parseOperator, type Condition } from "./conditions";

/** A policy as it is evaluated. */
export interface Policy {
  /** What it is called where somebody asks which policy decided. */
  readonly id: string;
  /** Its version knows variables. */
  readonly hasVariables: boolean;
  readonly statements: readonly Statement[];
}

export interface Statement {
  /** Its place in the policy, from 0. */
  readonly index: number;
  readonly effect: "Allow" | "Deny";
  readonly actions: Patterns;
  readonly resources: Patterns;
  readonly conditions: readonly Condition[];
}

/** `NotAction` and `NotResource` mean everything but these. */
export interface Patterns {
  readonly isNot: boolean;
  readonly values: readonly string[];
}

const texts = z.union([z.string(), z.array(z.string())]);
const values = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number(), z.boolean()]))]);

const statement = z
  .object({
    Effect: z.enum(["Allow", "Deny"]),
    Action: z.optional(texts),
    NotAction: z.optional(texts),
    Resource: z.optional(texts),
    NotResource: z.optional(texts),
    Condition: z.optional(z.record(z.string(), z.record(z.string(), values))),
  })
  .check(
    z.refine(hasOne("Action", "NotAction"), "A statement has either Action or NotAction"),
    z.refine(hasOne("Resource", "NotResource"), "A statement has either Resource or NotResource"),
    z.refine(
      ({ Condition = {} }) => Object.keys(Condition).every((operator) => parseOperator(operator)),
      "A condition's operator is none of IAM's",
    ),
  );

/** What IAM takes for a policy of an identity: nothing else is ever evaluated. */
const document = z.object({
  Version: z._default(z.enum(["2008-10-17", "2012-10-17"]), "2008-10-17"),
  Statement: z.union([statement, z.array(statement)]),
});

/** Throws the schema's error for what is no policy. */
export function parsePolicy(id: string, value: unknown): Policy {
  const { Version, Statement } = document.parse(value);
  const statements = Array.isArray(Statement) ? Statement : [Statement];
  return { id, hasVariables: Version === "2012-10-17", statements: statements.map(toStatement) };
}

function toStatement(parsed: z.output<typeof statement>, index: number): Statement {
  const { Effect, Action, NotAction, Resource, NotResource, Condition = {} } = parsed;
  return {
    index,
    effect: Effect,
    actions: patterns(Action, NotAction),
    resources: patterns(Resource, NotResource),
    conditions: Object.entries(Condition).flatMap(([name, keys]) => {
      const operator = parseOperator(name);
      if (!operator) return [];
      return Object.entries(keys).map(([key, wanted]) => ({ operator, key, values: toList(wanted).map(String) }));
    }),
  };
}

function patterns(named: string | string[] | undefined, excepted: string | string[] | undefined): Patterns {
  return { isNot: named === undefined, values: toList(named ?? excepted ?? []) };
}

function toList<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

function hasOne<K extends string>(one: K, other: K) {
  return (members: Readonly<Partial<Record<K, unknown>>>) =>
    (members[one] === undefined) !== (members[other] === undefined);
}
