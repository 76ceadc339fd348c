import type { CampaignSummary } from "./campaign";

/** The summary for people: what was done, where processes were killed, and how to repeat what failed. */
export function describe(summary: CampaignSummary): string {
  const kills = [...summary.kills].sort(([a], [b]) => (a < b ? -1 : 1));
  const count = kills.reduce((sum, [, times]) => sum + times, 0);
  return [
    `${summary.runs} runs in ${summary.seconds} s: ${count} processes killed, ${summary.takenOver} operations finished by a second window, ${summary.withFaults} runs with faults of the service`,
    ...kills.map(([label, times]) => `  ${String(times).padStart(5)}  ${label}`),
    ...summary.failures.map(
      ({ seed, scenario, problem }) =>
        `FAILED  ${scenario}: ${problem}\n        npm run campaign -- --runs 1 --seed ${seed}`,
    ),
    `${summary.runs - summary.failures.length} right, ${summary.failures.length} wrong`,
  ].join("\n");
}
