import assert from "node:assert/strict";
import { test } from "node:test";
import { ServiceError } from "../../../src/aws/errors";
import { appInstanceNamePattern } from "../../../src/aws/services/chimeIdentity";
import { CancelledError } from "../../../src/core/errors";
import { activityRow, activityTooltip } from "../../../src/features/activity/activityRow";
import { operationTitle } from "../../../src/ui/text/operationText";
import { copyCreateCommand } from "../../../src/features/change/copyInstance";
import { deleteInstance } from "../../../src/features/change/deleteInstance";
import { editInstance } from "../../../src/features/change/editInstance";
import { editTags } from "../../../src/features/change/editTags";
import { toOutcome } from "../../../src/ui/page/outcome";
import { connectionChoice } from "../../../src/features/createForm/model";
import { explain } from "../../../src/ui/page/failure";
import { toDetails } from "../../../src/features/details/model";
import { pendingCreateRow } from "../../../src/features/instances/pendingCreateRow";
import { errorRow, errorTooltip } from "../../../src/features/instances/errorRows";
import { connectionRow, groupRow, kindRow } from "../../../src/features/instances/groupRows";
import { instanceRow } from "../../../src/features/instances/instanceRow";
import { pendingCreateTooltip, connectionTooltip, instanceTooltip } from "../../../src/features/instances/tooltips";
import { recreateConfirmation } from "../../../src/features/recreate/recreateText";
import { noticeOf } from "../../../src/features/status/settledNotice";
import type { Connection } from "../../../src/instances/connection";
import type { Instance } from "../../../src/instances/instance";
import { createKinds } from "../../../src/instances/kinds/registry";
import { createStore } from "../../../src/instances/memoryStore";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { logEntry, toastText } from "../../../src/ui/text/displayText";
import { plain } from "../../../src/ui/prompts/prompts";
import { hostileTexts } from "../../fixtures/hostileText";
import { assertLine, assertLines, assertMarkdown, textsIn } from "../../fixtures/readable";
import { ScriptedPrompts, type Reply } from "../../fakes/scriptedPrompts";
import { instanceNode, openWorld } from "./flowWorld";

const kinds = createKinds({ chimeApi: () => "identity" });

function instanceOf(kind: string, text: string): Instance {
  const values = Object.fromEntries(kinds.get(kind)!.fields.map(({ id }) => [id, text]));
  return {
    kind,
    id: text,
    arn: text,
    name: text,
    state: text,
    phase: "createFailed",
    errorMessage: text,
    values,
    tags: { [text]: text },
    raw: { ...values, [text]: text, errorMessage: text },
  };
}

function recordOf(kind: string, connection: Connection, text: string): OperationRecord {
  return {
    ...({ version: 2, attempts: 1, updatedAt: 0, createdAt: 0 } as OperationRecord),
    id: "1",
    type: "create",
    kind,
    connection,
    accountId: text,
    label: text,
    status: "failed",
    step: "create",
    draft: { kind, values: instanceOf(kind, text).values, tags: { [text]: text } },
    requestIds: [text],
    history: [{ at: 0, text }],
    error: { code: text, message: text },
  };
}

/** One entry of the log, which a text in it cannot end. */
function assertLogEntry(entry: string, what: string): void {
  assertLines(entry, what);
  const [first = "", ...rest] = entry.split("\n");
  for (const line of rest) assert.match(line, /^\s+\S/, what);
  for (const line of [first, ...rest]) assert.ok(line.length < 2_500, `${what} has a line of ${line.length}`);
}

