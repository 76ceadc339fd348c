import type { Log } from "../../src/core/log";

/** Every line of every level. */
export class RecordingLog implements Log {
  readonly entries: { readonly level: keyof Log; readonly line: string }[] = [];
  readonly trace = this.#at("trace");
  readonly debug = this.#at("debug");
  readonly info = this.#at("info");
  readonly warn = this.#at("warn");
  readonly error = this.#at("error");

  get lines(): readonly string[] {
    return this.entries.map(({ line }) => line);
  }

  #at(level: keyof Log) {
    return (line: string) => void this.entries.push({ level, line });
  }
}
