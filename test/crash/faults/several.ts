import assert from "node:assert/strict";
import type { Draft } from "../../../src/instances/draft";
import type { OperationRecord } from "../../../src/operations/operationRecord";
import { everything, judgeAlways, judgeDrafts } from "../judge";
import type { Trial } from "../trial";
import type { CampaignWindow } from "../window";
import { anything, closeAll, filePoints, mustBeDoneOrUntouched, requestsAndReplies, wirePoints } from "./endings";
import { succeeds, type Fault } from "./fault";

function draftWith(trial: Trial, tags: Readonly<Record<string, string>>, description?: string): Draft {
  // No web-app domain: it would make a second instance impossible, and hide that one was asked for.
  const values: Record<string, string> =
    trial.scenario.kind === "chime" ? { name: "support chat" } : { instanceName: "returns-emea" };
  if (description !== undefined) values.instanceDescription = description;
  return { kind: trial.scenario.kind, values, tags };
}

const dies: Fault = {
  name: "windowDies",
  about: "a window dies at any call to disk or service; another one that looks on takes over, and may die of it too",
  rows: [],
  weight: 2,
  async play(trial) {
    const die = (window: CampaignWindow) =>
      trial.random.chance(0.7)
        ? window.at(trial.random.upTo(filePoints), anything, () => window.die())
        : window.at(trial.random.upTo(wirePoints), requestsAndReplies, () => window.die());
    if (trial.random.chance(0.4)) await trial.loseReplies(trial.random.upTo(4));
    const taker = trial.random.chance(0.6) ? await trial.open() : undefined;
    const window = await trial.open({ before: die });
    const started = window.isShut ? undefined : await trial.start(window);
    if (taker && trial.random.chance(0.5)) die(taker);
    if (started) await trial.deadOrIdle(window, started.id);
    if (taker && started) await trial.deadOrIdle(taker, started.id);
    await mustBeDoneOrUntouched(trial, started, { mayHaveDied: true });
  },
};

/** What is to be created twice, by two operations that nothing but their tags tells apart. */
const twins: Fault = {
  name: "twins",
  about:
    "two creates of equal values and other tags: one was carried out and not answered, the other never sent and resumed first",
  rows: [9],
  async play(trial) {
    const create = trial.changes[0]!;
    const isEqual = trial.random.chance(0.2);
    const drafts = [draftWith(trial, { team: "one" }), draftWith(trial, { team: isEqual ? "one" : "two" })];
    await trial.fault(create, { kind: "commitThenReset" }, 3);
    const first = await trial.open();
    first.at(1, /^wait: before another/, () => first.die());
    const a = await trial.start(first, { type: "create", draft: drafts[0]! });
    assert.ok(a, "starting was refused");
    await trial.deadOrIdle(first, a.id);
    const second = await trial.open();
    second.at(1, new RegExp(`^request: ${create}`), () => second.die());
    const b = await trial.start(second, { type: "create", draft: drafts[1]! });
    assert.ok(b, "starting was refused");
    await trial.deadOrIdle(second, b.id);
    await trial.lane.here.control.clearFaults();
    const hours = trial.random.pick([0, 3, 30]);
    trial.lane.shiftMs += hours * 3_600_000;
    const third = await trial.open();
    await trial.idle(third, b.id);
    await trial.try("resume", third.operations.resume(b.id));
    const early = await trial.idle(third, b.id);
    if (early.status === "interrupted") assert.equal(early.error?.code, "OutcomeUnknown", early.error?.message);
    await trial.finish(third, a.id);
    await trial.finish(third, b.id);
    const records = trial.records();
    await judgeAlways(trial, records);
    for (const { status, error } of records) assert.equal(status, "succeeded", `${error?.code}: ${error?.message}`);
    const tags = (await everything(trial)).map(({ tags: { team } }) => team).sort();
    assert.deepEqual(tags, drafts.map((draft) => draft.tags.team).sort());
  },
};

const crowd: Fault = {
  name: "severalAtOnce",
  about: "several creates, equal ones among them, in two windows at once, with lost replies; one window dies",
  rows: [9],
  fits: ({ type }) => type === "create",
  async play(trial) {
    await trial.loseReplies(trial.random.upTo(6));
    const windows = [await trial.open(), await trial.open()];
    const dying = windows[0]!;
    if (trial.random.chance(0.7)) dying.at(trial.random.upTo(filePoints * 2), anything, () => dying.die());
    const teams = ["one", "two", "two", "three"].slice(0, 1 + trial.random.upTo(3));
    const begun = teams.map((team) =>
      trial.start(trial.random.pick(windows), { type: "create", draft: draftWith(trial, { team }) }),
    );
    const started = (await Promise.all(begun)).filter((record) => record !== undefined);
    for (const window of windows) for (const { id } of started) await trial.deadOrIdle(window, id);
    closeAll(trial);
    // Twice: what waits for another one's end can go on after it.
    for (const time of [1, 2]) {
      trial.notes.push(`finishing, time ${time}`);
      await trial.finishAll();
      closeAll(trial);
    }
    const records = trial.records();
    await judgeAlways(trial, records);
    for (const { id } of started)
      assert.ok(
        records.some((record) => record.id === id),
        "an operation is gone",
      );
    for (const { status, error } of records) assert.equal(status, "succeeded", `${error?.code}: ${error?.message}`);
    assert.equal((await everything(trial)).length, records.length);
  },
};

