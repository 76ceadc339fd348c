import { measureConnections } from "./connections";
import { round } from "./measure";
import { measurePolling } from "./polling";
import type { Row } from "./rows";

export async function connectionRows(): Promise<readonly Row[]> {
  const { connections, instancesOfEach, latencyMs, allMs, oneAloneMs, allToOne, cpuOfAllMs } =
    await measureConnections();
  return [
    {
      name: `${connections} connections of ${instancesOfEach} instances, ${latencyMs} ms a request`,
      value: allToOne,
      unit: "×",
      beside: `one connection alone: ${round(oneAloneMs)} ms; all of them ${round(allMs)} ms, of which ${round(cpuOfAllMs)} ms of CPU`,
      goal: 1.25,
    },
  ];
}

/** Beside what asks for everything every 5 s: 12 lists a minute and connection, whoever looks. */
export async function pollingRows(): Promise<readonly Row[]> {
  const { hidden, idle, oneInProgress, changeSeenAfterMs } = await measurePolling();
  const row = (what: string, value: number, unit: string, beside: string, goal: number): Row => ({
    name: `polling over an hour: ${what}`,
    value,
    unit,
    beside: `everything every 5 s: ${beside}`,
    goal,
  });
  return [
    row("hidden and idle, requests", hidden.requests, "requests", "720 a connection", 0),
    row("hidden and idle, timers", hidden.timers, "timers", "one", 0),
    row("visible and idle", idle.listsPerMinuteOfConnection, "lists a minute and connection", "12", 1),
    row("one in progress among 200, instances read", oneInProgress.instancesRead, "instances", "200", 1),
    row("a change in the first two minutes is seen", changeSeenAfterMs / 1000, "s", "5 s", 5),
  ];
}
