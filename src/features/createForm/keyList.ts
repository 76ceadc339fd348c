import { orDeclined } from "../../aws/errors";
import type { Clock } from "../../core/clock";
import type { Disposable } from "../../core/disposable";
import { messageOf } from "../../core/errors";
import type { Session } from "../../instances/connection";
import { listUsableKeys, type UsableKey } from "../../instances/keyCheck";
import { shortText } from "../../ui/text/displayText";
import { nameText } from "../../ui/text/instanceText";
import type { KeysModel } from "../../ui/page/protocol/form";
import type { Button, Choice } from "../../ui/page/protocol/pieces";

/** Of a sentence under a field, where there is no room to scroll. */
const maxLength = 1_000;

/** So long everybody waits; from then on it is said that nobody has to. */
export const patienceMs = 8_000;

const byArn = "A key can be entered by its ARN.";
const again: Button = { action: "listKeys", label: "List Again" };

/** The keys that a form offers. Each listing comes to an end that is said, and can be begun anew before. */
export class KeyList implements Disposable {
  readonly #clock: Clock;
  readonly #post: (model: KeysModel) => void;
  #listing: AbortController | undefined;
  #model: KeysModel = unconnected;

  constructor(clock: Clock, post: (model: KeysModel) => void) {
    this.#clock = clock;
    this.#post = post;
  }

  get model(): KeysModel {
    return this.#model;
  }

  list(session: Session): void {
    this.stop();
    const { signal } = (this.#listing = new AbortController());
    this.#say({ status: "loading", text: "Loading keys…" });
    void this.#sayWhenSlow(signal);
    listUsableKeys(session, signal).then(
      (keys) => this.#end(signal, { status: "ready", keys: keys.map(keyChoice) }),
      (error: unknown) => {
        const why = messageOf(orDeclined(error, session.connection.profile));
        const text = `Could not list keys: ${shortText(why, maxLength)} ${byArn}`;
        this.#end(signal, { status: "error", text, buttons: [again] });
      },
    );
  }

  /** For an account. */
  wait(): void {
    this.stop();
    this.#model = unconnected;
    this.#post(this.#model);
  }

  stop(): void {
    this.#listing?.abort();
    this.#listing = undefined;
  }

  dispose(): void {
    this.stop();
  }

  async #sayWhenSlow(signal: AbortSignal): Promise<void> {
    try {
      await this.#clock.sleep(patienceMs, signal);
    } catch {
      return;
    }
    this.#say({ status: "loading", text: `Loading keys takes long. ${byArn}`, buttons: [again] });
  }

  #end(signal: AbortSignal, said: Said): void {
    if (signal.aborted) return;
    this.stop();
    this.#say(said);
  }

  #say(said: Said): void {
    this.#model = model(said);
    this.#post(this.#model);
  }
}

type Said = Pick<KeysModel, "status" | "text"> & Partial<Pick<KeysModel, "keys" | "buttons">>;

function model({ status, text, keys = [], buttons = [] }: Said): KeysModel {
  return { type: "keys", status, keys, ...(text !== undefined && { text }), buttons };
}

const unconnected = model({ status: "waiting", text: "Keys are listed once there is a connection." });

function keyChoice({ id, arn, alias, description }: UsableKey): Choice {
  const about = [alias === undefined ? undefined : id, description].filter((part) => part !== undefined).join(", ");
  // A list of choices is as wide as its longest one.
  return { value: arn, label: nameText(alias ?? id), ...(about !== "" && { description: nameText(about) }) };
}