const colleague: Fault = {
  name: "colleagueChanges",
  about: "an edit of one field is tried again after a wait, in which somebody else changed the other field",
  rows: [10],
  fits: ({ type, kind }) => type === "edit" && kind === "chime",
  async play(trial) {
    const kind = trial.stage.kinds.get("chime")!;
    const { target } = trial;
    await trial.fault("UpdateAppInstance", { kind: "status", status: 503 }, 3);
    const window = await trial.open();
    window.at(1, /^request: UpdateAppInstance/, () => {
      window.at(1, /^file: open entry/, async () => {
        await trial.lane.here.control.clearFaults();
        const session = await trial.stage.session("sandbox");
        const instance = await kind.get(session, target.id);
        await kind.update(session, instance!, { metadata: "a colleague's" });
      });
    });
    const started = await trial.start(window, { type: "edit", target, values: { name: "sales chat" } });
    assert.ok(started, "starting was refused");
    const record = await trial.finish(window, started.id);
    assert.equal(record.status, "succeeded");
    const after = await kind.get(await trial.stage.session("sandbox"), target.id);
    assert.deepEqual(after?.values, { name: "sales chat", metadata: "a colleague's" });
  },
};

const twoJournals: Fault = {
  name: "twoJournals",
  about: "two machines recreate one failed instance, with the same draft at any time, or with another one later",
  rows: [],
  fits: ({ type }) => type === "recreate",
  async play(trial) {
    const kind = trial.stage.kinds.get("supplyChain")!;
    const failing = draftWith(trial, { team: "one" });
    const { id } = await kind.create(await trial.stage.session("sandbox-restricted"), failing, crypto.randomUUID());
    const { arn } = await trial.stage.settle(kind, id);
    // The service tells time in seconds: what was there before has to be older than that.
    trial.sleep(1);
    const before = await everything(trial);
    const isSame = trial.random.chance(0.6);
    const drafts = [draftWith(trial, { team: "one" }), draftWith(trial, { team: "one" }, isSame ? undefined : "Other")];
    if (trial.random.chance(0.5))
      await trial.fault("CreateInstance", { kind: "commitThenReset" }, trial.random.upTo(4));
    const target = { id, arn };
    const here = await trial.open();
    const there = await trial.open({ directory: "/laptop" });
    let [begin, goOn] = [() => {}, () => {}];
    const isFirstThere = new Promise<void>((resolve) => (begin = resolve));
    const mayGoOn = new Promise<void>((resolve) => (goOn = resolve));
    // With another draft the second machine comes when the first one has asked for the deletion, and not in the same moment.
    const moment = isSame ? trial.random.pick([/^request: (Get|Delete)/, /^file/, /^reply/]) : /^reply: DeleteInstance/;
    here.at(isSame ? trial.random.upTo(20) : 1, moment, async () => {
      begin();
      if (isSame) await mayGoOn;
    });
    const starting = trial.start(here, { type: "recreate", draft: drafts[0]!, target });
    const isFirstIdle = starting.then((record) => record && trial.idle(here, record.id));
    await trial.within(Promise.race([isFirstThere, isFirstIdle]), "the first machine");
    there.at(trial.random.upTo(20), requestsAndReplies, goOn);
    const b = await trial.start(there, { type: "recreate", draft: drafts[1]!, target });
    assert.ok(b, "starting was refused");
    void trial.idle(there, b.id).then(goOn, goOn);
    const a = await trial.within(starting, "starting");
    assert.ok(a, "starting was refused");
    const ends = [await trial.finish(here, a.id), await trial.finish(there, b.id)];
    const made = (await everything(trial)).slice(before.length);
    const what = ends.map(({ status, error }) => `${status} ${error?.code ?? ""}`).join(" and ");
    assert.equal(made.length, 1, `${made.length} new instances where one was wanted: ${what}`);
    assert.ok(
      ends.some(({ status }) => status === "succeeded"),
      what,
    );
  },
};

const trimDies: Fault = {
  name: "diesWhileTidying",
  about: "a window dies while it tidies up settled operations and what killed windows left",
  rows: [11],
  async play(trial) {
    const first = await trial.open();
    const kept: OperationRecord[] = [];
    const started = await trial.start(first);
    assert.ok(started, "starting was refused");
    const done = await trial.finish(first, started.id);
    if (done.status === "failed") kept.push(done);
    const isCreate = trial.scenario.type === "create";
    const draft = draftWith(trial, { team: "one" });
    await trial.fault(trial.changes.at(-1)!, { kind: "status", status: 400, code: "ValidationException" }, 1000);
    const refused = isCreate ? await trial.start(first, { type: "create", draft }) : undefined;
    if (refused) kept.push(await trial.idle(first, refused.id));
    first.close();
    trial.lane.shiftMs += 40 * 24 * 3_600_000;
    for (let times = trial.random.upTo(3); times > 0; times--)
      await trial.open({ before: (window) => window.at(trial.random.upTo(25), /^file/, () => window.die()) });
    closeAll(trial);
    const last = await trial.open();
    judgeDrafts(trial, kept);
    for (const { id } of kept)
      assert.ok(await trial.try("discard", last.operations.discard(id)), "it cannot be discarded");
    await trial.lane.here.control.clearFaults();
    await judgeAlways(trial, [done]);
  },
};

export const severalFaults: readonly Fault[] = [
  dies,
  { ...twins, fits: (scenario) => succeeds(scenario) && scenario.type === "create" },
  { ...crowd, fits: (scenario) => succeeds(scenario) && scenario.type === "create" },
  colleague,
  twoJournals,
  trimDies,
];
