import * as z from "zod";

/** Evaluates AWS endpoint rule sets as the SDKs do: the specification that the client's few lines are compared with. */

const condition = z.object({ fn: z.string(), argv: z.array(z.unknown()), assign: z.string().optional() });
type Condition = z.output<typeof condition>;

interface Rule {
  readonly type: "tree" | "error" | "endpoint";
  readonly conditions: readonly Condition[];
  readonly rules?: readonly Rule[] | undefined;
  readonly error?: unknown;
  readonly endpoint?:
    | {
        readonly url: unknown;
        readonly properties?: { readonly authSchemes?: readonly { readonly signingRegion?: string | undefined }[] };
      }
    | undefined;
}

const rule: z.ZodType<Rule> = z.lazy(() =>
  z.object({
    type: z.enum(["tree", "error", "endpoint"]),
    conditions: z.array(condition),
    rules: z.array(rule).optional(),
    error: z.unknown().optional(),
    endpoint: z
      .object({
        url: z.unknown(),
        properties: z.object({ authSchemes: z.array(z.object({ signingRegion: z.string().optional() })).default([]) }),
      })
      .optional(),
  }),
);

export const ruleSetSchema = z.object({ rules: z.array(rule) });

export const partitionsSchema = z.object({
  partitions: z.array(
    z.object({
      id: z.string(),
      regionRegex: z.string(),
      outputs: z.record(z.string(), z.union([z.string(), z.boolean()])),
      regions: z.record(z.string(), z.unknown()),
    }),
  ),
});
type Partitions = z.output<typeof partitionsSchema>["partitions"];

export interface Parameters {
  readonly Region?: string | undefined;
  readonly Endpoint?: string | undefined;
  readonly UseFIPS: boolean;
  readonly UseDualStack: boolean;
}

export type Resolution =
  { readonly url: string; readonly signingRegion: string | undefined } | { readonly error: string };

export function evaluate(
  rules: readonly Rule[],
  partitions: Partitions,
  parameters: Parameters,
): Resolution | undefined {
  const evaluation = new Evaluation(partitions, new Map<string, unknown>(Object.entries(parameters)));
  return evaluation.first(rules);
}

class Evaluation {
  constructor(
    readonly partitions: Partitions,
    readonly scope: Map<string, unknown>,
  ) {}

  first(rules: readonly Rule[]): Resolution | undefined {
    for (const candidate of rules) {
      const inner = new Evaluation(this.partitions, new Map(this.scope));
      if (!candidate.conditions.every((test) => inner.holds(test))) continue;
      if (candidate.type === "error") return { error: String(inner.value(candidate.error)) };
      if (candidate.type === "endpoint") {
        const [scheme] = candidate.endpoint?.properties?.authSchemes ?? [];
        return { url: String(inner.value(candidate.endpoint?.url)), signingRegion: scheme?.signingRegion };
      }
      // A tree that was entered must decide: the rules after it are not looked at.
      return inner.first(candidate.rules ?? []);
    }
    return undefined;
  }

  holds({ fn, argv, assign }: Condition): boolean {
    const result = this.apply(fn, argv);
    if (assign !== undefined) this.scope.set(assign, result);
    return result !== undefined && result !== false;
  }

  value(expression: unknown): unknown {
    if (typeof expression === "string") {
      return expression.replace(/\{([^}]+)\}/g, (_, path: string) => {
        const [name = "", member] = path.split("#");
        const base = this.scope.get(name);
        return String(member === undefined ? base : (base as Record<string, unknown>)[member]);
      });
    }
    if (typeof expression !== "object" || expression === null) return expression;
    const { ref, fn, argv } = expression as { ref?: string; fn?: string; argv?: unknown[] };
    return ref === undefined ? this.apply(fn ?? "", argv ?? []) : this.scope.get(ref);
  }

  apply(fn: string, argv: readonly unknown[]): unknown {
    const [a, b] = argv.map((argument) => this.value(argument));
    switch (fn) {
      case "isSet":
        return a !== undefined;
      case "booleanEquals":
      case "stringEquals":
        return a === b;
      case "getAttr":
        return (a as Record<string, unknown>)[String(b)];
      case "aws.partition":
        return this.partition(String(a));
      default:
        throw new Error(`The evaluator does not know ${fn}`);
    }
  }

  partition(region: string): unknown {
    const found =
      this.partitions.find(({ regions }) => region in regions) ??
      this.partitions.find(({ regionRegex }) => new RegExp(regionRegex).test(region)) ??
      this.partitions.find(({ id }) => id === "aws");
    return found?.outputs;
  }
}
