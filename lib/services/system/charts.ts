import type { ChartId, SystemChart } from "@/lib/contracts/system";
import { receiptOutcomes } from "@/lib/contracts/webhooks";
import type { Figures } from "@/lib/metrics/figures";
import {
  amounts,
  gauges,
  type ProcessSamples,
  percentiles,
  rates,
  ratios,
  type Stretches,
  sum,
  together,
  type Values,
} from "./series";

type Line = { key: string; values: Values };

const ended = ["completed", "failed", "cancelled", "discarded"];

/** Lines on which something happened, and those that are always there. */
const worthShowing = (lines: Line[], always: readonly string[]) =>
  lines.filter(({ key, values }) => always.includes(key) || values.some((value) => value !== null && value > 0));

const wherever = (lines: Line[]) => lines.filter(({ values }) => values.some((value) => value !== null));

/** Draws an installation's charts from the samples of its processes; `listed` are the ones whose memory is shown. */
export function chartsOf(
  processes: readonly ProcessSamples[],
  { stretches, listed }: { stretches: Stretches; listed: ReadonlySet<string> },
): SystemChart[] {
  const rate = (key: string, read: (figures: Figures) => number): Line => ({
    key,
    values: rates(processes, read, stretches),
  });
  const ratio = (key: string, read: (figures: Figures) => number, per: (figures: Figures) => number): Line => ({
    key,
    values: ratios(processes, read, per, stretches),
  });
  const gauge = (key: string, join: (...values: number[]) => number, read: Parameters<typeof gauges>[1]): Line => ({
    key,
    values: together(
      processes.map((process) => gauges(process, read, stretches)),
      join,
      stretches.count,
    ),
  });
  const latencies = (read: (figures: Figures) => readonly number[]): Line[] =>
    ([0.5, 0.99] as const).map((share) => ({
      key: `p${share * 100}`,
      values: percentiles(processes, read, { share, stretches }),
    }));
  const memory = processes
    .filter(({ id }) => listed.has(id))
    .map((process) => ({ key: process.id, values: gauges(process, ({ memoryBytes }) => memoryBytes, stretches) }));
  const pools = [
    ...new Set(processes.flatMap(({ samples }) => Object.keys(samples.at(-1)?.figures.pools ?? {}))),
  ].sort();

  const charts: Record<ChartId, Line[]> = {
    requests: worthShowing(
      receiptOutcomes.map((outcome) => rate(outcome, ({ requests }) => requests[outcome] ?? 0)),
      ["accepted"],
    ),
    "accept-latency": latencies(({ acceptSeconds }) => acceptSeconds),
    "sync-latency": latencies(({ syncAnswerSeconds }) => syncAnswerSeconds),
    ended: worthShowing(
      ended.map((state) => rate(state, (figures) => figures.ended[state] ?? 0)),
      ["completed", "failed"],
    ),
    "queue-depth": worthShowing(
      [
        gauge("synchronous", Math.max, ({ queue }) => queue?.synchronous.ready),
        gauge("normal", Math.max, ({ queue }) => queue?.normal.ready),
        gauge("waiting", Math.max, ({ queue }) => queue?.waiting),
        gauge("held", Math.max, ({ queue }) => queue?.held),
      ],
      ["synchronous", "normal", "waiting"],
    ),
    "queue-age": [
      gauge("synchronous", Math.max, ({ queue }) => queue?.synchronous.oldestSeconds),
      gauge("normal", Math.max, ({ queue }) => queue?.normal.oldestSeconds),
    ],
    slots: [gauge("used", sum, ({ slots }) => slots?.used), gauge("most", sum, ({ slots }) => slots?.most)],
    claims: [rate("statements", ({ claims }) => claims), rate("jobs", ({ claimedJobs }) => claimedJobs)],
    rescues: [{ key: "jobs", values: amounts(processes, ({ rescuedJobs }) => rescuedJobs, stretches).map(whole) }],
    "batch-size": [
      ratio(
        "accept",
        ({ acceptBatches }) => acceptBatches.rows,
        ({ acceptBatches }) => acceptBatches.statements,
      ),
      ratio(
        "settle",
        ({ settleBatches }) => settleBatches.rows,
        ({ settleBatches }) => settleBatches.statements,
      ),
    ],
    cache: [
      ratio(
        "hits",
        ({ cacheHits }) => cacheHits,
        ({ cacheHits, cacheMisses }) => cacheHits + cacheMisses,
      ),
    ],
    connections: [
      ...pools.map((pool) => gauge(pool, sum, (figures) => figures.pools[pool]?.busy)),
      gauge("waiting", sum, ({ pools: all }) => sum(...Object.values(all).map(({ waiting }) => waiting))),
    ],
    memory,
  };
  return Object.entries(charts).map(([id, series]) => ({ id: id as ChartId, series: wherever(series) }));
}

const whole = (value: number | null) => (value === null ? null : Math.round(value * 100) / 100);
