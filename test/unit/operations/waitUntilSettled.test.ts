import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "../../../src/core/event";
import { newRecord } from "../../../src/operations/newRecord";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { waitUntilSettled } from "../../../src/operations/waitUntilSettled";
import { FakeCloud } from "../../fakes/cloud";
import { draftOf, scope } from "./world";

/** One operation, and a wait for its end that tells whether it is over. */
function waitingFor(options: { readonly signal?: AbortSignal; readonly isMine?: () => boolean } = {}) {
  const request = { type: "create", draft: draftOf("alpha") } as const;
  let record: OperationRecord | undefined = newRecord(scope, request, new FakeCloud().kind, 0);
  const { id } = record;
  const changed = new Emitter<string | undefined>();
  let looks = 0;
  const records = {
    get: () => {
      looks++;
      return record;
    },
    onDidChange: changed.event,
  };
  let isOver = false;
  const waited = waitUntilSettled(id, {
    records,
    isMine: options.isMine ?? (() => false),
    signals: options.signal ? [options.signal] : [],
  }).finally(() => (isOver = true));
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    id,
    waited,
    looks: () => looks,
    async isOver() {
      await turn();
      return isOver;
    },
    /** The record becomes this one; by default everybody hears of it. */
    become(next: Partial<OperationRecord> | undefined, heardAs: { readonly id: string | undefined } = { id }) {
      record = next && record && { ...record, ...next };
      changed.fire(heardAs.id);
    },
  };
}

test("Waiting for an operation lasts while a window works on it, and resolves with the record it ended with", async () => {
  const operation = waitingFor();
  operation.become({ step: "follow" });
  assert.equal(await operation.isOver(), false);
  operation.become({ status: "interrupted" });
  assert.equal((await operation.waited).status, "interrupted");
});

test("An operation that ended among many others that changed is noticed", async () => {
  const operation = waitingFor();
  operation.become({ status: "succeeded" }, { id: undefined });
  assert.equal((await operation.waited).status, "succeeded");
});

test("An operation of this window is over only when the window has let go of it", async () => {
  let isMine = true;
  const operation = waitingFor({ isMine: () => isMine });
  operation.become({ status: "succeeded" });
  assert.equal(await operation.isOver(), false);
  isMine = false;
  operation.become({});
  assert.equal((await operation.waited).status, "succeeded");
});

test("Waiting for an operation that is removed ends with an error that names it", async () => {
  const operation = waitingFor();
  operation.become(undefined);
  await assert.rejects(operation.waited, { message: `There is no operation ${operation.id}` });
});

test("News of other operations wake nobody", async () => {
  const operation = waitingFor();
  const before = operation.looks();
  operation.become({ status: "succeeded" }, { id: "another" });
  assert.equal(await operation.isOver(), false);
  assert.equal(operation.looks(), before);
});

test("A wait that was given up listens no longer, and one that is over leaves nothing at its signal", async () => {
  const giveUp = new AbortController();
  const given = waitingFor({ signal: giveUp.signal });
  giveUp.abort();
  await assert.rejects(given.waited, { name: "CancelledError" });
  const before = given.looks();
  given.become({ status: "succeeded" });
  assert.equal(given.looks(), before);

  const { signal } = new AbortController();
  const listening = new Set<unknown>();
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listening.add(args[1]);
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listening.delete(args[1]);
    remove(...args);
  };
  const ended = waitingFor({ signal });
  assert.equal(listening.size, 1);
  ended.become({ status: "succeeded" });
  await ended.waited;
  assert.equal(listening.size, 0);
});

test("A wait whose signal is aborted already looks at nothing", async () => {
  const operation = waitingFor({ signal: AbortSignal.abort() });
  await assert.rejects(operation.waited, { name: "CancelledError" });
  assert.equal(operation.looks(), 0);
});
