import { join } from "node:path";
import type { Log } from "../core/log";
import { LineLog } from "./lineLog";
import { trailEvent, type TrailEvent } from "./trailEvent";

const maxEvents = 5000;
const looksPerSecond = 2;

/** What CloudTrail knows: every management event that changed something or was denied, for a while. */
export class Trail {
  /** How long after it happened an event is found. AWS takes minutes, and tells nobody how many. */
  delayMs: number;
  readonly #events: LineLog<TrailEvent>;
  /** When who looked lately. */
  readonly #looks = new Map<string, readonly number[]>();

  private constructor(events: LineLog<TrailEvent>, delayMs: number) {
    this.#events = events;
    this.delayMs = delayMs;
  }

  static async open(directory: string, delayMs: number, log: Log): Promise<Trail> {
    const events = await LineLog.open(join(directory, "events.jsonl"), trailEvent, maxEvents, log);
    return new Trail(events, delayMs);
  }

  record(event: TrailEvent): void {
    this.#events.add(event);
  }

  /** Those of the account in the Region that have been delivered by then, newest first. */
  delivered(accountId: string, region: string, nowMs: number): readonly TrailEvent[] {
    return this.#events.items
      .filter(
        ({ timeMs, event }) =>
          timeMs + this.delayMs <= nowMs && event.recipientAccountId === accountId && event.awsRegion === region,
      )
      .reverse()
      .sort((one, other) => other.timeMs - one.timeMs);
  }

  /** Two look-ups a second are allowed, to an account in a Region. */
  mayLook(accountId: string, region: string, nowMs: number): boolean {
    const place = `${accountId} ${region}`;
    const recent = (this.#looks.get(place) ?? []).filter((timeMs) => nowMs - timeMs < 1000);
    const may = recent.length < looksPerSecond;
    this.#looks.set(place, may ? [...recent, nowMs] : recent);
    return may;
  }

  /** Never rejects. */
  flush(): Promise<void> {
    return this.#events.flush();
  }
}
