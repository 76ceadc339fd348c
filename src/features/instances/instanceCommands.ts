import { UserError } from "../../core/errors";
import { connectionKey, connectionLabel, isOnThisMachine, type Connection } from "../../instances/connection";
import type { Instance } from "../../instances/instance";
import type { Kind } from "../../instances/kind";
import type { Kinds } from "../../instances/kinds/registry";
import { readOne } from "../../instances/readOne";
import type { InstanceStore, InstanceWriter } from "../../instances/store";
import type { Stoppable } from "../../ui/progress";
import { numberText, visibleText } from "../../ui/text/displayText";
import { instanceText, nameText } from "../../ui/text/instanceText";
import { isTreeNode } from "../../ui/tree/nodes";
import type { Clipboard } from "../../ui/prompts/prompts";
import { connectionOf, targetInstance, type InstanceQuestion, type TargetDeps } from "../../ui/instance/pick";
import type { InstancesView } from "./instancesView";
import type { InstanceTree } from "./instanceTree";
import type { TagTarget } from "./knownTags";

export interface ActionDeps extends TargetDeps {
  readonly store: InstanceStore;
  readonly clipboard: Clipboard;
  readonly openUrl: (url: string) => PromiseLike<unknown>;
}

export interface SyncDeps {
  readonly sync: {
    refresh(connectionKey?: string): Promise<void> | void;
    loadMore(connectionKey: string, kind: string): Promise<void> | void;
    loadAll(connectionKey: string, kind: string, stop: AbortSignal): Promise<void> | void;
  };
}

/** Lists again. A connection that failed is opened anew: the user may have mended it. */
export async function refresh({ sync }: SyncDeps, target?: unknown): Promise<void> {
  const chosen = connectionOf(target);
  await sync.refresh(chosen && connectionKey(chosen));
}

export interface RefreshOneDeps extends TargetDeps {
  readonly store: InstanceStore & InstanceWriter;
  /** Reads its tags anew, where somebody wanted them. */
  readonly rereadTags: (target: TagTarget) => Promise<void>;
  /** It is gone: no search has found it any more. */
  readonly forgetFound: (connectionKey: string, kind: string, id: string) => void;
}

/** Reads one instance, and its tags if they are shown. A command of its own: in the view's title, VS Code gives Refresh the focused row. */
export async function refreshInstance(deps: RefreshOneDeps, target?: unknown): Promise<void> {
  const { connection, kind, id } = await targetInstance(deps, target, { title: "Refresh" });
  const read = await readOne(deps, connection, kind, id);
  if (!read) return;
  if (read.instance) await deps.rereadTags({ connection, kind: kind.id, instance: read.instance });
  else deps.forgetFound(connectionKey(connection), kind.id, id);
}

export interface LoadMoreDeps {
  readonly sync: SyncDeps["sync"];
  readonly tree: Pick<InstanceTree, "showMore">;
  readonly view: Pick<InstancesView, "redraw">;
}

export async function loadMore(deps: LoadMoreDeps, target?: unknown): Promise<void> {
  if (!isTreeNode(target) || target.type !== "more") return;
  const mustFetch = deps.tree.showMore(target.connection, target.kind, target.tag);
  deps.view.redraw(target.connection, target.kind);
  if (mustFetch) await deps.sync.loadMore(connectionKey(target.connection), target.kind);
}

export interface LoadAllDeps {
  readonly sync: SyncDeps["sync"];
  readonly tree: Pick<InstanceTree, "showAll">;
  readonly view: Pick<InstancesView, "redraw">;
  readonly store: Pick<InstanceStore, "listing" | "onDidChange">;
  readonly kinds: Pick<Kinds, "get">;
  readonly showStoppable: (title: string, work: Stoppable) => Promise<void>;
}

/** Rows appear as they come; stopped, those that came stay. */
export async function loadAll(deps: LoadAllDeps, target?: unknown): Promise<void> {
  if (!isTreeNode(target) || target.type !== "more") return;
  const { connection, kind, tag } = target;
  const key = connectionKey(connection);
  const mustFetch = deps.tree.showAll(connection, kind, tag);
  deps.view.redraw(connection, kind);
  if (!mustFetch) return;
  const title = `Loading all ${deps.kinds.get(kind)?.title ?? "instance"}s of ${nameText(connectionLabel(connection))}`;
  await deps.showStoppable(title, async (stop, report) => {
    const reporting = deps.store.onDidChange((change) => {
      if (change.type !== "listing" || change.connectionKey !== key || change.kind !== kind) return;
      const count = deps.store.listing(key, kind)?.instances.length ?? 0;
      report(`${numberText(count)} loaded`);
    });
    try {
      await deps.sync.loadAll(key, kind, stop);
    } finally {
      reporting.dispose();
    }
  });
}

export async function copyId(deps: ActionDeps, target?: unknown): Promise<void> {
  const { instance } = await loadedInstance(deps, target, { title: "Copy ID" });
  await deps.clipboard.writeText(visibleText(instance.id));
}

export async function copyArn(deps: ActionDeps, target?: unknown): Promise<void> {
  const { instance } = await loadedInstance(deps, target, { title: "Copy ARN" });
  await deps.clipboard.writeText(visibleText(instance.arn));
}

export async function openWebApp(deps: ActionDeps, target?: unknown): Promise<void> {
  const { instance, kind } = await loadedInstance(deps, target, {
    title: "Open Web App",
    accepts: (candidate, candidateKind) => candidateKind.webAppUrl?.(candidate) !== undefined,
    none: "No instance has a web app",
  });
  const url = kind.webAppUrl?.(instance);
  if (url === undefined) throw new UserError(`${instanceText(instance)} has no web app.`);
  await deps.openUrl(webUrl(url));
}

export async function openInConsole(deps: ActionDeps, target?: unknown): Promise<void> {
  const isHere = (connection: Connection, kind: Kind) => {
    const state = deps.store.connectionState(connectionKey(connection));
    return isOnThisMachine(connection, state?.status === "connected" ? state : undefined, kind.service);
  };
  const { instance, kind, connection } = await loadedInstance(deps, target, {
    title: "Open in AWS Console",
    accepts: (_instance, candidateKind, where) => !isHere(where, candidateKind),
    none: "No instance is in AWS",
  });
  if (connection.source === "sandbox")
    throw new UserError(`${instanceText(instance)} is in the sandbox, not in the AWS console.`);
  if (isHere(connection, kind))
    throw new UserError(`${instanceText(instance)} is on this machine, not in the AWS console.`, { isLoggable: true });
  await deps.openUrl(webUrl(kind.consoleUrl(instance, connection)));
}

interface Loaded {
  readonly instance: Instance;
  readonly kind: Kind;
  readonly connection: Connection;
}

async function loadedInstance(deps: ActionDeps, target: unknown, question: InstanceQuestion): Promise<Loaded> {
  const { kind, connection, id, instance } = await targetInstance(deps, target, question);
  if (instance) return { kind, connection, instance };
  const session = await deps.sessions.open(connection);
  const read = await kind.get(session, id);
  if (!read) throw new UserError(`The ${kind.title} ${id} does not exist any more.`);
  return { kind, connection, instance: read };
}

/** A URL is made from what a service said: only https is opened. */
function webUrl(url: string): string {
  if (!URL.canParse(url) || new URL(url).protocol !== "https:")
    throw new UserError("This is not a web address that can be opened.");
  return url;
}
