import { outcomeLabels } from "@/components/webhooks/outcome";
import type { ChartId } from "@/lib/contracts/system";
import { formatBytes, formatCount, formatDuration } from "@/lib/core/format";

type Tone = "accent" | "ok" | "waiting" | "failed" | "info" | "idle";

/** How a line looks: lines of one chart differ by their dashes too, so colour is not needed to tell them apart. */
export type LineLook = { label: string; tone: Tone; dash?: string };

/** One line of a chart: a value per stretch of time, and how it looks. */
export type ChartLine = { key: string; values: readonly (number | null)[]; look: LineLook };

export type ChartKind = {
  title: string;
  /** What the numbers are. */
  unit: string;
  format: (value: number) => string;
  /** What the scale has round numbers of, 1 when it is left out: mebibytes. */
  scaleUnit?: number;
  /** By key; what is not here is drawn by its place. */
  lines: Readonly<Record<string, LineLook>>;
};

const LONG = "6 4";
const SHORT = "2 3";
const MIXED = "8 3 2 3";

const shortNumber = (value: number) =>
  value >= 1_000
    ? formatCount(Math.round(value))
    : String(Math.round(value * (value < 10 ? 100 : 1)) / (value < 10 ? 100 : 1));
const ms = (value: number) => (value > 0 && value < 9.95 ? `${Math.round(value * 10) / 10} ms` : formatDuration(value));
const seconds = (value: number) => formatDuration(value * 1_000);
const percent = (value: number) => `${Math.round(value * 1_000) / 10} %`;

const withLabels = <Key extends string>(labels: Record<Key, string>, looks: Record<Key, Omit<LineLook, "label">>) =>
  Object.fromEntries(
    (Object.keys(looks) as Key[]).map((key) => [key, { label: labels[key], ...looks[key] }]),
  ) as Record<Key, LineLook>;

const lanes = {
  synchronous: { label: "Synchronous", tone: "info", dash: LONG },
  normal: { label: "Normal", tone: "accent" },
} as const;
const latency: ChartKind["lines"] = {
  p50: { label: "Half within", tone: "accent" },
  p99: { label: "99 % within", tone: "waiting", dash: LONG },
};

/** What each chart is called, and how its numbers and lines look. */
export const chartKinds: Record<ChartId, ChartKind> = {
  requests: {
    title: "Requests by answer",
    unit: "per second",
    format: shortNumber,
    lines: withLabels(outcomeLabels, {
      accepted: { tone: "ok" },
      found: { tone: "info", dash: LONG },
      "not-found": { tone: "idle", dash: SHORT },
      "method-not-allowed": { tone: "idle", dash: MIXED },
      "too-large": { tone: "waiting", dash: SHORT },
      "not-active": { tone: "waiting", dash: LONG },
      unreadable: { tone: "waiting", dash: MIXED },
      "not-stored": { tone: "failed", dash: LONG },
      incomplete: { tone: "failed", dash: SHORT },
      malformed: { tone: "failed", dash: MIXED },
      "ip-not-allowed": { tone: "accent", dash: SHORT },
      "not-verified": { tone: "accent", dash: LONG },
      answered: { tone: "info", dash: SHORT },
      ignored: { tone: "info", dash: MIXED },
      "script-failed": { tone: "failed" },
      duplicate: { tone: "idle", dash: LONG },
      "no-match": { tone: "idle" },
      kept: { tone: "ok", dash: LONG },
      "over-limit": { tone: "waiting" },
    }),
  },
  "accept-latency": { title: "Accept latency", unit: "until a request is accepted", format: ms, lines: latency },
  "sync-latency": { title: "Synchronous answers", unit: "until the answer", format: ms, lines: latency },
  ended: {
    title: "Transactions ended",
    unit: "per second",
    format: shortNumber,
    lines: {
      completed: { label: "Completed", tone: "ok" },
      failed: { label: "Failed", tone: "failed", dash: LONG },
      cancelled: { label: "Cancelled", tone: "idle", dash: SHORT },
      discarded: { label: "Discarded", tone: "idle", dash: MIXED },
    },
  },
  "queue-depth": {
    title: "Queue depth",
    unit: "jobs",
    format: shortNumber,
    lines: {
      ...lanes,
      waiting: { label: "Waiting for their time", tone: "waiting", dash: SHORT },
      held: { label: "On hold", tone: "idle", dash: MIXED },
    },
  },
  "queue-age": { title: "Oldest job in the queue", unit: "has waited", format: seconds, lines: lanes },
  slots: {
    title: "Worker slots",
    unit: "transactions at a time",
    format: shortNumber,
    lines: {
      used: { label: "In use", tone: "accent" },
      most: { label: "There are", tone: "idle", dash: LONG },
    },
  },
  claims: {
    title: "Claims",
    unit: "per second",
    format: shortNumber,
    lines: {
      jobs: { label: "Jobs claimed", tone: "accent" },
      statements: { label: "Statements", tone: "idle", dash: LONG },
    },
  },
  rescues: {
    title: "Rescues",
    unit: "jobs taken back from dead workers",
    format: shortNumber,
    lines: { jobs: { label: "Jobs", tone: "failed" } },
  },
  "batch-size": {
    title: "Batch sizes",
    unit: "rows per statement",
    format: shortNumber,
    lines: {
      accept: { label: "Accepting", tone: "accent" },
      settle: { label: "Settling", tone: "info", dash: LONG },
    },
  },
  cache: {
    title: "Webhook cache",
    unit: "found in memory",
    format: percent,
    lines: { hits: { label: "Hits", tone: "accent" } },
  },
  connections: {
    title: "Database connections",
    unit: "in use",
    format: shortNumber,
    lines: {
      door: { label: "Webhooks", tone: "accent" },
      pages: { label: "Pages and API", tone: "info", dash: LONG },
      worker: { label: "Workers", tone: "ok", dash: MIXED },
      waiting: { label: "Statements that wait for one", tone: "failed", dash: SHORT },
    },
  },
  memory: { title: "Memory", unit: "per process", format: formatBytes, scaleUnit: 1_024 * 1_024, lines: {} },
};

const byPlace: readonly Omit<LineLook, "label">[] = [
  { tone: "accent" },
  { tone: "info", dash: LONG },
  { tone: "ok", dash: SHORT },
  { tone: "waiting", dash: MIXED },
  { tone: "idle" },
  { tone: "failed", dash: LONG },
];

/** How a line looks: as its chart says, or by its place among those that no chart knows beforehand. */
export function lookOf(kind: ChartKind, key: string, place: number, label = key): LineLook {
  if (Object.hasOwn(kind.lines, key)) return kind.lines[key]!;
  return { ...byPlace[place % byPlace.length]!, label };
}
