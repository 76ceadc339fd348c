import assert from "node:assert/strict";
import { test } from "node:test";
import { stopSandbox } from "../../../../src/features/sandbox/register";
import type { OperationRecord } from "../../../../src/operations/operationRecord";
import { ScriptedPrompts } from "../../../fakes/scriptedPrompts";
import { openTree, record, sandbox } from "../treeWorld";

const { kinds } = openTree();

function worldOf(records: readonly OperationRecord[], prompts: ScriptedPrompts) {
  const done: string[] = [];
  return {
    done,
    deps: {
      kinds,
      prompts,
      operations: { list: () => records, discard: () => Promise.reject(new Error("Nothing is discarded")) },
      sandbox: { stop: () => Promise.resolve(void done.push("stop")) },
    },
  };
}

test("Stop Sandbox asks when an operation is at work in it, by name, and stops at once when none is", async () => {
  const records = [
    record({ id: "a", label: "at-work", connection: sandbox }),
    record({ id: "b", label: "over", connection: sandbox, status: "succeeded" }),
    record({ id: "c", label: "elsewhere" }),
  ];
  const refusing = worldOf(records, new ScriptedPrompts({ to: "Stop the sandbox?", confirm: false }));
  await assert.rejects(stopSandbox(refusing.deps));
  assert.deepEqual(refusing.done, []);
  const prompts = new ScriptedPrompts({ to: "Stop the sandbox?", confirm: true });
  const agreeing = worldOf(records, prompts);
  await stopSandbox(agreeing.deps);
  assert.match(prompts.shown[0]?.text ?? "", /At work in it: Create at-work\. That is interrupted, and can be resumed/);
  assert.deepEqual(agreeing.done, ["stop"]);
  const idle = worldOf(records.slice(1), new ScriptedPrompts());
  await stopSandbox(idle.deps);
  assert.deepEqual(idle.done, ["stop"]);
});
