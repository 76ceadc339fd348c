import type { Log } from "../../src/core/log";

/** Every line of every level. */
export class RecordingLog implements Log {
  readonly lines: string[] = [];
  readonly trace = (line: string) => void this.lines.push(line);
  readonly debug = this.trace;
  readonly info = this.trace;
  readonly warn = this.trace;
  readonly error = this.trace;
}
