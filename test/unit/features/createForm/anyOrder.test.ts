import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toDraft } from "../../../../src/features/createForm/model";
import { connectionKey } from "../../../../src/instances/connection";
import type { FormDraft } from "../../../../src/ui/page/protocol/form";
import { dev, FormWorld, keyField, prod, type Started } from "./formWorld";

/** A form, and what its user knows of it. */
class Watched extends FormWorld {
  /** What was submitted last, and what the page said then. */
  submitted: { readonly draft: FormDraft; readonly promise: string } | undefined;
  readonly usedAnyway = new Set<string>();
  readonly violations: unknown[] = [];

  constructor() {
    super();
    this.onStart = (started) => {
      try {
        this.#judge(started);
      } catch (error) {
        this.violations.push(error);
      }
    };
  }

  /** The user has the form before them, and no question on top of it. */
  get isUsable(): boolean {
    return this.isOpen && !this.page.hasOutcome && !this.asked.some(({ what }) => what === "confirm");
  }

  submit(): void {
    const { draft, account, isBusy } = this.page;
    if (isBusy || account?.status !== "ready" || !draft) return;
    this.submitted = { draft, promise: account.text };
    this.page.submit();
  }

  useAnyway(): void {
    const arn = this.page.draft?.values[keyField.id];
    if (!this.page.keyCheck?.isOpen || !arn) return;
    this.usedAnyway.add(arn);
    this.decide("useAnyway");
  }

  #judge({ scope, request }: Started): void {
    const { draft, model, hasOutcome } = this.page;
    assert.ok(this.isOpen, "nothing is begun for a form that was left");
    assert.deepEqual([this.started.length, hasOutcome], [0, false], "it is begun once");
    assert.deepEqual(request.draft, toDraft(this.submitted!.draft), "what is begun is what was submitted");
    assert.deepEqual(request.draft, toDraft(draft!), "and what the page shows");
    assert.ok(this.submitted!.promise.includes(scope.accountId), "in the account that the page named");
    assert.equal(connectionKey(scope.connection), model?.connection, "in the connection that the page shows");
    const arn = request.draft.values[keyField.id];
    assert.ok(arn === undefined || this.usedAnyway.has(arn), "with a key that somebody answers for");
  }
}

interface Step {
  run(form: Watched): void | Promise<void>;
  toString(): string;
}

function step(name: string, run: Step["run"]): Step {
  return { run, toString: () => name };
}

/** What a user does, who needs the form for it. */
function act(name: string, run: (form: Watched) => void): Step {
  return step(name, (form) => {
    if (form.isUsable) run(form);
  });
}

function type(name: string, change: (draft: FormDraft) => FormDraft["values"]): Step {
  return act(name, ({ page }) => page.draft && page.edit({ values: change(page.draft) }));
}

const arn = (digit: string) => `arn:aws:kms:us-east-1:111111111111:key/${digit.repeat(8)}-2222-3333-4444-555555555555`;
const both = fc.constantFrom(prod, dev);

const steps = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .constantFrom("north", "south", "")
      .map((name) =>
        type(`name ${name}`, ({ kind, values }) => ({ ...values, [kind === "chime" ? "name" : "instanceName"]: name })),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom("", arn("1"), arn("2"))
      .map((key) =>
        type(`key ${key}`, ({ kind, values }) => ({ ...values, ...(kind !== "chime" && { [keyField.id]: key }) })),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom("supplyChain", "chime"), both)
      .map(([kind, place]) => act(`choose ${kind} in ${place.profile}`, ({ page }) => page.choose(kind, place))),
  },
  { weight: 6, arbitrary: fc.constant(act("submit", (form) => form.submit())) },
  { weight: 2, arbitrary: fc.constant(act("use anyway", (form) => form.useAnyway())) },
  fc.constant(act("check again", (form) => form.decide("checkAgain"))),
  fc.constant(act("retry", (form) => form.send({ type: "act", action: "retry" }))),
  fc.constant(act("build anew", ({ page }) => page.buildAnew())),
  fc
    .constantFrom("cancel", "close")
    .map((way) => act(way, (form) => (way === "close" ? form.close() : form.send({ type: "cancel" })))),
  {
    weight: 10,
    arbitrary: fc
      .constantFrom(true, true, true, false)
      .map((isGood) => step(`answer ${isGood}`, (form) => form.answer(isGood))),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(50, 100, 9_000).map((ms) => step(`wait ${ms}`, ({ clock }) => clock.advance(ms))),
  },
  fc
    .tuple(both, fc.constantFrom("1", "3"))
    .map(([place, digit]) =>
      step(`${place.profile} is ${digit}`, (form) => form.changeAccount(place, digit.repeat(12))),
    ),
  fc
    .constantFrom([prod, dev], [dev], [])
    .map((all) => step(`${all.length} connections`, ({ store }) => store.setConnections(all))),
);

test("Whatever is typed, chosen, answered and left, and when: a form begins what its page shows, there, and once", async () => {
  let begun = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 5, maxLength: 60, size: "max" }), async (all) => {
      const form = new Watched();
      await form.settle();
      for (const each of all) {
        await each.run(form);
        await form.settle();
      }
      form.close();
      begun += form.started.length;
      assert.deepEqual(form.errors, []);
      if (form.violations.length > 0) throw form.violations[0];
    }),
    { numRuns: 800 },
  );
  assert.ok(begun > 50, `${begun} creates were begun: hardly anything was tried`);
});
