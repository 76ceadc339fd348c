import type { ServiceError } from "../aws/errors";
import type { Draft } from "../instances/draft";
import type { Session } from "../instances/connection";
import type { Created } from "../instances/kind";
import { Doubt } from "./doubt";
import { expectNobodyRecreated, findOwn, unlessRefused } from "./ownInstance";
import { beginAnew, isRefusal, readOptions, refused, required, type Call, type StepContext } from "./step";
import { isTokenTrusted } from "./tokenAge";

/** A domain may stay taken for a while after its instance is gone, a token may still be in progress, and listings lag. */
const refusalDelaysMs = [2_000, 4_000, 8_000, 15_000, 30_000];

/** After a look that found nothing, for how long a create may be sent whose token is no longer trusted. */
const freshMs = 120_000;

interface Outcome {
  readonly created: Created;
  readonly how: "Created" | "Found";
}

/** However often this runs, one instance comes of it. */
export function createOnce(context: StepContext): Promise<Outcome> {
  return new Creation(context).carryOut();
}

class Creation {
  readonly #context: StepContext;
  readonly #draft: Draft;
  readonly #token: string;
  readonly #doubt: Doubt;
  #knownSince: number | undefined;
  #lookedAt: { readonly now: number; readonly monotonic: number } | undefined;

  constructor(context: StepContext) {
    this.#context = context;
    this.#draft = required(context.record.draft, "draft");
    this.#token = required(context.record.token, "token");
    this.#doubt = new Doubt(context.record);
    if (this.#isPossiblyMade) this.#knownSince = context.monotonic();
  }

  /** An earlier request of ours may have made the instance without our hearing of it. */
  get #isPossiblyMade(): boolean {
    return this.#doubt.isInDoubt;
  }

  async carryOut(): Promise<Outcome> {
    const { record } = this.#context;
    if (!this.#isPossiblyMade) {
      await this.#context.read(this.#learnTime);
      if (record.type === "recreate")
        await this.#context.read((session, options) =>
          expectNobodyRecreated(this.#context, this.#draft, session, options),
        );
    }
    for (let refusals = 0; ;) {
      try {
        return await this.#context.change((session, options) => this.#send(session, options), {
          onRetry: (error) => this.#doubt.note(error),
        });
      } catch (error) {
        this.#doubt.note(error);
        if (!isRefusal(error)) {
          await this.#doubt.beginAnewAfterSignIn(this.#context, error);
          throw error;
        }
        const found = this.#isPossiblyMade ? await this.#context.read(this.#find) : undefined;
        if (found) return found;
        if (!this.#mayPass(error)) return this.#lookPatiently(error);
        const delayMs = refusalDelaysMs[refusals++];
        if (delayMs === undefined) throw refused(error);
        await this.#context.save({}, `${error.message} Trying again in ${delayMs / 1000} s.`);
        await this.#context.sleep(delayMs);
      }
    }
  }

  /** What is compared with the service's times must be the service's. Any reply tells it, also one that refuses. */
  readonly #learnTime: Call<void> = async (session, options) => {
    if (session.client.clockOffsetMs !== undefined) return;
    await unlessRefused(this.#context.kind.list(session, options)[Symbol.asyncIterator]().next());
  };

  readonly #send: Call<Outcome> = async (session, options) => {
    this.#lookedAt = undefined;
    // Hours may have passed: before an operation is resumed, or while a machine sleeps between two requests.
    if (this.#isPossiblyMade && !this.#isTrusted(session)) {
      const found = await this.#find(session, readOptions(options));
      if (found) return found;
      this.#lookedAt = { now: this.#context.now(), monotonic: this.#context.monotonic() };
    }
    const beforeAttempt = async (number: number) => {
      await options.beforeAttempt?.(number);
      this.#expectOne(number, session);
      this.#knownSince ??= this.#context.monotonic();
    };
    const heard = this.#doubt.listen({ ...options, beforeAttempt });
    const created = await this.#context.kind.create(session, this.#draft, this.#token, heard);
    return { created, how: "Created" };
  };

  readonly #find: Call<Outcome | undefined> = async (session, options) => {
    const instance = await findOwn(this.#context, this.#draft, session, options);
    return instance && { created: { id: instance.id, instance }, how: "Found" };
  };

  /** @throws when this attempt could make a second instance. */
  #expectOne(number: number, session: Session): void {
    const isRepeated = this.#isPossiblyMade || number > 1;
    if (!isRepeated || this.#isTrusted(session) || (number === 1 && this.#hasJustLooked())) return;
    throw beginAnew(
      "Too much time has passed since the first request: the instance is looked for before it is sent again.",
    );
  }

  #isTrusted({ client }: Session): boolean {
    const { record } = this.#context;
    return isTokenTrusted(record, {
      now: this.#context.now(),
      monotonic: this.#context.monotonic(),
      offsetMs: client.clockOffsetMs,
      knownSince: this.#knownSince,
    });
  }

  #hasJustLooked(): boolean {
    if (!this.#lookedAt) return false;
    const ages = [this.#context.now() - this.#lookedAt.now, this.#context.monotonic() - this.#lookedAt.monotonic];
    return ages.every((age) => age >= 0 && age < freshMs);
  }

  /** A refusal that need not last: the token is still in progress, or recreate took the domain's owner away a moment ago. */
  #mayPass(error: ServiceError): boolean {
    if (error.status !== 409) return false;
    const { record, kind } = this.#context;
    const hasDomain = kind.fields.some(
      ({ control, id }) => control === "domain" && this.#draft.values[id] !== undefined,
    );
    return this.#isPossiblyMade || (record.type === "recreate" && hasDomain);
  }

  /** Refused, after a request that may have been carried out: what it made may not be listed yet. */
  async #lookPatiently(refusal: ServiceError): Promise<Outcome> {
    if (!this.#isPossiblyMade) throw refused(refusal);
    for (const delayMs of refusalDelaysMs) {
      await this.#context.save({}, `${refusal.message} Looking for the instance again in ${delayMs / 1000} s.`);
      await this.#context.sleep(delayMs);
      const found = await this.#context.read(this.#find);
      if (found) return found;
    }
    throw refused(refusal);
  }
}
