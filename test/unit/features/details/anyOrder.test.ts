import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SignInRequiredError } from "../../../../src/aws/errors";
import { untilAborted } from "../../../../src/core/abort";
import { Emitter } from "../../../../src/core/event";
import { DetailsController } from "../../../../src/features/details/controller";
import { connectionKey, type Connection, type Session, type Sessions } from "../../../../src/instances/connection";
import type { Instance, Phase } from "../../../../src/instances/instance";
import type { Kind } from "../../../../src/instances/kind";
import { createStore } from "../../../../src/instances/memoryStore";
import { readOne } from "../../../../src/instances/readOne";
import { connectedState } from "../../../../src/instances/store";
import type { DetailsModel } from "../../../../src/ui/page/protocol/details";
import { FakeClock } from "../../../fakes/clock";
import { FakeCloud, FakeSessions } from "../../../fakes/cloud";

const connection: Connection = { source: "profile", profile: "prod", region: "us-east-1" };
const key = connectionKey(connection);
const id = "i-1";
const home = "1".repeat(12);
const foreign = "2".repeat(12);
const phases: Readonly<Record<string, Phase>> = { Initializing: "creating", Active: "ready", Deleting: "deleting" };

/** What somebody has asked the service, in the order in which it was asked. */
interface Question {
  readonly number: number;
  answer(): void;
}

/** A page of details, with others that ask about the same instance; each answer says what was so when it was asked for. */
class World {
  readonly store = createStore(new FakeClock());
  readonly questions: Question[] = [];
  readonly #sessionChanged = new Emitter<string>();
  readonly #base = new FakeCloud();
  readonly #controller: DetailsController;
  model: DetailsModel | undefined;
  errors: unknown[] = [];
  /** Undefined: there is no such instance any more. */
  state: string | undefined = "Active";
  /** What was just made may not be seen yet. */
  isSeen: boolean;
  account = home;
  isSignedIn = true;
  #asked = 0;
  #generation = 0;
  #current: Session | undefined;
  #opening: Promise<Session | undefined> | undefined;
  /** What the latest question that was answered has brought to light. */
  known: { readonly number: number; readonly generation: number; readonly state: string | undefined } | undefined;

  readonly #sessions: Sessions = {
    open: async (_connection, signal) => {
      for (;;) {
        const opening = (this.#opening ??= this.#open());
        const session = await untilAborted(opening, signal);
        if (opening !== this.#opening) continue;
        if (!session) this.#opening = undefined;
        this.#current = session;
        if (session) return session;
        throw new SignInRequiredError("prod", "Sign in.", "sso");
      }
    },
    current: () => this.#current,
    invalidate: () => this.replaceSession(),
    reread: () => Promise.resolve(),
    onDidChange: this.#sessionChanged.event,
  };

  readonly #kind: Kind = {
    ...this.#base.kind,
    get: async (session, _id, options) => {
      const instance = this.#seenBy(session);
      const number = await this.#ask(options?.signal);
      this.#learn(number, session, instance);
      return instance;
    },
    listTags: async (_session, _instance, options) => {
      await this.#ask(options?.signal);
      return { team: "planning" };
    },
  };

