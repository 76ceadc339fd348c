import { orDeclined } from "../../aws/errors";
import type { Clock } from "../../core/clock";
import type { Disposable } from "../../core/disposable";
import { messageOf } from "../../core/errors";
import type { Session } from "../../instances/connection";
import type { KeyField } from "../../instances/kind";
import type { KeyUse } from "../../instances/keyUse";
import { checkKey, type KeyCheck } from "../../instances/keyCheck";
import { shortText } from "../../ui/text/displayText";
import type { KeyCheckModel, KeyDecision, KeysModel, ProblemModel } from "../../ui/page/protocol/form";
import { KeyList, patienceMs } from "./keyList";

/** Of a sentence under a field, where there is no room to scroll. */
const maxLength = 1_000;

/** The key of one field, and what is known about it. */
interface CheckedKey {
  readonly arn: string;
  readonly checking: AbortController;
  /** Resolves when there is nothing to wait for any more. Never rejects. */
  readonly done: Promise<void>;
  isReady: boolean;
  /** A submit was refused because of it. */
  isRefused: boolean;
}

/** The keys that a form offers, and what the check of the chosen one says. Nothing is asked before a field needs it. */
export class FormKeys implements Disposable {
  readonly #clock: Clock;
  readonly #post: (message: KeysModel | KeyCheckModel) => void;
  readonly #list: KeyList;
  readonly #fields = new Map<string, KeyField>();
  readonly #results = new Map<string, KeyCheckModel>();
  readonly #checked = new Map<string, CheckedKey>();
  /** By field, the key that is used whatever its check says. */
  readonly #usedAnyway = new Map<string, string>();
  #session: Session | undefined;
  #isListed = false;

  constructor(clock: Clock, post: (message: KeysModel | KeyCheckModel) => void) {
    this.#clock = clock;
    this.#post = post;
    this.#list = new KeyList(clock, post);
  }

  /** The policy that the last check found missing. */
  policy: string | undefined;

