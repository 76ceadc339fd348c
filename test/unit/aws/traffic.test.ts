import assert from "node:assert/strict";
import { test } from "node:test";
import { isCancelled } from "../../../src/core/errors";
import { Traffic, type Departure } from "../../../src/aws/traffic";
import { FakeClock } from "../../fakes/clock";

/** Requests that leave when they may, and are over when they are told. */
class Road {
  readonly clock = new FakeClock();
  readonly left: { readonly lane: string; readonly at: number; readonly leave: () => void }[] = [];
  readonly #traffic = new Traffic(this.clock);

  send(lane: string, departure: Partial<Departure> = {}, signal?: AbortSignal): Promise<() => void> {
    return this.#traffic.enter({ lane, operation: "List", waits: true, ...departure }, signal).then((leave) => {
      this.left.push({ lane, at: this.clock.monotonic(), leave });
      return leave;
    });
  }

  async sendMany(count: number, lane: string, departure?: Partial<Departure>): Promise<void> {
    for (let i = 0; i < count; i++) void this.send(lane, departure);
    await this.clock.advance(0);
  }

  lanes(): readonly string[] {
    return this.left.map(({ lane }) => lane);
  }
}

test("Requests that hang take the places of their own account and host only", async () => {
  const road = new Road();
  await road.sendMany(20, "hanging");
  await road.sendMany(2, "other");
  assert.deepEqual(road.lanes(), [...Array<string>(6).fill("hanging"), "other", "other"]);
  assert.deepEqual(road.clock.pending, []);
});

test("A place that is given back is taken by the one who has waited longest", async () => {
  const road = new Road();
  await road.sendMany(6, "a");
  const [second, third] = [road.send("a", { operation: "second" }), road.send("a", { operation: "third" })];
  road.left[3]!.leave();
  await second;
  assert.equal(road.left.length, 7);
  road.left[6]!.leave();
  await third;
});

test("In no second more requests leave than the service allows the account, and no time is lost", async () => {
  const road = new Road();
  const rated = { perSecond: 10 };
  for (let i = 0; i < 35; i++) void road.send("a", rated).then((leave) => leave());
  await road.sendMany(3, "b", rated);
  await road.clock.advance(250);
  await road.clock.advance(3_000);
  const times = road.left.filter(({ lane }) => lane === "a").map(({ at }) => at);
  assert.deepEqual(
    times,
    Array.from({ length: 35 }, (_, index) => Math.floor(index / 10) * 1_000),
  );
  assert.ok(road.left.filter(({ lane }) => lane === "b").every(({ at }) => at === 0));
  assert.deepEqual(road.clock.pending, []);
});

test("What changes something goes at once, and listings leave room for it", async () => {
  const road = new Road();
  const rated = { perSecond: 10 };
  await road.sendMany(6, "a");
  await road.sendMany(4, "a", { ...rated, waits: false });
  assert.equal(road.left.length, 10);
  for (const { leave } of road.left) leave();
  await road.sendMany(7, "a", rated);
  for (const { leave } of road.left) leave();
  await road.clock.advance(0);
  assert.equal(road.left.length, 16);
  await road.clock.advance(1_000);
  assert.equal(road.left.length, 17);
});

test("An operation that has had its share of the second does not hold up another one", async () => {
  const road = new Road();
  await road.sendMany(2, "a", { operation: "slow", perSecond: 1 });
  await road.sendMany(1, "a", { operation: "other" });
  assert.equal(road.left.length, 2);
  await road.clock.advance(1_000);
  assert.equal(road.left.length, 3);
});

test("Whoever gives up while it waits leaves neither a place taken nor a timer", async () => {
  const road = new Road();
  const end = new AbortController();
  await road.sendMany(1, "a", { perSecond: 1 });
  const waiting = road.send("a", { perSecond: 1 }, end.signal);
  await road.clock.advance(0);
  assert.deepEqual(road.clock.pending, [1_000]);
  end.abort();
  await assert.rejects(waiting, isCancelled);
  assert.deepEqual(road.clock.pending, []);
  await assert.rejects(road.send("a", {}, end.signal), isCancelled);
  await road.sendMany(5, "a", { operation: "other" });
  assert.equal(road.left.length, 6);
});
