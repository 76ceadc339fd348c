import { growth, growthRow } from "./growth";
import { round } from "./measure";
import type { Row } from "./rows";
import { measureTree } from "./tree";

export async function treeRows(): Promise<readonly Row[]> {
  const all = await measureTree(growth);
  const at = (instances: number) => {
    const found = all.find((figures) => figures.instances === instances);
    if (!found) throw new Error(`The tree was not measured at ${instances} instances.`);
    return found;
  };
  const tree = at(10_000);
  const points = (of: "firstChildrenMs" | "changeMs" | "refreshMs") =>
    all.map(({ instances, [of]: ms }) => ({ instances, ms }));
  return [
    {
      name: "tree at 10,000: first children",
      value: tree.firstChildrenMs,
      unit: "ms",
      beside: `plain items: ${round(tree.plainChildrenMs)} ms`,
      goal: 50,
    },
    {
      name: "tree at 10,000: rows redrawn by one change",
      value: tree.rowsDrawnByChange,
      unit: "rows",
      beside: `the one that changed, in ${round(tree.changeMs)} ms`,
      goal: 1,
    },
    {
      name: "tree at 10,000: rows redrawn by a refresh that changes nothing",
      value: tree.rowsDrawnByRefresh,
      unit: "rows",
      beside: `none, in ${round(tree.refreshMs)} ms`,
      goal: 0,
    },
    {
      name: "tree at 10,000: memory of an instance",
      value: tree.bytesAnInstance / 1024,
      unit: "KiB",
      beside: `a plain item: ${round(tree.bytesAPlainItem / 1024)} KiB`,
      goal: 1.5,
    },
    growthRow("the tree's first children", points("firstChildrenMs")),
    growthRow("one change in the tree", points("changeMs")),
    growthRow("a refresh of the tree", points("refreshMs")),
    {
      name: "longest block of the tree at 100,000 instances",
      value: at(100_000).longestBlockMs,
      unit: "ms",
      beside: `at 10,000: ${round(tree.longestBlockMs)} ms`,
      goal: 50,
    },
  ];
}