  /** Keys belong to an account and a region: another session has others. */
  setSession(session: Session | undefined): void {
    if (session === this.#session) return;
    this.#session = session;
    this.#isListed = false;
    this.#usedAnyway.clear();
    this.#forgetChecks();
    this.#listOnce();
  }

  setFields(fields: readonly KeyField[]): void {
    this.#forgetChecks();
    this.#fields.clear();
    this.#results.clear();
    for (const field of fields) {
      this.#fields.set(field.id, field);
      this.#results.set(field.id, nothingToSay(field.id));
    }
    this.#listOnce();
  }

  listAgain(): void {
    this.#isListed = false;
    this.#listOnce();
  }

  /** Checks the key of each field that has another one than before. An empty value is the service's own key. */
  check(valueOf: (field: string) => string): void {
    const session = this.#session;
    if (!session) return;
    for (const field of this.#fields.values()) {
      const arn = valueOf(field.id);
      if ((this.#checked.get(field.id)?.arn ?? "") !== arn) this.#begin(session, field, arn);
    }
  }

  /** What the user says to a finding. */
  decide(fieldId: string, decision: KeyDecision): void {
    const field = this.#fields.get(fieldId);
    const checked = this.#checked.get(fieldId);
    const result = this.#results.get(fieldId);
    if (!this.#session || !field || !checked || !result) return;
    if (decision === "checkAgain") this.#begin(this.#session, field, checked.arn);
    else {
      checked.checking.abort();
      this.#usedAnyway.set(fieldId, checked.arn);
      this.#say(usedAnyway(result));
    }
  }

  /**
   * What keeps the keys from being used, once all are checked. From then on it is among the problems. Undefined when it will
   * not be known: there is another account by then, or another key, or nobody who needs one.
   */
  async refusals(): Promise<readonly ProblemModel[] | undefined> {
    const session = this.#session;
    const asked = [...this.#checked];
    await Promise.all(asked.map(([, { done }]) => done));
    const isForgotten = ([field, { arn }]: (typeof asked)[number]) => this.#checked.get(field)?.arn !== arn;
    if (this.#session !== session || asked.some(isForgotten)) return undefined;
    for (const checked of this.#checked.values()) checked.isRefused = true;
    return this.problems;
  }

  /** Of keys that a submit was refused for. */
  get problems(): readonly ProblemModel[] {
    return [...this.#checked].flatMap(([field, { isReady, isRefused, arn }]) =>
      isReady || !isRefused || this.#usedAnyway.get(field) === arn
        ? []
        : [{ field, message: "Choose another key, or use this one anyway." }],
    );
  }

  postAll(): void {
    if (this.#fields.size === 0) return;
    this.#post(this.#list.model);
    for (const model of this.#results.values()) this.#post(model);
  }

  dispose(): void {
    this.#list.dispose();
    this.#forgetChecks();
  }

  #forgetChecks(): void {
    for (const { checking } of this.#checked.values()) checking.abort();
    this.#checked.clear();
  }

  #listOnce(): void {
    if (this.#isListed || this.#fields.size === 0) return;
    this.#isListed = this.#session !== undefined;
    if (this.#session) this.#list.list(this.#session);
    else this.#list.wait();
  }

  #begin(session: Session, field: KeyField, arn: string): void {
    const { id } = field;
    this.#checked.get(id)?.checking.abort();
    if (this.#usedAnyway.get(id) !== arn) this.#usedAnyway.delete(id);
    if (arn === "") {
      this.#checked.delete(id);
      this.#say(nothingToSay(id));
      return;
    }
    const checking = new AbortController();
    this.#say({ type: "keyChecked", field: id, tone: "progress", lines: ["Checking the key…"], isOpen: false });
    void this.#sayWhenSlow(id, checking.signal);
    const done = this.#check(session, field, arn, checking);
    this.#checked.set(id, { arn, checking, done, isReady: false, isRefused: false });
  }

  async #check(session: Session, { id, keyUse }: KeyField, arn: string, checking: AbortController): Promise<void> {
    const findings = await this.#findings(session, keyUse, arn, checking.signal);
    if (checking.signal.aborted) return;
    checking.abort();
    const checked = this.#checked.get(id);
    const isReady = findings.tone === "success";
    if (checked) checked.isReady = isReady;
    const model: KeyCheckModel = { type: "keyChecked", field: id, ...findings, isOpen: !isReady };
    this.#say(this.#usedAnyway.get(id) === arn && !isReady ? usedAnyway(model) : model);
  }

  async #findings(session: Session, use: KeyUse, arn: string, signal: AbortSignal): Promise<Findings> {
    try {
      const check = await checkKey(session, use, arn, signal);
      if (!signal.aborted) this.policy = check.statement?.json;
      return findingsOf(check);
    } catch (error) {
      const why = messageOf(orDeclined(error, session.connection.profile));
      return { tone: "warning", lines: [`Could not check the key: ${shortText(why, maxLength)}`] };
    }
  }

  async #sayWhenSlow(field: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#clock.sleep(patienceMs, signal);
    } catch {
      return;
    }
    this.#say({ type: "keyChecked", field, tone: "progress", lines: ["Checking the key takes long."], isOpen: true });
  }

  #say(model: KeyCheckModel): void {
    this.#results.set(model.field, model);
    this.#post(model);
  }
}

type Findings = Pick<KeyCheckModel, "tone" | "lines" | "statement">;

function nothingToSay(field: string): KeyCheckModel {
  return { type: "keyChecked", field, tone: null, lines: [], isOpen: false };
}

function usedAnyway(model: KeyCheckModel): KeyCheckModel {
  const lines = model.tone === "progress" ? [] : model.lines;
  return { ...model, tone: "warning", lines: [...lines, "It is used anyway."], isOpen: false };
}

function findingsOf(check: KeyCheck): Findings {
  if (check.isReady) return { tone: "success", lines: ["Key is ready"] };
  const isHopeless = check.findings.some(({ severity }) => severity === "problem");
  return {
    tone: isHopeless ? "error" : "warning",
    lines: check.problems.map((text) => shortText(text, maxLength)),
    ...(check.statement && { statement: check.statement.title }),
  };
}
