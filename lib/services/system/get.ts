import type { ProcessView, SystemRange, SystemView } from "@/lib/contracts/system";
import { Figures } from "@/lib/metrics/figures";
import { readProcesses, readProcessSamples, type SeenProcess, SILENT_SECONDS } from "@/lib/queue/process-samples";
import { readQueueFigures } from "@/lib/queue/queue-figures";
import { type Context, requirePartnerAdmin } from "../context";
import { chartsOf } from "./charts";
import { problemsOf } from "./problems";
import { amounts, type ProcessSamples, type Stretches, sum } from "./series";

/** How long one stretch of the charts is: about 60 to 100 of them. */
const ranges: Record<SystemRange, { seconds: number; stepSeconds: number }> = {
  "15m": { seconds: 900, stepSeconds: 15 },
  "1h": { seconds: 3_600, stepSeconds: 60 },
  "24h": { seconds: 86_400, stepSeconds: 900 },
};

const DAY_SECONDS = 86_400;
/** A process that was not seen for so long is not shown any more. */
const FORGOTTEN_MS = 3_600_000;
const RECENT_SECONDS = 300;

type Known = { process: SeenProcess; samples: ProcessSamples };

/** How the whole installation stands, and did over `range`, whichever process is asked. Throws `forbidden`. */
export async function getSystem(ctx: Context, { range }: { range: SystemRange }): Promise<SystemView> {
  requirePartnerAdmin(ctx);
  const { seconds, stepSeconds } = ranges[range];
  const [{ now, processes }, stored, recent, queue] = await Promise.all([
    readProcesses(ctx.pool, { seconds: DAY_SECONDS }),
    readProcessSamples(ctx.pool, { seconds: seconds + 2 * stepSeconds, stepSeconds }),
    readProcessSamples(ctx.pool, { seconds: RECENT_SECONDS + 60, stepSeconds: 10 }),
    readQueueFigures(ctx.pool),
  ]);
  const known = withSamples(processes, stored);
  const latest = withSamples(processes, recent);
  const stretches = stretchesUntil(now, seconds, stepSeconds);
  const views = latest
    .filter(({ process }) => process.endedAt === null && now - process.lastSeenAt < FORGOTTEN_MS)
    .map((entry) => toProcessView(entry, now));
  return {
    now: iso(now),
    range,
    from: iso(stretches.from),
    stepSeconds,
    problems: problemsOf({ now, processes: views, queue, ...recentlyOf(latest, views, now) }),
    processes: views,
    queue,
    charts: chartsOf(
      known.map(({ samples }) => samples),
      { stretches, listed: new Set(views.map(({ id }) => id)) },
    ),
  };
}

const iso = (ms: number) => new Date(ms).toISOString();

/** The stretch in which `now` lies is the last. */
function stretchesUntil(now: number, seconds: number, stepSeconds: number): Stretches {
  const stepMs = stepSeconds * 1_000;
  const count = seconds / stepSeconds;
  return { from: (Math.floor(now / stepMs) + 1 - count) * stepMs, stepMs, count };
}

function withSamples(
  processes: readonly SeenProcess[],
  stored: Awaited<ReturnType<typeof readProcessSamples>>,
): Known[] {
  const byProcess = new Map(processes.map(({ id }) => [id, [] as ProcessSamples["samples"][number][]]));
  for (const { processId, at, figures } of stored)
    byProcess.get(processId)?.push({ at, figures: Figures.parse(JSON.parse(figures)) });
  return processes.map((process) => {
    const { id, startedAt } = process;
    return { process, samples: { id, startedAt, samples: byProcess.get(id) ?? [] } };
  });
}

const lastOf = ({ samples }: Known): Figures | undefined => samples.samples.at(-1)?.figures;

function toProcessView(entry: Known, now: number): ProcessView {
  const { id, kind, host, pid, version, startedAt, lastSeenAt } = entry.process;
  const figures = lastOf(entry);
  return {
    id,
    kind: kind === "WEB" ? "web" : "worker",
    host,
    pid,
    version,
    startedAt: iso(startedAt),
    lastSeenAt: iso(lastSeenAt),
    silent: now - lastSeenAt > SILENT_SECONDS * 1_000,
    memoryBytes: figures?.memoryBytes ?? 0,
    eventLoopLagMs: (figures?.eventLoopLagSeconds ?? 0) * 1_000,
    databaseMs: typeof figures?.databaseSeconds === "number" ? figures.databaseSeconds * 1_000 : null,
    slots: figures?.slots ?? null,
  };
}

/** What problems are seen by, of the last minutes. */
function recentlyOf(known: readonly Known[], views: readonly ProcessView[], now: number) {
  const alive = new Set(views.filter(({ silent }) => !silent).map(({ id }) => id));
  const living = known.filter(({ process }) => alive.has(process.id));
  const waiting: Record<string, number> = Object.create(null);
  for (const entry of living) {
    for (const [pool, figures] of Object.entries(lastOf(entry)?.pools ?? {}))
      waiting[pool] = (waiting[pool] ?? 0) + figures.waiting;
  }
  const minutes = stretchesUntil(now, RECENT_SECONDS, 60);
  const all = known.map(({ samples }) => samples);
  const amount = (read: (figures: Figures) => number) => sum(...amounts(all, read, minutes).map((value) => value ?? 0));
  return {
    withoutLease: new Set(living.filter((entry) => lastOf(entry)?.hasLease === false).map(({ process }) => process.id)),
    waiting,
    turnedAway: amount((figures) => figures.turnedAway),
    notStored: amount(({ requests }) => requests["not-stored"] ?? 0),
    rescued: amount(({ rescuedJobs }) => rescuedJobs),
  };
}