for (const [name, text] of Object.entries(hostileTexts)) {
  test(`Hostile text (${name}) stays readable text in rows, tooltips, toasts, modals and pages`, () => {
    const connection: Connection = { source: "profile", profile: text, region: text };
    const error = new ServiceError("ValidationException", text, { status: 400, isRetryable: false, attempts: 1 });
    for (const kind of kinds.all) {
      const place = { service: kind.service.id, region: text, endpoint: text };
      const scope = { kind: kind.id, connection, accountId: "1", place };
      const instance = instanceOf(kind.id, text);
      const record = recordOf(kind.id, connection, text);
      const seen = { instance, kind, isLoopback: false };
      const tally = { total: 1, failed: 1, interrupted: 0, isPartial: false };
      const group = { kinds, tagKey: text, tally, states: [], isExpanded: true };
      for (const row of [
        instanceRow("1", seen, 0),
        pendingCreateRow("1", record, kind, 0),
        activityRow(record, kind, { now: 0, canCancel: false, isSandboxRunning: false }),
        activityRow({ ...record, status: "interrupted" }, kind, { now: 0, canCancel: false, isSandboxRunning: false }),
        connectionRow("1", connection, { status: "error", error }, kinds.all, tally, { isExpanded: true }),
        kindRow("1", kind, undefined, tally, {
          isExpanded: true,
          isFiltered: true,
          place: { connection, state: { status: "error", error }, isOfOneKind: true },
        }),
        groupRow("1", { type: "group", by: "profile", value: `profile:${text}` }, group),
        groupRow("1", { type: "group", by: "tag", value: `=${text}` }, group),
        errorRow("1", error),
      ]) {
        assertLine(row.label, "label");
        assertLine(row.description ?? "", "description");
        assertLine(row.accessibleLabel, "accessible label", 2_000);
      }
      assertMarkdown(instanceTooltip(seen), "instance");
      assertMarkdown(pendingCreateTooltip(record, kind), "pendingCreate");
      assertMarkdown(activityTooltip(record, kind, false), "activity");
      assertMarkdown(connectionTooltip(connection, { status: "error", error }), "connection");
      assertMarkdown(errorTooltip(error), "error");
      assertLine(operationTitle(record, kind), "operation");
      const notice = noticeOf(record, createStore(), kinds);
      assertLine(notice?.message, "toast");

      const confirmation = recreateConfirmation(
        { kind, instance, tags: { SCNInstanceId: text }, scope },
        record.draft!,
      );
      assertLine(confirmation.message, "modal");
      assertLines(confirmation.detail, "modal's detail");

      const { model } = toDetails({
        connection,
        accountId: "1",
        isLoopback: false,
        isPinned: false,
        kind,
        id: text,
        instance,
        isBusy: false,
        error,
        tags: { status: "ready", tags: instance.tags ?? {} },
        seen: [{ state: text, at: 0 }],
      });
      const outcome = toOutcome({
        record,
        kind,
        instance: undefined,
        seen: [{ state: text, at: 0 }],
        isSandboxRunning: false,
      }).model;
      // Read by the page and shown nowhere.
      const { subject, ...details } = model;
      assert.equal(subject.id, text);
      for (const shown of textsIn([details, outcome, explain(text, kind, text, undefined).failure]))
        assertLines(shown, "page");
      assert.deepEqual(JSON.parse(model.raw), JSON.parse(JSON.stringify(instance.raw)));
      assertLine(connectionChoice(connection).label, "choice");

      for (const url of [kind.webAppUrl?.({ ...instance, phase: "ready" }), kind.consoleUrl(instance, connection)])
        if (url !== undefined) assert.match(url, /^https:\/\/[a-z0-9.-]+(?:\/[\w/-]*)?(?:\?region=[\w.!~*'()%-]*)?$/);
    }
    assertLine(toastText(text), "toast");
    assertLogEntry(logEntry(`Could not connect to ${text}: ${text}`), "log");
    assertLine(plain(text), "quick pick");
  });
}

test("Hostile text goes through the questions of every flow, and into the clipboard as one line", async (t) => {
  const world = await openWorld(t);
  for (const [name, text] of Object.entries(hostileTexts)) {
    // What the service takes: names and tags are short.
    const accepted = Array.from(text).filter((character) => appInstanceNamePattern.test(character));
    const short = accepted.slice(0, 60).join("");
    const instance = await world.create("chime", {
      values: { name: short, metadata: accepted.slice(0, 250).join("") },
      tags: { [short]: short, SCNInstanceId: short },
    });
    const node = instanceNode(instance);
    const run = async (flow: (deps: ReturnType<typeof depsOf>) => Promise<void>, ...replies: readonly Reply[]) => {
      const prompts = new ScriptedPrompts(...replies);
      await flow(depsOf(prompts)).catch((error: unknown) => {
        if (!(error instanceof CancelledError)) throw error;
      });
      prompts.assertDone();
    };
    const depsOf = (prompts: ScriptedPrompts) => ({ ...world, prompts, deleteConfirmation: () => "typeName" as const });
    await run((deps) => deleteInstance(deps, node), { to: "It belongs to the Supply Chain instance", cancel: true });
    await run((deps) => editInstance(deps, node), { to: "Edit", cancel: true });
    await run(
      (deps) => editTags(deps, node),
      { to: "2 tags", pick: " = ", button: "edit" },
      { to: "Value of", type: "mended" },
      { to: "2 tags", pick: "Done" },
      { to: "Review the changes", cancel: true },
    );
    await run((deps) => copyCreateCommand(deps, node));
    const command = world.copied.at(-1)!;
    assert.doesNotMatch(command, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u, name);
  }
});
