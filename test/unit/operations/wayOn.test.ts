import assert from "node:assert/strict";
import { test } from "node:test";
import { sandboxStopped } from "../../../src/instances/connection";
import { afterDiscard, interruptionText, wayOn } from "../../../src/operations/wayOn";
import { record } from "../features/treeWorld";

const after = (code: string, source: "profile" | "sandbox" = "profile") =>
  wayOn(record({ error: { code, message: "" }, connection: { ...record().connection, source } }), true);

test("What stopped for good cannot be resumed: a place that nobody recorded, a sandbox that is gone", () => {
  assert.equal(after("PlaceUnknown").canResume, false);
  assert.equal(after("EndpointChanged", "sandbox").canResume, false);
  assert.match(after("EndpointChanged", "sandbox").advice, /Discard it/);
});

test("What stopped for the settings or the sign-in says what has to be done first", () => {
  assert.deepEqual([after("EndpointChanged").canResume, after("EndpointChanged").first], [true, "openConfigFile"]);
  assert.match(after("AccountChanged").advice, new RegExp(record().accountId));
  assert.equal(after("SignInRequiredError").first, "signIn");
  assert.deepEqual([after("TimeoutError").canResume, after("TimeoutError").first], [true, undefined]);
});

test("What a stopped sandbox has interrupted goes on once one runs again, and says so then", () => {
  const stopped = record({
    error: { code: sandboxStopped, message: "The sandbox is not running." },
    connection: { ...record().connection, source: "sandbox" },
  });
  const { advice, ...way } = wayOn(stopped, false);
  assert.deepEqual(way, { canResume: false, first: "startSandbox" });
  assert.match(advice, /once the sandbox runs/);
  assert.equal(wayOn(stopped, true).canResume, true);
  assert.equal(wayOn(record(), false).canResume, true, "a profile needs no sandbox");
  assert.equal(interruptionText(stopped, false), "The sandbox is not running.");
  assert.match(interruptionText(stopped, true)!, /runs again/);
  const other = record({ error: { code: "TimeoutError", message: "No reply." } });
  assert.equal(interruptionText(other, true), "No reply.");
  assert.equal(interruptionText(record(), true), undefined);
});

test("What Discard leaves is said by what was sent: a deletion is not undone, and nothing comes in its place", () => {
  const created = { id: "2", arn: "arn:2" };
  const left = (type: "create" | "recreate" | "delete" | "edit" | "tags", step: string, changes = {}) =>
    afterDiscard(record({ type, step, label: "alpha", attempts: 1, ...changes }));
  const unsent = { attempts: 0 };
  assert.match(left("recreate", "check", unsent), /^Nothing was sent: alpha stays as it is\..*forgotten/);
  const [deleting, waiting] = [left("recreate", "delete"), left("recreate", "waitDeleted")];
  assert.match(deleting, /^The deletion of alpha may have been sent: then alpha will be gone, and nothing is created/);
  assert.match(waiting, /^The deletion of alpha was sent: alpha will be gone, and nothing is created in its place\. /);
  const [creating, sent] = [left("recreate", "create"), left("recreate", "create", { sentAt: 1 })];
  assert.match(creating, /^alpha was deleted, and nothing is created in its place\. /);
  assert.match(sent, /^alpha was deleted\. The create of the new one was sent: it may exist/);
  for (const text of [deleting, waiting, creating, sent])
    assert.match(text, /The draft is kept .* in Activity: Recreate…/);
  assert.match(left("recreate", "follow", { created }), /new one was created and stays\.$/);
  assert.match(
    left("create", "create", unsent),
    /^Nothing was sent, and nothing is created\. The draft is forgotten\.$/,
  );
  assert.match(left("create", "create"), /^The create of alpha was sent: it may exist by now/);
  assert.match(left("create", "follow", { created }), /^alpha was created and stays/);
  assert.equal(left("delete", "waitDeleted"), "The deletion of alpha was sent: alpha will be gone.");
  assert.equal(left("delete", "delete"), "The deletion of alpha may have been sent: then alpha will be gone.");
  for (const type of ["delete", "edit", "tags"] as const) {
    assert.match(left(type, type, unsent), /^Nothing was sent: /);
    assert.doesNotMatch(left(type, type), /Nothing|draft/);
  }
  const { advice } = wayOn(record({ type: "recreate", step: "waitDeleted", label: "alpha" }), false);
  assert.ok(advice.includes(waiting), advice);
});
