import * as vscode from "vscode";
import * as z from "zod/mini";
import type { Disposable } from "../core/disposable";
import type { Event } from "../core/event";
import type { Log } from "../core/log";
import { inWords } from "../core/schemaWords";

/** One setting: its value as the user wants it, or the default when what is written there cannot be used. */
export interface Setting<T> {
  readonly key: string;
  readonly get: () => T;
  set(value: T): Promise<void>;
  readonly onDidChange: Event<T>;
}

export interface Settings {
  readonly connections: Setting<readonly { readonly profile: string; readonly region: string }[]>;
  /** 0: by hand. */
  readonly refreshIntervalSeconds: Setting<number>;
  readonly deleteConfirmation: Setting<"typeName" | "button">;
  readonly chimeApi: Setting<"identity" | "legacy">;
  readonly endpointUrls: Setting<Readonly<Record<string, string>>>;
  readonly hideEmptyRegions: Setting<boolean>;
  readonly activityRetentionDays: Setting<number>;
  readonly sandboxCreateSeconds: Setting<number>;
}

const shortestIntervalSeconds = 5;
const longestIntervalSeconds = Math.floor((2 ** 31 - 1) / 1000);

/** Settings are read when asked for, so a change needs no reload. */
export function createSettings(log: Log): Settings {
  const seconds = z.number().check(z.minimum(0));
  // By hand, or not so often that it is an attack, nor so rarely that a timer would overflow and fire at once.
  const interval = z.pipe(
    seconds,
    z.transform((value) =>
      value === 0 ? 0 : Math.min(Math.max(value, shortestIntervalSeconds), longestIntervalSeconds),
    ),
  );
  return {
    connections: setting(log, "connections", z.array(pinned), [], usableConnections),
    refreshIntervalSeconds: setting(log, "refreshIntervalSeconds", interval, 60),
    deleteConfirmation: setting(log, "deleteConfirmation", z.enum(["typeName", "button"]), "typeName"),
    chimeApi: setting(log, "chimeApi", z.enum(["identity", "legacy"]), "identity"),
    endpointUrls: setting(log, "endpointUrls", z.record(z.string(), z.string()), {}),
    hideEmptyRegions: setting(log, "hideEmptyRegions", z.boolean(), false),
    activityRetentionDays: setting(log, "activityRetentionDays", z.number().check(z.minimum(0)), 14),
    sandboxCreateSeconds: setting(log, "sandbox.createSeconds", seconds, 8),
  };
}

const pinned = z.object({ profile: z.string().check(z.minLength(1)), region: z.string().check(z.minLength(1)) });

/** A list that is right except for one entry keeps the others. */
function usableConnections(value: unknown): readonly z.output<typeof pinned>[] {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  return entries.flatMap((entry) => pinned.safeParse(entry).data ?? []);
}

function setting<T>(
  log: Log,
  key: string,
  schema: z.ZodMiniType<T>,
  fallback: T,
  salvage: (value: unknown) => T = () => fallback,
): Setting<T> {
  const name = `appInstances.${key}`;
  const reported = new Set<string>();
  const get = () => {
    const value: unknown = vscode.workspace.getConfiguration("appInstances").get(key);
    const parsed = schema.safeParse(value ?? fallback, { error: inWords });
    if (parsed.success) return parsed.data;
    const problem = `The setting ${name} is not usable as it is: ${z.prettifyError(parsed.error)}`;
    // Said once: settings are read on every need.
    if (!reported.has(problem)) log.warn(problem);
    reported.add(problem);
    return salvage(value);
  };
  return {
    key: name,
    get,
    async set(value) {
      await vscode.workspace.getConfiguration("appInstances").update(key, value, vscode.ConfigurationTarget.Global);
    },
    onDidChange: (listener): Disposable =>
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(name)) listener(get());
      }),
  };
}
