import { z } from "zod";
import { Id, Time } from "./common";

/** How far back the System page looks. */
export const systemRanges = ["15m", "1h", "24h"] as const;
export type SystemRange = (typeof systemRanges)[number];
export const SystemQuery = z.object({ range: z.enum(systemRanges).default("15m") });

/** One web or worker process of the installation. */
export const ProcessView = z.object({
  id: Id,
  kind: z.enum(["web", "worker"]),
  host: z.string(),
  pid: z.number().int(),
  version: z.string(),
  startedAt: Time,
  lastSeenAt: Time,
  /** It should run, and has given no sign of life for 35 s. */
  silent: z.boolean(),
  memoryBytes: z.number(),
  /** How late its event loop was, 99th percentile of the last 10 s. */
  eventLoopLagMs: z.number(),
  /** How long its last write of a few rows took; null before the second one. */
  databaseMs: z.number().nullable(),
  /** Of a worker: the transactions that it runs, and may run, at the same time. */
  slots: z.object({ used: z.number(), most: z.number() }).nullable(),
});
export type ProcessView = z.infer<typeof ProcessView>;

export const systemProblems = [
  "no-worker",
  "no-lease",
  "process-silent",
  "queue-old",
  "synchronous-queue-old",
  "turned-away",
  "not-stored",
  "jobs-rescued",
  "database-slow",
  "connections-short",
  "process-late",
  "versions-differ",
] as const;

/** What is wrong, in words for people: `title` says what is so, `detail` what it means and what to do. */
export const SystemProblem = z.object({
  code: z.enum(systemProblems),
  level: z.enum(["error", "warn"]),
  title: z.string(),
  detail: z.string(),
});
export type SystemProblem = z.infer<typeof SystemProblem>;

const LaneView = z.object({ ready: z.number(), oldestSeconds: z.number() });

/** How the queue stands now; beyond 10,000 jobs these are estimates. */
export const QueueView = z.object({
  synchronous: LaneView,
  normal: LaneView,
  claimed: z.number(),
  waiting: z.number(),
  stopped: z.number(),
  /** Not begun because a hold is on what they belong to. */
  held: z.number(),
});
export type QueueView = z.infer<typeof QueueView>;

/** What is drawn, in the order of the page. Rates are per second, latencies in milliseconds, shares from 0 to 1. */
export const chartIds = [
  "requests",
  "accept-latency",
  "sync-latency",
  "ended",
  "queue-depth",
  "queue-age",
  "slots",
  "claims",
  "rescues",
  "batch-size",
  "cache",
  "connections",
  "memory",
] as const;
export type ChartId = (typeof chartIds)[number];

export const SystemChart = z.object({
  id: z.enum(chartIds),
  /** `key` tells the lines of a chart apart; of "memory" it is the process's id. One value per stretch of time, null where nothing is known. */
  series: z.array(z.object({ key: z.string(), values: z.array(z.number().nullable()) })),
});
export type SystemChart = z.infer<typeof SystemChart>;

export const SystemView = z.object({
  /** By the database's clock. */
  now: Time,
  range: z.enum(systemRanges),
  /** Where the first stretch of the charts begins, and how long each is. */
  from: Time,
  stepSeconds: z.number().int(),
  problems: z.array(SystemProblem),
  processes: z.array(ProcessView),
  queue: QueueView,
  charts: z.array(SystemChart),
});
export type SystemView = z.infer<typeof SystemView>;
