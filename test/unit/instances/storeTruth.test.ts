import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { connectionKey, type Connection } from "../../../src/instances/connection";
import type { Instance } from "../../../src/instances/instance";
import { createStore } from "../../../src/instances/memoryStore";
import type { ListingWriter, StoreChange } from "../../../src/instances/store";
import { FakeClock } from "../../fakes/clock";

/*
 * A service whose instances change while it is asked: reads are answered late and in any order, lists page by page. Whatever
 * the order, the store never goes back behind what a question has told, and who heeds its events knows all that it knows.
 */

const connection: Connection = { source: "profile", profile: "prod", region: "eu-west-1" };
const key = connectionKey(connection);
const kind = "k";
const pageSize = 2;
const boom = new Error("boom");

interface Question {
  readonly id: string;
  readonly asked: number;
  readonly generation: number;
  readonly account: number;
  /** What was true when it was asked. */
  readonly then: Instance | undefined;
}

interface Run {
  readonly writer: ListingWriter;
  readonly account: number;
  readonly generation: number;
  readonly began: number;
  readonly found: Set<string>;
  after: string;
  isOver: boolean;
}

/** The answer to the latest question about an instance: at least so new, or gone. */
interface Told {
  readonly asked: number;
  readonly is: number | "gone";
}

class Service {
  readonly #accounts = [new Map<string, Instance>(), new Map<string, Instance>()];
  #versions = 0;
  #born = 0;

  instances(account: number): Map<string, Instance> {
    return this.#accounts[account]!;
  }

  /** The one at this place changes; where there is none, one is born. */
  change(account: number, place: number): void {
    const instances = this.instances(account);
    const id = [...instances.keys()][place] ?? `i${this.#born++}`;
    const version = ++this.#versions;
    const state = version % 3 === 0 ? "Deleting" : "Active";
    const values = { version: `${version}`, account: `${account}` };
    instances.set(id, { kind, id, arn: id, state, phase: "ready", createdAt: 0, values, raw: { version } });
  }

  destroy(account: number, place: number): void {
    const id = [...this.instances(account).keys()][place];
    if (id !== undefined) this.instances(account).delete(id);
  }
}

const versionOf = (instance: Instance) => Number(instance.values.version);

class World {
  readonly clock = new FakeClock();
  readonly store = createStore(this.clock);
  readonly service = new Service();
  readonly questions: Question[] = [];
  run: Run | undefined;
  account = 0;
  generation = 1;
  isConnected = true;
  /** Who heeds the events, and only those. */
  readonly mirror = new Mirror(this.store);
  #failures = 0;
  readonly #told = new Map<string, Told>();
  /** What nobody has told of is not there: a whole list that began then did not have it. */
  #wholeAt = 0;
  readonly #handedOut: { readonly live: unknown; readonly copy: string }[] = [];

  constructor() {
    this.store.setConnections([connection]);
    this.connect();
  }

  get scope() {
    return { connectionKey: key, generation: this.generation };
  }

  connect(account = this.account): void {
    if (account !== this.account) this.#forget();
    this.account = account;
    this.isConnected = true;
    this.store.setConnected(this.scope, { accountId: `${account}`, isLoopback: false });
  }

  change(place: number): void {
    this.service.change(this.account, place);
  }

  destroy(place: number): void {
    this.service.destroy(this.account, place);
  }

  wait(): void {
    this.clock.jump(1_000);
  }

  ask(place: number): void {
    const { account, generation } = this;
    const instances = this.service.instances(account);
    const id = [...instances.keys(), ...this.mirror.instances.keys()][place];
    if (id !== undefined)
      this.questions.push({ id, asked: this.store.moment(), generation, account, then: instances.get(id) });
  }

