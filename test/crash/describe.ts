import type { CampaignSummary } from "./campaign";
import { faults } from "./faults/list";
import { killedAbout, killedName } from "./killed";

/** The summary for people: what was done, where processes were killed, and how to repeat what ended wrong. */
export function describe({ results, seconds }: CampaignSummary): string {
  const wrong = results.filter(({ problem }) => problem !== undefined);
  const kills = tally(results.flatMap((result) => result.kills));
  const wrongByFault = new Map(tally(wrong.map(({ fault }) => fault)));
  const takenOver = results.filter(({ wasTakenOver }) => wasTakenOver).length;
  return [
    `${results.length} runs in ${Math.round(seconds)} s`,
    ...tally(results.map(({ fault }) => fault)).map(
      ([fault, runs]) =>
        `  ${count(runs)}  ${fault}${wrongByFault.has(fault) ? `: ${wrongByFault.get(fault)} WRONG` : ""}`,
    ),
    `Processes killed at (${takenOver} operations were finished by a second window that looked on):`,
    ...kills.map(([label, times]) => `  ${count(times)}  ${label}`),
    ...wrong.map(
      ({ seed, fault, scenario, problem }) =>
        `WRONG  ${fault}, ${scenario}: ${problem}\n       npm run campaign -- --runs 1 --seed ${seed}`,
    ),
    `${results.length - wrong.length} right, ${wrong.length} wrong`,
  ].join("\n");
}

/** A line for each fault: what it does, and the rows of the issue whose holes it finds. */
export function listFaults(): string {
  const all = [{ name: killedName, about: killedAbout, rows: [] as readonly number[] }, ...faults];
  const width = Math.max(...all.map(({ name }) => name.length));
  return all
    .map(
      ({ name, about, rows }) =>
        `${name.padEnd(width)}  ${about}${rows.length > 0 ? ` [rows ${rows.join(", ")}]` : ""}`,
    )
    .join("\n");
}

function tally(names: readonly string[]): [name: string, times: number][] {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times].sort(([a], [b]) => (a < b ? -1 : 1));
}

function count(times: number): string {
  return String(times).padStart(5);
}
