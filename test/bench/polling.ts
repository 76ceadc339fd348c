import { FakeClock } from "../fakes/clock";
import { createPagedCloud, type PagedCloudOptions } from "../fakes/pagedCloud";
import { round } from "./measure";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** What the sync asks the services for in hours of a script, and how soon a change is in the store. Time is not real. */
export async function measurePolling() {
  return {
    hidden: await whileHidden(),
    idle: await whileIdle(),
    oneInProgress: await whileOneIsInProgress(),
    changeSeenAfterMs: await untilChangeIsSeen(),
    tenThousand: await afterLoadingAll(),
    hundredConnections: await mostInOneSecond(),
  };
}

async function over<T>(
  options: PagedCloudOptions,
  script: (world: ReturnType<typeof createPagedCloud> & { readonly clock: FakeClock }) => Promise<T>,
): Promise<T> {
  const clock = new FakeClock();
  const cloud = createPagedCloud(clock, options);
  try {
    return await script({ ...cloud, clock });
  } finally {
    cloud.dispose();
  }
}

/** An hour out of sight, after the view was shown once. */
function whileHidden() {
  return over({ connections: 3 }, async ({ clock, sync, requests }) => {
    sync.setVisible(true);
    await clock.advance(0);
    sync.setVisible(false);
    requests.length = 0;
    await clock.advance(hourMs);
    return { requests: requests.length, timers: clock.pending.length };
  });
}

/** An hour in view in which nothing changes, of lists of one page. */
function whileIdle() {
  return over({ connections: 3, count: 10 }, async ({ clock, sync, requests, connections }) => {
    sync.setVisible(true);
    await clock.advance(hourMs - 1);
    return { listsPerMinuteOfConnection: round(requests.length / connections.length / 60) };
  });
}

/** An hour in which one of two hundred is in progress for ten minutes. */
function whileOneIsInProgress() {
  return over({ count: 200 }, async ({ clock, sync, requests, change }) => {
    change("i-7", "creating");
    sync.setVisible(true);
    await clock.advance(10 * minuteMs);
    change("i-7", "ready");
    await clock.advance(hourMs - 10 * minuteMs);
    const reads = requests.filter(({ what }) => what.startsWith("get"));
    return { instancesRead: new Set(reads.map(({ what }) => what)).size, reads: reads.length };
  });
}

/** The longest of changes at several moments of the first two minutes. */
async function untilChangeIsSeen(): Promise<number> {
  const delays = [1, 2_500, 4_999, 30_001, 61_234, 90_000, 115_001, 119_999].map((changesAt) =>
    over({ count: 200 }, async ({ clock, sync, store, key, change }) => {
      change("i-7", "creating");
      sync.setVisible(true);
      await clock.advance(changesAt);
      let seenAt: number | undefined;
      store.onDidChange(() => {
        if (store.instance(key, "fake", "i-7")?.phase === "ready") seenAt ??= clock.monotonic();
      });
      change("i-7", "ready");
      await clock.advance(2 * minuteMs);
      return (seenAt ?? Infinity) - changesAt;
    }),
  );
  return Math.max(...(await Promise.all(delays)));
}

/** An hour after Load All: beside it, an interval for lists of any length. */
function afterLoadingAll() {
  return over({ count: 10_000 }, async ({ clock, sync, requests, key }) => {
    sync.setVisible(true);
    await clock.advance(0);
    await sync.loadAll(key, "fake", new AbortController().signal);
    requests.length = 0;
    await clock.advance(hourMs);
    return { requestsPerMinute: round(requests.length / 60), atEveryInterval: 500 };
  });
}

/** In the ten minutes after all connections were listed together. */
function mostInOneSecond() {
  return over({ connections: 100, count: 10, random: Math.random }, async ({ clock, sync, requests }) => {
    sync.setVisible(true);
    await clock.advance(0);
    const together = requests.length;
    await clock.advance(10 * minuteMs);
    const perSecond = new Map<number, number>();
    for (const { at } of requests.slice(together)) {
      const second = Math.floor(at / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
    }
    return { together, mostInOneSecond: Math.max(...perSecond.values()) };
  });
}
