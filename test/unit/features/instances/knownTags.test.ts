import assert from "node:assert/strict";
import { test } from "node:test";
import { KnownTags } from "../../../../src/features/instances/knownTags";
import { connectionKey, type Connection, type Session, type Sessions } from "../../../../src/instances/connection";
import type { Kind } from "../../../../src/instances/kind";
import { kindsOf } from "../../../../src/instances/kinds/registry";

const connection: Connection = { source: "profile", profile: "prod", region: "us-east-1" };
const target = { connection, kind: "fake", instance: { id: "1", arn: "1" } };
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Reads answer when they are let, with what was true when they were asked. */
function open() {
  let tags: Record<string, string> = { team: "before" };
  const waiting: (() => void)[] = [];
  const failing: (() => void)[] = [];
  const kind = {
    id: "fake",
    listTags: () => {
      const then = tags;
      return new Promise((resolve, reject) => {
        waiting.push(() => resolve(then));
        failing.push(() => reject(new Error("No network")));
      });
    },
  } as unknown as Kind;
  const session = { connection, generation: 1 } as Session;
  const sessions = { open: () => Promise.resolve(session), current: () => session } as unknown as Sessions;
  const known = new KnownTags({ sessions, kinds: kindsOf([kind]) });
  const { signal } = new AbortController();
  return {
    known,
    signal,
    waiting,
    failing,
    edit: () => (tags = { team: "after" }),
    of: () => known.of(connectionKey(connection), "fake", target.instance)?.team,
  };
}

test("Tags that are edited while they are read for the first time are those of after the edit", async () => {
  const { known, signal, waiting, edit, of } = open();
  const reading = known.read([target], signal, () => undefined);
  await settle();
  edit();
  // The operation has settled.
  const again = known.readAgain(target, signal);
  await settle();
  for (const send of waiting) send();
  await Promise.all([reading, again]);
  assert.equal(of(), "after");
});

test("An answer that was asked for before a refresh does not outlive it", async () => {
  const { known, signal, waiting, edit, of } = open();
  const reading = known.read([target], signal, () => undefined);
  await settle();
  edit();
  known.forget();
  for (const send of waiting) send();
  await reading;
  assert.notEqual(of(), "before");
});

test("What was stopped does not count as read", async () => {
  const stop = new AbortController();
  const kind = {
    id: "fake",
    listTags: () =>
      new Promise((_, reject) => stop.signal.addEventListener("abort", () => reject(new Error("aborted")))),
  } as unknown as Kind;
  const session = { connection, generation: 1 } as Session;
  const sessions = { open: () => Promise.resolve(session), current: () => session } as unknown as Sessions;
  let read = 0;
  const reading = new KnownTags({ sessions, kinds: kindsOf([kind]) }).read([target], stop.signal, () => read++);
  await settle();
  stop.abort();
  await reading;
  assert.equal(read, 0);
});

test("A reading that fails takes nothing away from what a later one has read", async () => {
  const { known, signal, waiting, failing, edit, of } = open();
  const reading = known.read([target], signal, () => undefined);
  await settle();
  waiting[0]!();
  await reading;
  const early = known.readAgain(target, signal);
  await settle();
  edit();
  const late = known.readAgain(target, signal);
  await settle();
  waiting[2]!();
  await late;
  failing[1]!();
  await early;
  assert.equal(of(), "after");
});
