import type { Pool } from "pg";
import { collectDefaultMetrics, type Metric, Registry } from "prom-client";
import type { QueueFigures } from "@/lib/queue/queue-figures";
import { endStates, outcomes, shownName, tallies } from "./tallies";
import type { Count, Distribution } from "./tally";

export type PoolFigures = Pick<Pool, "totalCount" | "idleCount" | "waitingCount" | "options">;

export type WorkerFigures = { slots: number; slotsUsed: number; hasLease: boolean };

export type MetricSources = {
  kind: "web" | "worker";
  version: string;
  /** Pools of database connections by name. */
  pools: Readonly<Record<string, PoolFigures>>;
  /** How the queue stands; undefined when the database doesn't say. */
  queue: () => Promise<QueueFigures | undefined>;
  /** Of a web process: synchronous callers who wait now. */
  syncCallers?: () => number;
  /** Of a web process: it turns requests away because too much waits to be stored. */
  isDoorClosed?: () => boolean;
  /** Of a worker. */
  worker?: () => WorkerFigures;
  /** Threads for users' scripts, scripts that run and scripts that wait; undefined while none was ever run. */
  scripts?: () => { threads: number; running: number; waiting: number } | undefined;
};

type Value = { labels?: Record<string, string>; value: number; metricName?: string };
type Read = () => Value[] | Promise<Value[]>;

/** How often the event loop is asked whether it is late, in milliseconds. */
export const LOOP_RESOLUTION_MS = 20;

/**
 * Puts figures that are kept elsewhere into a registry. prom-client's own counters look up their labels at every count,
 * which costs more than what is counted here.
 */
class Shown {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  add(type: "counter" | "gauge" | "histogram", name: string, help: string, read: Read): void {
    const get = async () => ({ name, help, type, values: await read(), aggregator: "sum" });
    this.#registry.registerMetric({ name, help, type, get, reset() {} } as unknown as Metric);
  }

  count(name: string, help: string, count: Count): void {
    this.add("counter", name, help, () => [{ value: count.value }]);
  }

  distribution(name: string, help: string, distribution: Distribution): void {
    this.add("histogram", name, help, () => bucketsOf(name, distribution, {}));
  }
}

function bucketsOf(name: string, { bounds, counts, sum }: Distribution, labels: Record<string, string>): Value[] {
  let below = 0;
  const buckets = counts.map((count, index) => {
    below += count;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: String(bounds[index] ?? "+Inf") }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: below },
  ];
}

/** The figures of one process, for Prometheus; `docs/operations.md` lists them. */
export function createRegistry(sources: MetricSources): Registry {
  const registry = new Registry();
  const shown = new Shown(registry);
  shown.add("gauge", "spoke_build_info", "The version that runs; always 1.", () => [
    { labels: { kind: sources.kind, version: sources.version }, value: 1 },
  ]);
  addDatabase(shown, sources);
  addTransactions(shown);
  addScripts(shown, sources);
  if (sources.kind === "web") addDoor(shown, sources);
  else addWorker(shown, sources);
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_RESOLUTION_MS });
  return registry;
}

function addScripts(shown: Shown, { scripts }: MetricSources): void {
  const of = (read: (figures: { threads: number; running: number; waiting: number }) => number) => () => [
    { value: read(scripts?.() ?? { threads: 0, running: 0, waiting: 0 }) },
  ];
  shown.add(
    "gauge",
    "spoke_script_threads",
    "Threads for users' scripts.",
    of(({ threads }) => threads),
  );
  shown.add(
    "gauge",
    "spoke_scripts_running",
    "Users' scripts that are run now.",
    of(({ running }) => running),
  );
  shown.add(
    "gauge",
    "spoke_scripts_waiting",
    "Users' scripts that wait for a thread.",
    of(({ waiting }) => waiting),
  );
}

function addDatabase(shown: Shown, { pools, queue }: MetricSources): void {
  const perPool = (read: (pool: PoolFigures) => [labels: Record<string, string>, value: number][]) => () =>
    Object.entries(pools).flatMap(([pool, figures]) =>
      read(figures).map(([labels, value]) => ({ labels: { pool, ...labels }, value })),
    );
  shown.add(
    "gauge",
    "spoke_database_connections",
    "Connections to the database, by pool and whether they are in use.",
    perPool(({ totalCount, idleCount }) => [
      [{ state: "busy" }, totalCount - idleCount],
      [{ state: "idle" }, idleCount],
    ]),
  );
  const waiting = perPool(({ waitingCount }) => [[{}, waitingCount]]);
  shown.add("gauge", "spoke_database_waiting", "Statements that wait for a connection, by pool.", waiting);
  shown.add(
    "gauge",
    "spoke_database_up",
    "1 when the database has answered this process in time, else 0.",
    async () => [{ value: (await queue()) ? 1 : 0 }],
  );
  const ofQueue = (read: (figures: QueueFigures) => Value[]) => async () => {
    const figures = await queue();
    return figures ? read(figures) : [];
  };
  const perLane = (read: (lane: QueueFigures["normal"]) => number) =>
    ofQueue(({ synchronous, normal }) => [
      { labels: { lane: "synchronous" }, value: read(synchronous) },
      { labels: { lane: "normal" }, value: read(normal) },
    ]);
  const everywhere = "Of the whole installation, the same in every process.";
  shown.add(
    "gauge",
    "spoke_queue_jobs_ready",
    `Jobs that a worker may take now, by lane. ${everywhere}`,
    perLane((lane) => lane.ready),
  );
  shown.add(
    "gauge",
    "spoke_queue_oldest_ready_seconds",
    `How long the oldest ready job has waited for a worker, by lane. ${everywhere}`,
    perLane((lane) => lane.oldestSeconds),
  );
  shown.add(
    "gauge",
    "spoke_queue_jobs",
    `Other jobs by state: claimed by workers, waiting for their time, stopped with their cycle, held by a hold. ${everywhere}`,
    ofQueue(({ claimed, waiting, stopped, held }) =>
      Object.entries({ claimed, waiting, stopped, held }).map(([state, value]) => ({ labels: { state }, value })),
    ),
  );
}

