import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { Figures } from "./figures";
import { LOOP_RESOLUTION_MS, type MetricSources } from "./registry";
import { endStates, outcomes, shownName, tallies } from "./tallies";
import type { Distribution } from "./tally";

const total = (counts: Float64Array) => counts.reduce((sum, count) => sum + count, 0);

const batchesOf = (distribution: Distribution) => ({ statements: distribution.count, rows: distribution.sum });

/** Those entries of a record that are not 0. */
const present = (entries: [string, number][]) => Object.fromEntries(entries.filter(([, count]) => count > 0));

/** The 99th percentile since it was asked last, in seconds. */
function takeLag(loop: IntervalHistogram): number {
  const lateMs = loop.percentile(99) / 1e6 - LOOP_RESOLUTION_MS;
  loop.reset();
  return Number.isFinite(lateMs) ? Math.max(lateMs, 0) / 1_000 : 0;
}

export type Collected = Omit<Figures, "databaseSeconds" | "queue">;

/** Makes a function that takes a process's own figures as they are now. */
export function createCollector(sources: Pick<MetricSources, "pools" | "worker">): {
  take: () => Collected;
  close: () => void;
} {
  const loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
  loop.enable();
  const take = (): Collected => {
    const worker = sources.worker?.();
    return {
      requests: present(outcomes.map((outcome) => [shownName(outcome), total(tallies.requests[outcome])])),
      acceptSeconds: [...tallies.acceptSeconds.counts],
      syncAnswerSeconds: [...tallies.syncAnswerSeconds.counts],
      receiptsUnrecorded: tallies.receiptsUnrecorded.value,
      turnedAway: tallies.turnedAway.value,
      acceptBatches: batchesOf(tallies.acceptBatch),
      settleBatches: batchesOf(tallies.settleBatch),
      cacheHits: tallies.cacheHits.value,
      cacheMisses: tallies.cacheMisses.value,
      ended: present(endStates.map((state) => [shownName(state), tallies.ended[state].value])),
      claims: tallies.claims.value,
      claimedJobs: tallies.claimedJobs.value,
      rescuedJobs: tallies.rescuedJobs.value,
      memoryBytes: process.memoryUsage.rss(),
      eventLoopLagSeconds: takeLag(loop),
      pools: Object.fromEntries(
        Object.entries(sources.pools).map(([name, { totalCount, idleCount, waitingCount, options }]) => [
          name,
          { busy: totalCount - idleCount, most: options.max, waiting: waitingCount },
        ]),
      ),
      slots: worker ? { used: worker.slotsUsed, most: worker.slots } : null,
      hasLease: worker?.hasLease ?? null,
    };
  };
  return { take, close: () => loop.disable() };
}
