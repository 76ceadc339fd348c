import assert from "node:assert/strict";
import { test } from "node:test";
import { Emitter } from "../../../../src/core/event";
import { refreshSettled } from "../../../../src/features/instances/refreshSettled";
import { newRecord } from "../../../../src/operations/newRecord";
import type { OperationRecord } from "../../../../src/operations/operationRecord";
import { FakeCloud } from "../../../fakes/cloud";
import { draftOf, scope } from "../../operations/world";

const { kind } = new FakeCloud();

test("Operations that settle among many others that changed are each followed by a new list of their connection", () => {
  const records = new Map<string, OperationRecord>();
  const changed = new Emitter<string | undefined>();
  const refreshed: string[] = [];
  const listening = refreshSettled(
    { get: (id) => records.get(id), list: () => [...records.values()], onDidChange: changed.event },
    (key) => refreshed.push(key),
  );
  const put = (profile: string, status: OperationRecord["status"], more: Partial<OperationRecord> = {}) => {
    const where = { ...scope, connection: { ...scope.connection, profile } };
    const record = { ...newRecord(where, { type: "create", draft: draftOf("alpha") }, kind, 0), ...more, status };
    records.set(record.id, record);
    return record;
  };
  const [one, two] = [put("one", "running"), put("two", "interrupted")];
  put("old", "succeeded");
  changed.fire(undefined);
  assert.deepEqual(refreshed, []);
  for (const record of [one, two]) records.set(record.id, { ...record, status: "succeeded" });
  changed.fire(undefined);
  changed.fire(undefined);
  assert.deepEqual(refreshed, ["profile:one:us-east-1", "profile:two:us-east-1"]);
  listening.dispose();
});