  /** With what was true when it was asked, or with what is so now. */
  answer(index: number, isEarly: boolean, isUpdate: boolean): void {
    const [question] = this.questions.splice(index % Math.max(this.questions.length, 1), 1);
    if (!question) return;
    const { id, asked, generation, account, then } = question;
    const scope = { connectionKey: key, generation };
    const found = isEarly ? then : this.service.instances(account).get(id);
    const wasListed = this.store.listing(key, kind) !== undefined;
    const isLatest = found
      ? this.store.put(scope, found, { asked, isUpdate })
      : this.store.remove(scope, kind, id, asked);
    if (!this.#counts(question)) return;
    assert.equal(isLatest, !this.#isOutdone(id, asked), `whether something newer is known of ${id}`);
    // Of one that is not there yet an update tells nothing, and nothing is gone where nothing was.
    if (found ? this.store.instance(key, kind, id) : wasListed)
      this.#tell(id, { asked, is: found ? versionOf(then ?? found) : "gone" });
  }

  begin(): void {
    const { account, generation } = this;
    const writer = this.store.beginListing(this.scope, kind);
    const began = this.store.moment();
    this.run = { writer, account, generation, began, found: new Set(), after: "", isOver: false };
  }

  page(): void {
    const { run } = this;
    if (!run) return;
    const left = [...this.service.instances(run.account).values()].filter(({ id }) => id > run.after);
    const page = left.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, pageSize);
    const counts = !run.isOver && this.#counts(run);
    const asked = this.store.moment();
    run.writer.addPage(page, asked);
    run.after = page.at(-1)?.id ?? run.after;
    if (counts)
      for (const found of page) {
        run.found.add(found.id);
        this.#tell(found.id, { asked, is: versionOf(found) });
      }
    if (left.length > pageSize || run.isOver) return;
    run.writer.finish(false);
    run.isOver = true;
    if (!counts) return;
    this.#wholeAt = run.began;
    for (const [id, { asked: before }] of this.#told)
      if (!run.found.has(id) && before < run.began) this.#told.delete(id);
  }

  fail(): void {
    this.run?.writer.fail(new Error(`${++this.#failures}`), 1_000);
    if (this.run) this.run.isOver = true;
  }

  lose(status: "connecting" | "error"): void {
    this.isConnected = false;
    this.store.setConnectionState(key, status === "error" ? { status, error: boom } : { status });
  }

  /** Its session is replaced. */
  reconnect(account: number): void {
    this.generation++;
    if (this.run) this.run.isOver = true;
    this.connect(account);
  }

  /** And added again: nothing is left of it. */
  removeConnection(): void {
    this.store.setConnections([]);
    this.#forget();
    this.mirror.assertTrue();
    this.store.setConnections([connection]);
    this.isConnected = false;
    this.reconnect(this.account);
  }

  assertTrue(): void {
    this.mirror.assertTrue();
    const listing = this.store.listing(key, kind);
    if (!this.isConnected) assert.equal(listing, undefined, "nothing shows while it is not connected");
    for (const shown of listing?.instances ?? []) {
      assert.equal(shown.values.account, `${this.account}`, "another account's");
      assert.equal(this.store.instance(key, kind, shown.id), shown);
      const told = this.#told.get(shown.id)?.is;
      assert.ok(told !== undefined && told !== "gone", `${shown.id} is not there`);
      assert.ok(versionOf(shown) >= told, `${shown.id} went back`);
      assert.equal(this.store.seen(key, kind, shown.id).at(-1)?.state, shown.state);
    }
    for (const { live, copy } of this.#handedOut) assert.equal(JSON.stringify(live), copy, "a snapshot has changed");
    if (listing) this.#handedOut.push({ live: listing, copy: JSON.stringify(listing) });
  }

  /** All are answered, and what is listed then is what there is. */
  settle(): void {
    while (this.questions.length > 0) {
      this.answer(0, true, false);
      this.assertTrue();
    }
    if (!this.isConnected) this.reconnect(this.account);
    this.begin();
    while (!this.run!.isOver) this.page();
    this.assertTrue();
    const shown = this.store.listing(key, kind)!;
    const sorted = [...this.service.instances(this.account).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    assert.deepEqual(shown.instances, sorted);
    assert.deepEqual([shown.status, shown.hasMore, shown.updatedAt], ["ready", false, this.clock.now()]);
  }

  #counts({ generation, account }: { readonly generation: number; readonly account: number }): boolean {
    return this.isConnected && generation === this.generation && account === this.account;
  }

  #forget(): void {
    this.#told.clear();
    this.#wholeAt = 0;
  }

  #isOutdone(id: string, asked: number): boolean {
    return asked < (this.#told.get(id)?.asked ?? this.#wholeAt);
  }

  #tell(id: string, { asked, is }: Told): void {
    if (this.#isOutdone(id, asked)) return;
    const before = this.#told.get(id)?.is;
    this.#told.set(id, { asked, is: is === "gone" || before === "gone" ? is : Math.max(is, before ?? 0) });
  }
}

/** A view that reads anew what an event names, and nothing else. */
class Mirror {
  instances = new Map<string, Instance>();
  #state: unknown;
  #status: unknown;
  #connections: unknown;
  #failure: unknown;
  readonly #store: ReturnType<typeof createStore>;

  constructor(store: ReturnType<typeof createStore>) {
    this.#store = store;
    store.onDidChange((change) => {
      try {
        this.#heed(change);
      } catch (error) {
        // Whoever fires an event does not fail with a listener.
        this.#failure ??= error;
      }
    });
  }

  #heed(change: StoreChange): void {
    const before = this.#all;
    switch (change.type) {
      case "connections":
      case "connection":
        this.#readAll();
        return;
      case "listed":
        this.#status = this.#read().status;
        assert.deepEqual({ ...this.#all, status: undefined }, { ...before, status: undefined });
        return;
      case "instance": {
        assert.ok(this.instances.has(change.id), "a change of what nobody knows");
        this.#readOne(change.id);
        break;
      }
      case "listing":
        this.#status = this.#read().status;
        if (change.ids) for (const id of change.ids) this.#readOne(id);
        else this.instances = this.#read().instances;
        break;
    }
    assert.notDeepEqual(this.#all, before, `an event for nothing: ${change.type}`);
  }

  /** All that it knows is all that there is. */
  assertTrue(): void {
    if (this.#failure !== undefined) throw this.#failure as Error;
    const { instances, ...others } = this.#read();
    assert.deepEqual(this.#all, { ...others, instances: [...instances.values()] });
  }

  get #all() {
    const { instances } = this;
    return {
      connections: this.#connections,
      state: this.#state,
      status: this.#status,
      instances: [...instances.values()],
    };
  }

  #readAll(): void {
    const { connections, state, status, instances } = this.#read();
    this.#connections = connections;
    this.#state = state;
    this.#status = status;
    this.instances = instances;
  }

  #readOne(id: string): void {
    const instance = this.#store.instance(key, kind, id);
    if (instance) this.instances.set(id, instance);
    else this.instances.delete(id);
  }

  #read() {
    const { instances = [], ...status } = this.#store.listing(key, kind) ?? {};
    return {
      connections: this.#store.connections,
      state: this.#store.connectionState(key),
      status,
      instances: new Map(instances.map((instance) => [instance.id, instance])),
    };
  }
}

const place = fc.nat(2);
/** What a world does, and with what. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant("change"), place) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("destroy"), place) },
  { weight: 6, arbitrary: fc.tuple(fc.constant("ask"), place) },
  { weight: 6, arbitrary: fc.tuple(fc.constant("answer"), fc.nat(5), fc.boolean(), fc.boolean()) },
  { weight: 3, arbitrary: fc.tuple(fc.constant("begin")) },
  { weight: 6, arbitrary: fc.tuple(fc.constant("page")) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("fail")) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("lose"), fc.constantFrom("connecting", "error")) },
  { weight: 2, arbitrary: fc.tuple(fc.constant("reconnect"), fc.nat(1)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("removeConnection")) },
  { weight: 1, arbitrary: fc.tuple(fc.constant("wait")) },
) as fc.Arbitrary<readonly [Exclude<keyof World, "scope">, ...unknown[]]>;

test("Whatever is asked, changes and answers late, the store never goes back, and its events tell all", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: "max" }), (steps) => {
      const world = new World();
      for (const [does, ...how] of steps) {
        (world[does] as (...how: unknown[]) => void)(...how);
        world.assertTrue();
      }
      world.settle();
    }),
    { numRuns: 1_000, includeErrorInReport: true },
  );
});
