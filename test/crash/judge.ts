import assert from "node:assert/strict";
import type { LedgerResource } from "../../src/sandbox/ledger";
import { isSettled, type OperationRecord } from "../../src/operations/operationRecord";
import type { Expected, Seen } from "./scenarios";
import type { Trial } from "./trial";

/** A resource that the run caused, and where it is. */
export interface Found extends LedgerResource {
  readonly where: "here" | "there";
}

export async function everything(trial: Trial): Promise<readonly Found[]> {
  const { lane, ours, theirs } = trial;
  const found: Found[] = [];
  for (const where of ["here", "there"] as const) {
    const { resources } = await lane[where].control.ledger();
    for (const resource of resources)
      if ([ours.id, theirs.id].includes(resource.accountId)) found.push({ ...resource, where });
  }
  return found;
}

/** What holds after every run, whatever went wrong in it. */
export async function judgeAlways(trial: Trial, records: readonly OperationRecord[]): Promise<void> {
  const { lane, ours } = trial;
  await lane.here.control.clearFaults();
  const found = await everything(trial);
  for (const { where, accountId, region: actual, id } of found) {
    assert.equal(where, "here", `instance ${id} is behind an endpoint that nobody confirmed`);
    assert.equal(accountId, ours.id, `instance ${id} is in an account that nobody confirmed`);
    assert.equal(actual, trial.region, `instance ${id} is in a region that nobody confirmed`);
  }
  for (const record of records) judgeRecord(record, found);
  const known = new Set(records.flatMap(({ token }) => token ?? []));
  const others = found.filter(({ token }) => token === null || !known.has(token));
  assert.equal(others.length, trial.prepared.untouched.ever, "instances that come from no operation");
  await judgeRequests(trial);
}

/** Nothing that changes anything was sent anywhere else, not even in vain. */
async function judgeRequests({ lane, ours, theirs }: Trial): Promise<void> {
  for (const where of ["here", "there"] as const) {
    const { requests } = await lane[where].control.ledger();
    for (const { accountId, operation } of requests) {
      if (![ours.id, theirs.id].includes(accountId) || !/^(Create|Update|Delete|Tag|Untag)/.test(operation)) continue;
      assert.equal(where, "here", `${operation} was sent to an endpoint that nobody confirmed`);
      assert.equal(accountId, ours.id, `${operation} was sent with keys of another account`);
    }
  }
}

function judgeRecord(record: OperationRecord, found: readonly Found[]): void {
  const name = `${record.type} (${record.status}, ${record.error?.code ?? "no error"})`;
  if (record.token !== undefined) {
    const made = found.filter(({ token }) => token === record.token);
    assert.ok(made.length <= 1, `${name}: ${made.length} instances where one was wanted`);
    const isHonest = record.created !== undefined || made.length === 0;
    if (record.status === "failed")
      assert.ok(isHonest, `${name} says that it failed, and there is ${made[0]?.id ?? "an instance"}`);
    if (record.status === "succeeded") {
      const own = found.find(({ id, arn }) => id === record.created?.id || arn === record.created?.id);
      assert.ok(own, `${name}: its instance is not there`);
      assert.equal(own.token, record.token, `${name}: it took another operation's instance`);
    }
  }
  if (record.type === "delete" && isSettled(record)) {
    const target = found.find(({ id, arn }) => id === record.target?.id || arn === record.target?.id);
    const isGone = target?.deletedTime !== null;
    if (record.status === "succeeded") assert.ok(isGone, `${name}: the instance lives`);
    if (record.status === "failed") assert.ok(!isGone, `${name} says that it failed, and the instance is gone`);
  }
}

/**
 * Where the fault makes it impossible to know what became of a create: it names an instance that is there, and nothing else
 * was made. The user looks at it and discards the operation.
 */
export async function judgeUnknown(trial: Trial, record: OperationRecord): Promise<void> {
  assert.equal(record.error?.code, "OutcomeUnknown");
  const made = (await everything(trial)).filter(({ token }) => token === record.token);
  assert.equal(made.length, 1, `${made.length} instances where one was wanted`);
  const isNamed = record.error.message.includes(made[0]!.id);
  assert.ok(isNamed, `it does not name the instance that it made: ${record.error.message}`);
  const last = await trial.open();
  await trial.idle(last, record.id);
  assert.ok(await trial.try("discard", last.operations.discard(record.id)), "it cannot be discarded");
}

/** The end that the scenario has where nothing goes wrong. */
export async function judgeEnd(trial: Trial, record: OperationRecord): Promise<void> {
  const { status } = trial.prepared;
  assert.equal(record.status, status, `${record.error?.code}: ${record.error?.message}`);
  await judgeInstances(trial, trial.prepared.done);
}

export async function judgeInstances(trial: Trial, expected: Expected): Promise<void> {
  await trial.lane.here.control.clearFaults();
  const kind = trial.stage.kinds.get(trial.scenario.kind)!;
  const session = await trial.stage.session("sandbox");
  const live: Seen[] = [];
  for await (const page of kind.list(session))
    for (const { id } of page) {
      const instance = await kind.get(session, id);
      if (!instance) continue;
      const tags = await kind.listTags(session, instance);
      live.push({ phase: instance.phase, values: kind.capture(instance, tags).values, tags });
    }
  const ever = (await everything(trial)).length;
  assert.deepEqual({ live, ever }, expected);
}

/** Whoever wants to end it can, and no draft was lost on the way. */
export function judgeDrafts(trial: Trial, started: readonly OperationRecord[], directory?: string): void {
  const kept = trial.records(directory);
  for (const { id, draft } of started) {
    if (draft === undefined) continue;
    const record = kept.find((candidate) => candidate.id === id);
    assert.ok(record, "the record of a draft that came to nothing is gone");
    assert.deepEqual(record.draft, draft, "the draft is not what it was");
  }
}

/** A window that opens later clears away what dead ones left. */
export async function judgeFolder(trial: Trial, directory = trial.directory): Promise<void> {
  const left = () => trial.disk.paths.filter((path) => path.startsWith(`${directory}/`) && !path.endsWith(".json"));
  if (left().length > 0) await trial.open({ directory });
  for (let turns = 0; turns < 100 && left().length > 0; turns++) await trial.someTurns();
  assert.deepEqual(left(), [], "something was left in the journal's folder");
}
