import { z } from "zod";

const count = z.number().catch(0);
const counts = z.record(z.string(), z.number()).catch({});
const distribution = z.array(z.number()).catch([]);
const batches = z.object({ statements: count, rows: count }).catch({ statements: 0, rows: 0 });
const lane = z.object({ ready: count, oldestSeconds: count }).catch({ ready: 0, oldestSeconds: 0 });

/**
 * What a process writes of itself into a ProcessSample. Counts are since its start. What another version left out or
 * called otherwise counts as nothing.
 */
export const Figures = z.object({
  /** Requests to webhook URLs by how they ended. */
  requests: counts,
  /** Per bound of LATENCY_BOUNDS, not added up. */
  acceptSeconds: distribution,
  syncAnswerSeconds: distribution,
  receiptsUnrecorded: count,
  turnedAway: count,
  acceptBatches: batches,
  settleBatches: batches,
  cacheHits: count,
  cacheMisses: count,
  /** Transactions by the state they ended in. */
  ended: counts,
  claims: count,
  claimedJobs: count,
  rescuedJobs: count,
  memoryBytes: count,
  /** The 99th percentile since the sample before, in seconds. */
  eventLoopLagSeconds: count,
  /** How long the sample before took to write; null for the first. */
  databaseSeconds: z.number().nullable().catch(null),
  /** Connections by pool. */
  pools: z.record(z.string(), z.object({ busy: count, most: count, waiting: count })).catch({}),
  /** Of a worker. */
  slots: z.object({ used: count, most: count }).nullable().catch(null),
  hasLease: z.boolean().nullable().catch(null),
  /** How the whole installation's queue stands; null unless this process was the one to look. */
  queue: z
    .object({ synchronous: lane, normal: lane, claimed: count, waiting: count, stopped: count, held: count })
    .nullable()
    .catch(null),
});
export type Figures = z.infer<typeof Figures>;