function addTransactions(shown: Shown): void {
  shown.add("counter", "spoke_transactions_ended_total", "Transactions that this process has ended, by state.", () =>
    endStates.map((state) => ({ labels: { state: shownName(state) }, value: tallies.ended[state].value })),
  );
}

function addDoor(shown: Shown, { syncCallers, isDoorClosed }: MetricSources): void {
  shown.add(
    "counter",
    "spoke_webhook_requests_total",
    "Requests to webhook URLs, by outcome and HTTP status; the status is none for callers who went away.",
    () =>
      outcomes.flatMap((outcome) =>
        [...tallies.requests[outcome].entries()]
          .filter(([, count]) => count > 0)
          .map(([status, value]) => ({
            labels: { outcome: shownName(outcome), status: String(status || "none") },
            value,
          })),
      ),
  );
  shown.distribution(
    "spoke_webhook_accept_seconds",
    "From a request's head to the answer that it is accepted, for webhooks that don't wait for a response.",
    tallies.acceptSeconds,
  );
  shown.distribution(
    "spoke_webhook_sync_answer_seconds",
    "From a request's head to its answer, for synchronous webhooks.",
    tallies.syncAnswerSeconds,
  );
  shown.add("gauge", "spoke_webhook_sync_callers", "Synchronous callers who wait for their answer now.", () => [
    { value: syncCallers?.() ?? 0 },
  ]);
  shown.count(
    "spoke_webhook_receipts_unrecorded_total",
    "Requests that were answered and counted, but have no receipt.",
    tallies.receiptsUnrecorded,
  );
  shown.count(
    "spoke_webhook_requests_turned_away_total",
    "Requests answered 503 unread because too much waited to be stored; they are among the requests above, too.",
    tallies.turnedAway,
  );
  shown.add("gauge", "spoke_webhook_door_closed", "1 while requests are turned away like that, else 0.", () => [
    { value: isDoorClosed?.() ? 1 : 0 },
  ]);
  shown.distribution("spoke_accept_batch_size", "Requests accepted with one statement.", tallies.acceptBatch);
  shown.add("counter", "spoke_webhook_cache_lookups_total", "Webhooks looked up in memory, by result.", () => [
    { labels: { result: "hit" }, value: tallies.cacheHits.value },
    { labels: { result: "miss" }, value: tallies.cacheMisses.value },
  ]);
}

function addWorker(shown: Shown, { worker }: MetricSources): void {
  const gauge = (name: string, help: string, read: (figures: WorkerFigures) => number) =>
    shown.add("gauge", name, help, () => (worker ? [{ value: read(worker()) }] : []));
  shown.count("spoke_claims_total", "Statements that asked for jobs.", tallies.claims);
  shown.count("spoke_claimed_jobs_total", "Jobs that those statements gave.", tallies.claimedJobs);
  shown.count("spoke_rescued_jobs_total", "Jobs taken back from workers that are gone.", tallies.rescuedJobs);
  shown.distribution("spoke_settle_batch_size", "Transactions written with one statement.", tallies.settleBatch);
  shown.add(
    "histogram",
    "spoke_step_seconds",
    "From the beginning of a step to its end, waits and retries included, by type.",
    () =>
      Object.entries(tallies.stepSeconds)
        .filter(([, distribution]) => distribution.count > 0)
        .flatMap(([type, distribution]) => bucketsOf("spoke_step_seconds", distribution, { type })),
  );
  gauge("spoke_worker_slots", "Transactions that this worker may run at the same time.", ({ slots }) => slots);
  gauge("spoke_worker_slots_used", "Transactions that it runs now.", ({ slotsUsed }) => slotsUsed);
  gauge("spoke_worker_lease_valid", "1 while what this worker holds is its own, else 0.", ({ hasLease }) =>
    hasLease ? 1 : 0,
  );
}
