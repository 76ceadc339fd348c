import * as z from "zod/mini";
import type { AnyOperation } from "../aws/operation";
import { isReadOnly } from "./recording";

/**
 * What can go wrong on the way. `status`, `reset` and `hang` happen before the request is carried out;
 * `truncate`, `garbage` and `commitThenReset` after; `latency` only delays. `lag` answers a reading with what was true before.
 * `forgetTokens` forgets all tokens before it carries out. `inProgress` is `commitThenReset`, and for a while the token is busy.
 */
const fault = z.object({
  kind: z.enum([
    "status",
    "reset",
    "hang",
    "truncate",
    "garbage",
    "latency",
    "commitThenReset",
    "lag",
    "forgetTokens",
    "inProgress",
  ]),
  status: z.optional(z.int().check(z.minimum(200), z.maximum(599))),
  code: z.optional(z.string()),
  message: z.optional(z.string()),
  ms: z.optional(z.number().check(z.minimum(0))),
  headers: z.optional(z.record(z.string(), z.string())),
});

export const faultRule = z.object({
  /** `CreateInstance`, `supplychain.CreateInstance` or `*`. */
  operation: z.string().check(z.minLength(1)),
  fault,
  times: z._default(z.int().check(z.minimum(1)), 1),
});

export type Fault = z.output<typeof fault>;
export type FaultRule = z.input<typeof faultRule>;

/** Faults to come, first in first out for each operation. */
export class Faults {
  #rules: { readonly operation: string; readonly fault: Fault; times: number }[] = [];
  readonly #delays = new Set<NodeJS.Timeout>();
  /** Until when a token is busy, in milliseconds since the epoch. */
  readonly #held = new Map<string, number>();

  add(rule: z.output<typeof faultRule>): void {
    this.#rules.push({ ...rule });
  }

  clear(): void {
    this.#rules = [];
    this.#held.clear();
  }

  take({ service, name, idempotencyToken }: AnyOperation): Fault | undefined {
    const names = ["*", name, `${service.id}.${name}`];
    const isMet = ({ kind }: Fault) => {
      if (kind === "lag") return isReadOnly({ name });
      return (kind !== "forgetTokens" && kind !== "inProgress") || idempotencyToken !== undefined;
    };
    const rule = this.#rules.find((candidate) => names.includes(candidate.operation) && isMet(candidate.fault));
    if (!rule) return undefined;
    rule.times -= 1;
    if (rule.times <= 0) this.#rules = this.#rules.filter((other) => other !== rule);
    return rule.fault;
  }

  holdToken(key: string, untilMs: number): void {
    this.#held.set(key, untilMs);
  }

  isTokenHeld(key: string, nowMs: number): boolean {
    return nowMs < (this.#held.get(key) ?? 0);
  }

  /** Does not end when the sandbox stops first: its state is on disk by then, and nobody is left to answer. */
  delay(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#delays.delete(timer);
        resolve();
      }, ms);
      this.#delays.add(timer);
    });
  }

  dispose(): void {
    for (const timer of this.#delays) clearTimeout(timer);
    this.#delays.clear();
  }
}
