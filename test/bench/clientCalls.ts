import type { Contest, Contestant, Task } from "./contest";
import { alternate, median, ratio, round, type Cost } from "./measure";
import type { Row } from "./rows";

const titles: Record<Contestant, string> = {
  ours: "this client",
  official: "the SDK client",
  bare: "a bare signed loop",
  boto3: "boto3",
};

interface Limit {
  readonly beside: Contestant;
  readonly of: keyof Cost;
  readonly goal: number;
}

/** A new process to its first list, with static credentials. */
export async function measureColdCall(contest: Contest): Promise<readonly Row[]> {
  const once = (who: Contestant) => [who, () => contest.coldMs(who, 20)] as const;
  const measures = Object.fromEntries(contest.contestants.map(once));
  const times = await alternate(12, measures as Record<Contestant, () => Promise<number>>);
  const floor = `${titles.bare}, most of which is Node's own start, ${round(median(times.bare))} ms`;
  const limits = [
    { of: "wall time", beside: "official", goal: 0.6 },
    { of: "wall time", beside: "boto3", goal: 0.2 },
  ] as const;
  return limits.map((limit) => {
    const measured = row("cold first call", contest, limit, times);
    return measured.value === undefined ? measured : { ...measured, beside: `${measured.beside}; ${floor}` };
  });
}

export async function measureReads(contest: Contest): Promise<readonly Row[]> {
  const limits: readonly Limit[] = [
    { of: "cpuMs", beside: "official", goal: 0.6 },
    { of: "wallMs", beside: "official", goal: 0.6 },
    { of: "cpuMs", beside: "bare", goal: 1.25 },
    { of: "wallMs", beside: "bare", goal: 1.25 },
  ];
  const task: Task = { task: "read", endpoint: contest.endpoint(1), count: 1_000 };
  return measureTask("1,000 reads in a row", contest, task, limits);
}

export async function measureListing(contest: Contest): Promise<readonly Row[]> {
  const limits: readonly Limit[] = [
    { of: "wallMs", beside: "bare", goal: 1.15 },
    { of: "cpuMs", beside: "official", goal: 0.5 },
    { of: "cpuMs", beside: "boto3", goal: 0.6 },
  ];
  const task: Task = { task: "list", endpoint: contest.endpoint(10_000), count: 10_000 };
  return measureTask("listing 10,000 instances", contest, task, limits);
}

/** The same where an answer takes a little, which is still less than any service in a network takes. */
export async function measureListingAtFiveMs(contest: Contest): Promise<readonly Row[]> {
  const limits: readonly Limit[] = [{ of: "wallMs", beside: "bare", goal: 1.15 }];
  const task: Task = { task: "list", endpoint: contest.endpoint(10_000), count: 10_000 };
  return measureTask("listing 10,000 instances, 5 ms a request", contest, task, limits);
}

/** After rounds that only warm up: the extension host has run for long when somebody lists again. */
async function measureTask(name: string, contest: Contest, task: Task, limits: readonly Limit[]) {
  const wanted = contest.contestants.filter((who) => who === "ours" || limits.some(({ beside }) => beside === who));
  const measures = Object.fromEntries(wanted.map((who) => [who, () => contest.cost(who, task)] as const));
  await alternate(5, measures);
  const costs = await alternate(9, measures as Record<Contestant, () => Promise<Cost>>);
  return limits.map(({ of, beside, goal }) => {
    const times = Object.fromEntries(
      Object.entries(costs).map(([who, all]) => [who, all.map((cost) => cost[of])]),
    ) as Partial<Record<Contestant, readonly number[]>>;
    return row(name, contest, { of: of === "cpuMs" ? "CPU" : "wall time", beside, goal }, times);
  });
}

function row(
  name: string,
  { missing }: Contest,
  { of, beside, goal }: { readonly of: string; readonly beside: Contestant; readonly goal: number },
  times: Readonly<Partial<Record<Contestant, readonly number[]>>>,
): Row {
  const { ours = [], [beside]: theirs } = times;
  const title = `${name}: ${of} beside ${titles[beside]}`;
  const figures = theirs && `${round(median(theirs))} ms; ${titles.ours} ${round(median(ours))} ms`;
  return {
    name: title,
    value: theirs && ratio(ours, theirs),
    unit: "×",
    beside: figures ? `${titles[beside]}: ${figures}` : (missing ?? "not there"),
    goal,
  };
}
