import type { Disposable } from "../../core/disposable";
import { isCancelled, messageOf } from "../../core/errors";
import type { Session } from "../../instances/connection";
import type { KeyField } from "../../instances/kind";
import { checkKey, listUsableKeys, type KeyCheck, type UsableKey } from "../../instances/keyCheck";
import { shortText } from "../../ui/text/displayText";
import { nameText } from "../../ui/text/instanceText";
import type { Choice, KeyCheckModel, KeysModel } from "../../ui/page/protocol";

/** Of a sentence under a field, where there is no room to scroll. */
const maxLength = 1_000;

/** The keys that a form offers, and what the check of the chosen one says. Nothing is asked before a field needs it. */
export class FormKeys implements Disposable {
  readonly #post: (message: KeysModel | KeyCheckModel) => void;
  readonly #fields = new Map<string, KeyField>();
  readonly #results = new Map<string, KeyCheckModel>();
  readonly #checked = new Map<string, string>();
  readonly #checking = new Map<string, AbortController>();
  #session: Session | undefined;
  #listing: AbortController | undefined;
  #keys: KeysModel = { type: "keys", status: "loading", keys: [] };

  constructor(post: (message: KeysModel | KeyCheckModel) => void) {
    this.#post = post;
  }

  /** The policy statement that the last check found missing. */
  policy: string | undefined;

  /** Keys belong to an account and a region: another session has others. */
  setSession(session: Session | undefined): void {
    if (session === this.#session) return;
    this.#session = session;
    this.#listing?.abort();
    this.#listing = undefined;
    this.#forgetChecks();
    this.#list();
  }

  setFields(fields: readonly KeyField[]): void {
    this.#forgetChecks();
    this.#fields.clear();
    this.#results.clear();
    for (const field of fields) {
      this.#fields.set(field.id, field);
      this.#results.set(field.id, nothingToSay(field.id));
    }
    this.#list();
  }

  /** Checks the key of each field that has another one than before. An empty value is the service's own key. */
  check(valueOf: (field: string) => string): void {
    const session = this.#session;
    if (!session) return;
    for (const field of this.#fields.values()) {
      const { id } = field;
      const arn = valueOf(id);
      if ((this.#checked.get(id) ?? "") === arn) continue;
      this.#checked.set(id, arn);
      this.#checking.get(id)?.abort();
      if (arn === "") this.#say(nothingToSay(id));
      else void this.#checkOne(session, field, arn);
    }
  }

  postAll(): void {
    if (this.#fields.size === 0) return;
    this.#post(this.#keys);
    for (const model of this.#results.values()) this.#post(model);
  }

  dispose(): void {
    this.#listing?.abort();
    this.#forgetChecks();
  }

  #forgetChecks(): void {
    for (const checking of this.#checking.values()) checking.abort();
    this.#checking.clear();
    this.#checked.clear();
  }

  #list(): void {
    const session = this.#session;
    if (!session || this.#fields.size === 0 || this.#listing) return;
    const listing = (this.#listing = new AbortController());
    this.#setKeys({ type: "keys", status: "loading", keys: [] });
    listUsableKeys(session, listing.signal).then(
      (keys) => {
        if (!listing.signal.aborted) this.#setKeys({ type: "keys", status: "ready", keys: keys.map(keyChoice) });
      },
      (error: unknown) => {
        if (listing.signal.aborted || isCancelled(error)) return;
        const text = `Could not list keys: ${shortText(messageOf(error), maxLength)} A key can be entered by its ARN.`;
        this.#setKeys({ type: "keys", status: "error", keys: [], text });
      },
    );
  }

  #setKeys(model: KeysModel): void {
    this.#keys = model;
    this.#post(model);
  }

  async #checkOne(session: Session, { id: field, keyUse }: KeyField, arn: string): Promise<void> {
    const checking = new AbortController();
    this.#checking.set(field, checking);
    this.#say({ type: "keyChecked", field, tone: "progress", lines: ["Checking the key…"] });
    const say = (model: KeyCheckModel) => {
      if (!checking.signal.aborted) this.#say(model);
    };
    try {
      const check = await checkKey(session, keyUse, arn, checking.signal);
      if (!checking.signal.aborted) this.policy = check.statement;
      say(checkModel(field, check));
    } catch (error) {
      if (isCancelled(error)) return;
      say({
        type: "keyChecked",
        field,
        tone: "warning",
        lines: [`Could not check the key: ${shortText(messageOf(error), maxLength)}`],
      });
    }
  }

  #say(model: KeyCheckModel): void {
    this.#results.set(model.field, model);
    this.#post(model);
  }
}

function nothingToSay(field: string): KeyCheckModel {
  return { type: "keyChecked", field, tone: null, lines: [] };
}

function checkModel(field: string, check: KeyCheck): KeyCheckModel {
  if (check.isReady) return { type: "keyChecked", field, tone: "success", lines: ["Key is ready"] };
  const tone = check.findings.some(({ severity }) => severity === "problem") ? "error" : "warning";
  const statement = check.statement === undefined ? {} : { statement: "policy statement" };
  return {
    type: "keyChecked",
    field,
    tone,
    lines: check.problems.map((text) => shortText(text, maxLength)),
    ...statement,
  };
}

function keyChoice({ id, arn, alias, description }: UsableKey): Choice {
  const about = [alias === undefined ? undefined : id, description].filter((part) => part !== undefined).join(", ");
  // A list of choices is as wide as its longest one.
  return { value: arn, label: nameText(alias ?? id), ...(about !== "" && { description: nameText(about) }) };
}
