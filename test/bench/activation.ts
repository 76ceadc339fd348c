import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInHost } from "../vscode/runHost";
import type { ActivationFigures } from "./activationHost/index";
import { median, round } from "./measure";
import type { Row } from "./rows";

/** Load and `activate()` in a real extension host, over what an empty extension takes in the same host. */
export async function measureActivation(): Promise<readonly Row[]> {
  const directory = await mkdtemp(join(tmpdir(), "app-instances-empty-"));
  try {
    const empty = join(directory, "extension.js");
    await writeFile(empty, "exports.activate = () => {};\n");
    const { results, failure } = await runInHost("test/bench/activationHost", { APP_INSTANCES_BENCH: empty });
    if (failure) throw failure;
    const { empty: base, warm, cold } = results as ActivationFigures;
    const over = (times: readonly number[]) => median(times.map((ms, index) => ms - (base[index] ?? Number.NaN)));
    const beside = `an empty extension in the same host: ${round(median(base))} ms`;
    return [
      { name: "activation, compiled before: over an empty extension", value: over(warm), unit: "ms", beside, goal: 20 },
      {
        name: "activation, not compiled yet: over an empty extension",
        value: over(cold),
        unit: "ms",
        beside,
        goal: 20,
      },
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