  constructor(isSeen: boolean) {
    this.isSeen = isSeen;
    this.store.setConnections([connection]);
    this.#current = this.#session();
    this.store.setConnected(this.#scope(this.#current), connectedState(this.#current));
    const listed = this.#seenBy(this.#current);
    const writer = this.store.beginListing(this.#scope(this.#current), "fake");
    writer.addPage(listed ? [listed] : []);
    writer.finish(false);
    const nothing = () => Promise.resolve();
    this.#controller = new DetailsController(
      {
        sessions: this.#sessions,
        store: this.store,
        operations: { list: () => [], onDidChange: new Emitter<string | undefined>().event },
        clock: new FakeClock(),
      },
      {
        post: (message) => {
          if (message.type === "details") this.model = message;
        },
        setTitle: () => undefined,
        isPinned: () => false,
        pin: () => undefined,
        close: () => undefined,
        copy: nothing,
        openUrl: nothing,
        run: nothing,
        reveal: nothing,
        reportError: (error) => void this.errors.push(error),
      },
      { connection, kind: this.#kind, id },
    );
    this.#controller.receive({ type: "ready" });
  }

  /** As the view's sync does it. */
  replaceSession(): void {
    const isReplaced = this.#opening !== undefined || this.#current !== undefined;
    this.#current = undefined;
    this.#opening = undefined;
    if (isReplaced) this.#sessionChanged.fire(key);
    this.store.setConnectionState(key, { status: "connecting" });
    this.#sessions.open(connection).then(
      (session) => {
        this.store.setConnected(this.#scope(session), connectedState(session));
        this.list();
      },
      (error: unknown) => this.store.setConnectionState(key, { status: "signedOut", error }),
    );
  }

  list(): void {
    const session = this.#current;
    if (!session || this.store.connectionState(key)?.status !== "connected") return;
    const instance = this.#seenBy(session);
    const writer = this.store.beginListing(this.#scope(session), "fake");
    void this.#ask(undefined).then((number) => {
      if (session !== this.#current) return;
      this.#learn(number, session, instance);
      writer.addPage(instance ? [instance] : []);
      writer.finish(false);
    });
  }

  /** As the follower does it, and Refresh on one instance: of what has a row, or was just made. */
  read(): void {
    const isNew = this.#current && this.#seenBy(this.#current);
    if (!isNew && !this.store.instance(key, "fake", id)) return;
    readOne({ sessions: this.#sessions, store: this.store }, connection, this.#kind, id).catch(() => undefined);
  }

  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  async end(): Promise<void> {
    if (!this.isSignedIn) {
      this.isSignedIn = true;
      this.replaceSession();
    }
    for (let count = 0; this.questions.length > 0; count++) {
      assert.ok(count < 100, "it comes to an end");
      this.questions.shift()!.answer();
      await this.settle();
    }
    this.#controller.dispose();
  }

  #learn(number: number, { generation }: Session, instance: Instance | undefined): void {
    if (generation !== this.#current?.generation) return;
    if (this.known?.generation === generation && this.known.number > number) return;
    this.known = { number, generation, state: instance?.state };
  }

  #seenBy({ accountId }: Session): Instance | undefined {
    const { state } = this;
    if (accountId !== home || state === undefined || !this.isSeen) return undefined;
    const phase = phases[state] ?? "unknown";
    return { kind: "fake", id, arn: `arn:${id}`, state, phase, values: { name: "demand" }, raw: { state } };
  }

  async #open(): Promise<Session | undefined> {
    const { isSignedIn } = this;
    await this.#ask(undefined);
    return isSignedIn ? this.#session() : undefined;
  }

  #session(): Session {
    this.#base.accountId = this.account;
    const fake = new FakeSessions(this.#base).current(connection)!;
    return { ...fake, generation: ++this.#generation };
  }

  #scope({ generation }: Session) {
    return { connectionKey: key, generation };
  }

  #ask(signal: AbortSignal | undefined): Promise<number> {
    const number = ++this.#asked;
    const asked = new Promise<number>((resolve) => {
      this.questions.push({ number, answer: () => resolve(number) });
    });
    return untilAborted(asked, signal);
  }
}

interface Step {
  run(world: World): void;
  toString(): string;
}

function step(name: string, run: Step["run"]): Step {
  return { run, toString: () => name };
}

const steps = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .constantFrom("Initializing", "Active", "Deleting", undefined)
      .map((state) => step(`it is ${state}`, (world) => (world.state &&= state))),
  },
  fc.constant(step("it is seen", (world) => (world.isSeen = true))),
  { weight: 2, arbitrary: fc.constant(step("list", (world) => world.list())) },
  { weight: 2, arbitrary: fc.constant(step("somebody reads", (world) => world.read())) },
  {
    weight: 6,
    arbitrary: fc
      .nat(5)
      .map((which) =>
        step(`answer ${which}`, ({ questions }) => questions.splice(which % (questions.length || 1), 1)[0]?.answer()),
      ),
  },
  fc.constantFrom(home, foreign).map((account) =>
    step(`credentials of ${account}`, (world) => {
      world.account = account;
      world.replaceSession();
    }),
  ),
  fc.boolean().map((isSignedIn) =>
    step(isSignedIn ? "sign in" : "sign out", (world) => {
      world.isSignedIn = isSignedIn;
      world.replaceSession();
    }),
  ),
);

test("Whoever asks, whatever changes, and in whichever order the answers come: a page shows what is known last", async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.array(steps, { maxLength: 30, size: "max" }), async (isSeen, all) => {
      const world = new World(isSeen);
      await world.settle();
      for (const each of all) {
        each.run(world);
        await world.settle();
      }
      await world.end();
      const { model, known } = world;
      assert.deepEqual(world.errors, []);
      assert.equal(model!.state.text, known!.state ?? "Gone");
      assert.ok(model!.subtitle.endsWith(world.account), `${model!.subtitle} is of ${world.account}`);
      assert.equal(model!.notice?.tone, known!.state === undefined ? "neutral" : undefined);
      if (known!.state !== undefined) assert.equal(model!.tags.status, "ready");
    }),
    { numRuns: 2000 },
  );
});
