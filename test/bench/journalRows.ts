import { growthRow } from "./growth";
import { measureJournal } from "./journal";
import type { Row } from "./rows";

export async function journalRows(): Promise<readonly Row[]> {
  const { sizes } = await measureJournal([100, 1_000, 6_000]);
  const largest = sizes.at(-1);
  const name = "a journal of 6,000 records";
  const before = (text: string) => `before: ${text}`;
  return [
    { name: `${name}: open`, value: largest?.openMs, unit: "ms", beside: before("2,900 ms"), goal: 300 },
    { name: `${name}: start`, value: largest?.startMs, unit: "ms", beside: before("1,700 ms"), goal: 100 },
    {
      name: `${name}: longest block`,
      value: largest && Math.max(largest.openBlockMs, largest.startBlockMs),
      unit: "ms",
      beside: before("37 ms"),
      goal: 10,
    },
    growthRow(
      "opening a journal",
      sizes.map(({ records, openMs }) => ({ instances: records, ms: openMs })),
    ),
  ];
}
