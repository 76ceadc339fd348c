import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { refusal, reset } from "../../fakes/cloud";
import { draftOf, scope, setUp } from "./bench";

/** A create whose first request is lost before it arrives, and whose second one is refused: what exists by then is not its own. */
async function createBeside(t: TestContext, exist: (cloud: Awaited<ReturnType<typeof setUp>>["cloud"]) => void) {
  const bench = await setUp(t);
  const window = await bench.open();
  bench.cloud.fail("create", reset());
  bench.cloud.fail("create", refusal("ConflictException", 409, "The name is taken"), { times: 6 });
  let isFirst = true;
  bench.cloud.before = (call) => {
    if (call === "create" && isFirst) exist(bench.cloud);
    isFirst &&= call !== "create";
  };
  const { id } = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  return window.settled(id);
}

void test("An instance that another operation made is not taken for one's own, however alike they are", async (t) => {
  const bench = await setUp(t);
  const window = await bench.open();
  const first = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  assert.equal((await window.settled(first.id)).created?.id, "i-1");
  bench.cloud.fail("create", reset());
  bench.cloud.fail("create", refusal("ConflictException", 409, "The name is taken"), { times: 6 });
  const second = await window.start(scope, { type: "create", draft: draftOf("alpha") });
  const record = await window.settled(second.id);
  assert.equal(record.status, "failed");
  assert.equal(record.created, undefined);
});

void test("A new instance with other values is not taken for one's own", async (t) => {
  const record = await createBeside(t, (cloud) => {
    Object.assign(cloud.resources.get(cloud.add("ready", "alpha").id)!.values, { domain: "colleague" });
  });
  assert.equal(record.status, "failed");
  assert.deepEqual(record.error, { code: "ConflictException", message: "The name is taken" });
});

void test("A new instance that is being deleted, or is deleted, is not taken for one's own", async (t) => {
  for (const phase of ["deleting", "deleted"] as const) {
    const record = await createBeside(t, (cloud) => {
      cloud.isInstant = false;
      cloud.add(phase, "alpha");
    });
    assert.equal(record.error?.code, "ConflictException");
    assert.equal(record.created, undefined);
  }
});
