import assert from "node:assert/strict";
import { test } from "node:test";
import { FormKeys } from "../../../src/features/createForm/keys";
import { askKey } from "../../../src/features/createWizard/keyStep";
import type { Session } from "../../../src/instances/connection";
import type { KeyCheckModel, KeysModel } from "../../../src/ui/page/protocol/form";
import { hurriedClock } from "../../fakes/clock";
import { RecordingLog } from "../../fakes/recordingLog";
import { ScriptedPrompts } from "../../fakes/scriptedPrompts";
import { startHostileKms } from "../../fixtures/hostileKms";
import { hostileTexts } from "../../fixtures/hostileText";
import { assertLine, assertLines, textsIn } from "../../fixtures/readable";
import { clientFor } from "../aws/loopback";
import { openWorld } from "./flowWorld";

const texts = Object.entries(hostileTexts);

test("Hostile key aliases, descriptions, states, policies and page tokens are readable in the form and the quick pick", async (t) => {
  const world = await openWorld(t);
  const states = texts.slice(3, 7).map(([, text]) => ({ text: `state of ${text}`, state: text }));
  const kms = await startHostileKms(t, [...texts.map(([, text]) => ({ text })), ...states]);
  const log = new RecordingLog();
  const session: Session = { ...(await world.session()), client: clientFor(kms.url, { log }) };

  const posted: (KeysModel | KeyCheckModel)[] = [];
  const form = new FormKeys(hurriedClock, (message) => posted.push(message));
  t.after(() => form.dispose());
  const until = async <T>(look: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await new Promise(setImmediate);
    }
  };
  const field = world.kind("supplyChain").fields.find((one) => one.control === "encryptionKey")!;
  form.setFields([field]);
  form.setSession(session);
  const { keys } = await until(() => posted.find((one) => one.type === "keys" && one.status === "ready") as KeysModel);
  // Those that are enabled, each with its own ARN as its value.
  assert.deepEqual(new Set(keys.map(({ value }) => value)), new Set(texts.map(([, text]) => kms.arnOf(text))));
  for (const { label, description } of keys) {
    assertLine(label, "alias", 300);
    assertLine(description, "id and description", 400);
  }
  for (const [name, text] of [...texts, ...states.map(({ text }) => ["state", text] as const)]) {
    const arn = kms.arnOf(text);
    form.check(() => arn);
    const isChecked = (one: object) => "tone" in one && one.tone !== "progress" && one.tone !== null;
    const check = await until(() => posted.findLast(isChecked));
    for (const shown of textsIn(check)) {
      assertLines(shown, `check of ${name}`);
      assert.ok(shown.length < 2_000, `${name}: ${shown.length}`);
    }
    posted.length = 0;

    const prompts = new ScriptedPrompts(
      { to: "it cannot be changed later", pick: arn.slice(-36) },
      { to: name === "state" ? "would fail to come up" : "It is not certain", pick: "Use anyway" },
    );
    const deps = { ...world, prompts, sessions: { open: () => Promise.resolve(session) } };
    const answer = await askKey(deps, { field, value: arn, session, frame: { title: "Create" } });
    prompts.assertDone();
    assert.deepEqual(answer, { type: "value", value: arn });
    for (const { text: seen } of prompts.shown)
      for (const line of seen.split("\n")) assertLine(line, `quick pick of ${name}`);
  }
  const said = log.lines.join("\n");
  for (const [name, text] of texts) assert.equal(said.includes(text.slice(0, 40)), false, name);
});
