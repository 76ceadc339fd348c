import { DisposableStore, type Disposable } from "../core/disposable";
import { Emitter } from "../core/event";
import { once } from "../core/once";
import type { OperationsDeps } from "./durableOperations";
import type { OperationRecord } from "./operationRecord";
import type { Operations } from "./operations";

/** Durable operations whose journal, locks and steps are loaded when they are opened. Until then there are none. */
export function createOperations(deps: OperationsDeps): Operations & Disposable & { open(): Promise<void> } {
  const parts = new DisposableStore();
  const changed = parts.add(new Emitter<string | undefined>());
  const settled = parts.add(new Emitter<OperationRecord>());
  const foundInterrupted = parts.add(new Emitter<OperationRecord>());
  const setAside = parts.add(new Emitter<string>());
  let loaded: Operations | undefined;
  const load = once(async () => {
    const durable = await import("./durableOperations");
    const operations = parts.add(durable.createOperations(deps));
    parts.add(operations.onDidChange((id) => changed.fire(id)));
    parts.add(operations.onDidSettle((record) => settled.fire(record)));
    parts.add(operations.onDidFindInterrupted((record) => foundInterrupted.fire(record)));
    parts.add(operations.onDidSetAside((message) => setAside.fire(message)));
    loaded = operations;
    return operations;
  });
  return {
    open: async () => (await load()).open(),
    start: async (scope, request) => (await load()).start(scope, request),
    untilIdle: async (id, signal) => (await load()).untilIdle(id, signal),
    resume: async (id) => (await load()).resume(id),
    discard: async (id, options) => (await load()).discard(id, options),
    stopFollowing: async (id) => (await load()).stopFollowing(id),
    clearCompleted: async () => (await load()).clearCompleted(),
    cancel: async (id) => (await load()).cancel(id),
    get: (id) => loaded?.get(id),
    list: () => loaded?.list() ?? [],
    canCancel: (id) => loaded?.canCancel(id) ?? false,
    onDidChange: changed.event,
    onDidSettle: settled.event,
    onDidFindInterrupted: foundInterrupted.event,
    onDidSetAside: setAside.event,
    dispose: () => parts.dispose(),
  };
}
