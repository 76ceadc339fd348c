import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import * as z from "zod/mini";
import { hasCode } from "./files";

const ownerSchema = z.object({
  nonce: z.string(),
  pid: z.number(),
  /** Machine, boot and pid namespace, as far as the platform tells. */
  host: z.string(),
  /** Start time of the process in the kernel's ticks; Linux only. */
  startedAt: z.optional(z.string()),
});

/** The process that wrote a lock. */
export type LockOwner = z.output<typeof ownerSchema>;

/** Undefined for a lock whose owner died while it wrote it. */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

export function thisProcess(): Omit<LockOwner, "nonce"> {
  const startedAt = processStart(process.pid);
  return { pid: process.pid, host: thisHost(), ...(startedAt === undefined ? {} : { startedAt }) };
}

function thisHost(): string {
  const parts = [hostname()];
  try {
    parts.push(readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(), readlinkSync("/proc/self/ns/pid"));
  } catch {
    // Not Linux: the host name has to do, and `liveness` trusts it less.
  }
  return parts.join(" ");
}

export type Life = "alive" | "dead" | "perhaps" | "unknown";

export function liveness(owner: LockOwner): Life {
  if (owner.host !== thisHost()) return "unknown";
  if (owner.startedAt !== undefined) return processStart(owner.pid) === owner.startedAt ? "alive" : "dead";
  try {
    process.kill(owner.pid, 0);
    return "perhaps";
  } catch (error) {
    return hasCode(error, "EPERM") ? "perhaps" : "dead";
  }
}

/** Start time of a living process, from Linux's /proc; a zombie no longer lives. */
function processStart(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in parentheses and may contain anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
